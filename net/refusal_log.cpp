#include "net/refusal_log.hpp"

#include "net/log.hpp"

namespace fief::net {

std::string_view to_string(refusal x) {
  switch (x) {
    case refusal::connections_full: return "connections_full";
    case refusal::address_full: return "address_full";
    case refusal::descriptors_out: return "descriptors_out";
    case refusal::first_byte_late: return "first_byte_late";
    case refusal::request_late: return "request_late";
    case refusal::answer_unread: return "answer_unread";
    case refusal::malformed: return "malformed";
    case refusal::headers_too_large: return "headers_too_large";
    case refusal::body_too_large: return "body_too_large";
    case refusal::body_encoded: return "body_encoded";
    case refusal::bodies_full: return "bodies_full";
    case refusal::answers_full: return "answers_full";
    case refusal::rate_limited: return "rate_limited";
    case refusal::hello_late: return "hello_late";
    case refusal::socket_behind: return "socket_behind";
    case refusal::socket_errors: return "socket_errors";
    case refusal::inbox_full: return "inbox_full";
    case refusal::handler_late: return "handler_late";
    case refusal::failed: return "failed";
    case refusal::slow: return "slow";
    case refusal::count_: break;
  }
  return "unknown";
}

refusal_log::refusal_log(metrics_registry& metrics, std::function<time_point()> now)
  : now_(std::move(now)) {
  for (std::size_t i = 0; i < kinds; ++i)
    counters_[i] =
      &metrics.add_counter("fief_net_refusals_total", "What was turned away or went wrong, by kind",
                           "kind=\"" + std::string{to_string(static_cast<refusal>(i))} + "\"");
}

std::optional<std::string> refusal_log::line_for(refusal kind, std::string_view from,
                                                 const std::function<std::string()>& what) {
  const auto index = static_cast<std::size_t>(kind);
  counters_[index]->add();
  const auto left_out = limiters_[index].admit(now_());
  if (!left_out)
    return std::nullopt;
  std::string line{to_string(kind)};
  if (what)
    line.append(": ").append(what());
  if (!from.empty())
    line.append(" (from ").append(from).append(")");
  if (*left_out > 0)
    line.append(", and ").append(std::to_string(*left_out)).append(" more before");
  return line;
}

void refusal_log::note(refusal kind, std::string_view from,
                       const std::function<std::string()>& what) {
  if (const auto line = line_for(kind, from, what))
    logger().warn("{}", *line);
}

} // namespace fief::net
