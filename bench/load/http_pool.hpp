#pragma once

#include "bench/load/clock.hpp"
#include "bench/load/stream.hpp"
#include "bench/load/tally.hpp"

#include <boost/asio/awaitable.hpp>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace fief::load {

/// One request of REST.
struct request {
  /// `due`: when the schedule wanted it; its latency counts from there.
  request(op kind, std::string verb, std::string where, steady_time due_at)
    : what(kind), method(std::move(verb)), path(std::move(where)), due(due_at) {}

  op what;
  std::string method;
  std::string path;
  steady_time due;
  std::string body;            ///< JSON, or none.
  std::string token;           ///< Or none.
  std::string idempotency_key; ///< Or none.
  std::uint32_t source = 0;    ///< Whose address, see `target::source`.
  std::string expected; ///< Codes of refusals that are part of the game, between spaces: " a b ".
};

struct answer {
  int status = 0; ///< 0: none came.
  std::string body;
  std::string code; ///< Of a problem; why, if none came.
  int retry_after_s = 0;

  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

/// Keep-alive connections, a few per source address; one request on each at a time. A request that
/// finds none free opens another: nobody waits for somebody else's answer.
/// Owner: one io_context.
class http_pool {
public:
  http_pool(asio::io_context& io, const target& to, tally& counts, std::uint64_t& open_count);
  ~http_pool();
  http_pool(const http_pool&) = delete;
  http_pool& operator=(const http_pool&) = delete;

  /// Never throws. Counts the latency, and the error unless it is expected.
  asio::awaitable<answer> ask(request what);

private:
  struct connection;
  using connection_ptr = std::unique_ptr<connection>;

  static constexpr std::size_t connections_max = 1'000;
  static constexpr std::chrono::seconds idle_max{4}; // The server waits 10 s.
  static constexpr std::chrono::seconds patience{60};

  asio::awaitable<answer> try_once(const request& what, bool may_reuse, bool& was_reused);
  connection_ptr take(std::uint32_t source);
  void give_back(std::uint32_t source, connection_ptr x);
  void drop_idle(steady_time before);

  asio::io_context& io_;
  const target& target_;
  tally& counts_;
  std::uint64_t& open_count_;
  std::unordered_map<std::uint32_t, std::deque<connection_ptr>> idle_;
  std::size_t connections_ = 0;
  steady_time swept_{};
};

} // namespace fief::load
