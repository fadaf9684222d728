#pragma once

#include "net/http_message.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fief::net {

class io_thread;

/// Answers a request now, or keeps the responder and answers later on the same thread.
using http_handler = std::function<void(io_thread&, const http_request&, responder)>;

/// What a route asks of its caller. The router only carries it to the gate.
enum class auth_need : std::uint8_t { none, user, organiser, operator_ };

struct route_options {
  auth_need auth = auth_need::user;
  std::size_t body_bytes_max = 0; ///< 0: the limit of `net_limits`.
  /// Media types a body may have, without parameters. Irrelevant to requests without a body.
  std::vector<std::string> content_types{"application/json"};
};

struct route {
  http_method method;
  std::string pattern; ///< `/v1/events/{id}/tickets`; also the route's name in metrics and logs.
  http_handler handler;
  route_options options;
};

enum class lookup_status : std::uint8_t { found, not_found, method_not_allowed };

struct route_match {
  lookup_status status = lookup_status::not_found;
  const route* target = nullptr;
  std::string_view allow; ///< For the `Allow` header, whenever the path exists.
  std::array<named_text, http_request::params_max> params{};
  std::size_t param_count = 0;
};

/// The table of routes. Built once before the server starts, then only read, from any thread.
/// A literal segment wins over a `{name}` in the same place. HEAD finds GET's route; OPTIONS is
/// the server's own, so it is method_not_allowed here.
class router {
public:
  router();
  ~router();
  router(const router&) = delete;
  router& operator=(const router&) = delete;

  /// @pre The pattern is `/`, or starts with it and has no empty segment and at most four names;
  /// the pair of method and pattern is new.
  void add(http_method method, std::string_view pattern, http_handler handler,
           route_options options = {});

  /// Cost: one step per segment, without allocation.
  [[nodiscard]] route_match find(http_method method,
                                 std::span<const std::string_view> segments) const;

  /// In the order they were added.
  [[nodiscard]] const std::vector<std::unique_ptr<route>>& routes() const { return routes_; }

private:
  struct node;
  static bool walk(const node& from, std::span<const std::string_view> segments, route_match& match,
                   const node*& end);

  std::unique_ptr<node> root_;
  std::vector<std::unique_ptr<route>> routes_;
};

} // namespace fief::net
