#pragma once

#include "base/log_limiter.hpp"
#include "net/metrics.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace fief::net {

/// Why a peer was turned away, or something of ours did not do for it.
enum class refusal : std::uint8_t {
  connections_full,  ///< All places are taken.
  address_full,      ///< Those of its address are.
  descriptors_out,   ///< The process may open no more files.
  first_byte_late,   ///< Nothing came, or half a TLS handshake.
  request_late,      ///< A request came too slowly.
  answer_unread,     ///< The answer was not taken.
  malformed,         ///< Not HTTP, or ambiguous.
  headers_too_large, ///<
  body_too_large,    ///<
  body_encoded,      ///< A compressed body.
  bodies_full,       ///< All bodies together have the memory that there is for them.
  answers_full,      ///< The same for answers.
  rate_limited,      ///< Too many requests.
  hello_late,        ///< A socket that did not say who it is.
  socket_behind,     ///< A socket that does not read what it must not miss.
  socket_errors,     ///< A socket that sends nonsense, again and again.
  inbox_full,        ///< Hints of actors that an I/O thread has no room for.
  handler_late,      ///< We did not answer in time.
  failed,            ///< We answered 5xx.
  slow,              ///< We answered, but late.
  count_
};

std::string_view to_string(refusal x);

/// Counts refusals and writes them to the log: of each kind at most one line a second, which tells
/// how many were left out. A flood costs us a counter.
/// Threads: any.
class refusal_log {
public:
  using time_point = base::log_limiter::time_point;

  explicit refusal_log(
    metrics_registry& metrics,
    std::function<time_point()> now = [] { return std::chrono::steady_clock::now(); });

  void note(refusal kind, std::string_view from) { note(kind, from, {}); }
  /// `what` says more than the kind; it is called only for a line that is written.
  void note(refusal kind, std::string_view from, const std::function<std::string()>& what);

  /// Counts, and gives the line, if it is its turn.
  std::optional<std::string> line_for(refusal kind, std::string_view from,
                                      const std::function<std::string()>& what = {});

private:
  static constexpr auto kinds = static_cast<std::size_t>(refusal::count_);

  std::function<time_point()> now_;
  std::array<base::log_limiter, kinds> limiters_;
  std::array<counter*, kinds> counters_{};
};

} // namespace fief::net
