#pragma once

#include "base/time.hpp"
#include "game/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fief::net {

struct problem;

enum class http_method : std::uint8_t { get, head, post, put, patch, del, options, other };

/// The method as on the wire: `"DELETE"`. `other` has the name `"OTHER"`.
std::string_view to_string(http_method x);

/// A decoded name and value: of a query, or of a pattern's `{name}`.
struct named_text {
  std::string_view name;
  std::string_view value;
};

using header_list = std::vector<std::pair<std::string, std::string>>;

/// Where a request's headers are looked up: the parser's table, or a list in a test.
class header_source {
public:
  /// Case-insensitive; empty when absent.
  [[nodiscard]] virtual std::string_view find(std::string_view name) const = 0;

protected:
  ~header_source() = default;
};

/// Who sent a request, once the gate has checked the token.
struct caller {
  game::user_id user;
  std::uint32_t roles = 0;  ///< Bits as the gate defines them.
  bool issued_here = false; ///< The token is this process's own, not of one before it.
};

/// One request, whole. Every view points into the connection, which keeps it until its `responder`
/// has answered or gone: a handler that answers later may keep the reference as long as it keeps
/// the responder, and no longer.
struct http_request {
  static constexpr std::size_t params_max = 4;

  http_method method = http_method::get;
  std::string_view target;                ///< As received: path and query.
  std::vector<std::string_view> segments; ///< Of the path, percent-decoded once, valid UTF-8.
  std::vector<named_text> query;          ///< Percent-decoded; no name twice.
  std::array<named_text, params_max> params{};
  std::size_t param_count = 0;
  std::string_view body;
  std::string remote_address; ///< Without the port.
  std::string request_id;     ///< The client's `X-Request-Id` when sane, else ours.
  std::optional<caller> who;  ///< Set by the gate.
  base::uuid seed; ///< Set by the gate: the id of what this request creates, the same for a repeat.
  const header_source* headers = nullptr;
  std::string decoded; ///< Owns what `segments` and `query` view.

  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// The part of the path that matched `{name}`. @pre The route's pattern has it.
  [[nodiscard]] std::string_view param(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
};

/// An answer. The connection adds the length, the date, the request id, CORS and compression.
struct http_response {
  int status = 200;
  std::string body;
  /// In place of `body` when set: what many answers share, so none of them copies it. It is sent
  /// as it is, and whoever answers says how it is encoded.
  std::shared_ptr<const std::string> shared_body{};
  std::string content_type = "application/json";
  header_list headers; ///< Control characters in values are dropped on writing.

  [[nodiscard]] const std::string& content() const { return shared_body ? *shared_body : body; }
};

/// What a responder answers into: a connection, or a test.
class response_sink {
public:
  virtual void answer(std::uint64_t ticket, http_response&& response) = 0;
  virtual void answer_abandoned(std::uint64_t ticket) = 0;
  [[nodiscard]] virtual std::string_view answer_request_id() const = 0;

protected:
  ~response_sink() = default;
};

/// The right and the duty to answer one request, once, now or later, on the I/O thread that it came
/// on. Dropped without an answer it sends 500 and logs an error.
class responder {
public:
  responder(std::shared_ptr<response_sink> sink, std::uint64_t ticket)
    : sink_(std::move(sink)), ticket_(ticket) {}
  responder(responder&&) noexcept = default;
  responder& operator=(responder&&) = delete;
  ~responder();

  /// @pre Not answered yet, here and below. The request is gone afterwards.
  void send(http_response response);
  void send(const problem& refusal);
  /// `body` as `application/json`.
  void send_json(int status, std::string body);

  [[nodiscard]] bool answered() const { return sink_ == nullptr; }

private:
  std::shared_ptr<response_sink> sink_;
  std::uint64_t ticket_;
};

} // namespace fief::net
