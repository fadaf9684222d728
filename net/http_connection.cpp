#include "net/http_connection.hpp"

#include "base/assert.hpp"
#include "net/compress.hpp"
#include "net/problem.hpp"
#include "net/request_log.hpp"
#include "net/target.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace fief::net {

namespace http = beast::http;

namespace {

constexpr std::size_t read_size = 4096;
constexpr std::size_t linger_bytes_max = 4 << 20;

} // namespace

http_connection::http_connection(io_thread& thread, connection_permit permit, std::string address)
  : connection(thread), thread_(thread), shared_(thread.shared()), limits_(shared_.config.limits),
    permit_(std::move(permit)), deadline_([this] { on_deadline(); }),
    buffer_(limits_.header_bytes_max + read_size) {
  request_.remote_address = std::move(address);
  request_.headers = this;
  shared_.metrics.connections.add(1);
}

http_connection::~http_connection() {
  shared_.metrics.connections.add(-1);
}

std::string_view http_connection::find(std::string_view name) const {
  const auto& fields = parser_->get();
  const auto at = fields.find(name);
  return at == fields.end() ? std::string_view{} : std::string_view{at->value()};
}

// -- reading ------------------------------------------------------------------------------------

void http_connection::on_ready() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes_max));
  parser_->body_limit(limits_.upload_bytes_max);
  body_share_.release();
  header_seen_ = false;
  if (buffer_.size() == 0)
    return read_more();
  phase_ = phase::reading; // A pipelined request.
  start_deadline(limits_.request_timeout);
  parse();
}

void http_connection::read_more() {
  const auto room = buffer_.max_size() - buffer_.size();
  if (room == 0)
    return on_parse_error(http::error::header_limit);
  read_some(buffer_.prepare(std::min(read_size, room)));
}

void http_connection::on_read(error_code ec, std::size_t count) {
  if (phase_ != phase::first_byte && phase_ != phase::idle && phase_ != phase::reading)
    return; // The deadline came first.
  if (ec)
    return close();
  buffer_.commit(count);
  if (phase_ == phase::first_byte || phase_ == phase::idle) {
    phase_ = phase::reading;
    start_deadline(limits_.request_timeout);
  }
  parse();
}

void http_connection::parse() {
  while (buffer_.size() > 0) {
    error_code ec;
    const auto used = parser_->put(buffer_.data(), ec);
    buffer_.consume(used);
    if (ec && ec != http::error::need_more)
      return on_parse_error(ec);
    if (!header_seen_ && parser_->is_header_done()) {
      header_seen_ = true;
      if (!on_header())
        return;
    }
    if (header_seen_ && !find_room())
      return;
    if (parser_->is_done())
      return on_request();
    if (ec == http::error::need_more || used == 0)
      break;
  }
  read_more();
}

/// Whether there is memory for what has come of the body; otherwise the request was refused.
bool http_connection::find_room() {
  const auto size = parser_->get().body().size();
  if (size <= limits_.body_bytes_small || body_share_.grow_to(shared_.bodies, size))
    return true;
  note(refusal::bodies_full);
  problem why{503, "overloaded", "Too many large requests at once; try again soon."};
  refuse_and_close(why.with_header("Retry-After", "2"));
  return false;
}

void http_connection::on_parse_error(error_code ec) {
  shared_.metrics.malformed.add();
  if (!header_seen_) { // The request is not filled in; an answer needs a little of it.
    request_.target = {};
    choose_request_id();
  }
  const auto x = refusal_of(ec);
  note(*x.kind);
  refuse_and_close(x.why);
}

void http_connection::choose_request_id() {
  constexpr std::string_view hex = "0123456789abcdef";
  const auto theirs = header_seen_ ? find("X-Request-Id") : std::string_view{};
  if (is_request_id(theirs)) {
    request_.request_id = theirs;
    return;
  }
  request_.request_id.clear();
  for (auto bits = thread_.random().next(); request_.request_id.size() < 16; bits >>= 4)
    request_.request_id += hex[bits & 15];
}

// -- what the header tells ----------------------------------------------------------------------

/// Whether to go on with the body; otherwise the request has been dealt with.
bool http_connection::on_header() {
  const auto& message = parser_->get();
  began_ = std::chrono::steady_clock::now();
  keep_alive_ = parser_->keep_alive() && message.version() >= 11 && !shared_.draining;
  request_.method = method_of(message.method());
  request_.target = message.target();
  request_.param_count = 0;
  request_.body = {};
  request_.who.reset();
  choose_request_id();
  match_ = {};
  if (turn_away(check_framing(*parser_)) || !accept_header())
    return false;
  if (parser_->is_done())
    return true;
  if (turn_away(check_expectation(*parser_)))
    return false;
  if (message[http::field::expect].empty() || buffer_.size() > 0)
    return true;
  expect_continue();
  return false;
}

bool http_connection::turn_away(const std::optional<header_refusal>& x) {
  if (!x)
    return false;
  if (x->kind)
    note(*x->kind);
  if (x->kind == refusal::malformed)
    shared_.metrics.malformed.add();
  if (x->close)
    refuse_and_close(x->why);
  else
    refuse(x->why);
  return true;
}

bool http_connection::accept_header() {
  if (!parse_target(request_)) {
    refuse_and_close({400, "malformed_target", "The request's path or query is malformed."});
    return false;
  }
  if (shared_.parts.sockets && raw_path(request_.target) == shared_.config.socket_path) {
    on_socket_request();
    return false;
  }
  match_ = shared_.parts.routes.find(request_.method, request_.segments);
  if (match_.status == lookup_status::not_found) {
    refuse({404, "not_found", "There is nothing at this path."});
    return false;
  }
  if (request_.method == http_method::options) {
    on_options();
    return false;
  }
  if (match_.status == lookup_status::method_not_allowed) {
    problem why{405, "method_not_allowed", "The path exists, but not for this method."};
    refuse(why.with_header("Allow", match_.allow));
    return false;
  }
  std::copy_n(match_.params.begin(), match_.param_count, request_.params.begin());
  request_.param_count = match_.param_count;
  const auto& options = match_.target->options;
  const auto limit = body_limit(options, limits_);
  if (turn_away(check_body(*parser_, options, limit)))
    return false;
  if (!parser_->is_done())
    parser_->body_limit(limit);
  return true;
}

void http_connection::on_options() {
  if (!parser_->is_done())
    keep_alive_ = false;
  write(options_answer(*parser_, match_.allow, shared_.config.cors));
}

void http_connection::on_socket_request() {
  if (turn_away(check_handshake(*parser_, shared_.config.socket_protocol)))
    return;
  if (buffer_.size() > 0)
    return refuse_and_close({400, "malformed_request", "A message came before the handshake."});
  if (shared_.draining)
    return refuse_and_close({503, "unavailable", "The server is going away; connect again."});
  auto handler = shared_.parts.sockets(thread_, request_);
  if (!handler)
    return refuse_and_close({503, "overloaded", "No more sockets here; try later."});
  deadline_.cancel();
  phase_ = phase::closed;
  upgrade(std::move(handler), parser_->release(), std::move(permit_), request_.remote_address,
          request_.request_id);
}

// -- handling -----------------------------------------------------------------------------------

void http_connection::on_request() {
  phase_ = phase::handling;
  start_deadline(limits_.answer_timeout);
  request_.body = parser_->get().body();
  responder answer{std::static_pointer_cast<http_connection>(shared_from_this()), ++ticket_};
  const auto& target = *match_.target;
  try {
    if (!shared_.parts.gate || shared_.parts.gate(thread_, target, request_, answer))
      target.handler(thread_, request_, std::move(answer));
  } catch (const std::exception& e) {
    logger().error("handler of {} {} threw: {} (request {})", to_string(request_.method),
                   target.pattern, e.what(), request_.request_id);
  } // A responder that nobody answered answers for itself.
}

void http_connection::answer(std::uint64_t ticket, http_response&& response) {
  if (phase_ != phase::handling || ticket != ticket_)
    return; // Too late: the deadline has answered, or the peer has gone.
  write(std::move(response));
}

void http_connection::answer_abandoned(std::uint64_t ticket) {
  if (phase_ != phase::handling || ticket != ticket_)
    return;
  shared_.metrics.abandoned.add();
  logger().error("nobody answered {} {} (request {})", to_string(request_.method),
                 match_.target->pattern, request_.request_id);
  write(to_response({500, "internal_error", "The server failed to answer."}, request_.request_id));
}

/// An answer after which the connection can go on, provided that the body is short enough to have
/// come already.
void http_connection::refuse(const problem& why) {
  if (!parser_->is_done())
    keep_alive_ = false;
  write(to_response(why, request_.request_id));
}

void http_connection::refuse_and_close(const problem& why) {
  keep_alive_ = false;
  write(to_response(why, request_.request_id));
}

// -- writing ------------------------------------------------------------------------------------

void http_connection::expect_continue() {
  static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
  continuing_ = true;
  write_all({asio::buffer(text), asio::const_buffer{}});
}

void http_connection::write(http_response&& response) {
  phase_ = phase::writing;
  if (response.body.size() > limits_.answer_bytes_small
      && !answer_share_.grow_to(shared_.answers, response.body.size())) {
    note(refusal::answers_full);
    problem why{503, "overloaded", "Too many large answers at once; try again soon."};
    response = to_response(why.with_header("Retry-After", "2"), request_.request_id);
  }
  keep_alive_ = keep_alive_ && !shared_.draining;
  response_head::context about;
  about.date = thread_.http_date();
  about.request_id = request_.request_id;
  about.keep_alive = keep_alive_;
  about.secure = shared_.tls != nullptr;
  if (header_seen_) {
    about.origin = find("Origin");
    about.varies_by_encoding = shared_.config.gzip && is_compressible(response);
    about.gzipped =
      about.varies_by_encoding && accepts_gzip(find("Accept-Encoding")) && gzip(response.body);
    const auto passed = std::chrono::steady_clock::now() - began_;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(passed);
    shared_.metrics.request_seconds.observe_us(static_cast<std::uint64_t>(took.count()));
    log_request(shared_.refusals, request_, response.status, took, shared_.config.slow_request);
  }
  shared_.metrics.requests_of(response.status).add();
  const auto head = head_.write(response, about, shared_.config.cors);
  const bool bodiless =
    !has_body(response.status) || (header_seen_ && request_.method == http_method::head);
  body_ = bodiless ? std::string{} : std::move(response.body);
  shared_body_ = bodiless ? nullptr : std::move(response.shared_body);
  start_deadline(limits_.write_timeout);
  write_all({asio::buffer(head), asio::buffer(shared_body_ ? *shared_body_ : body_)});
}

void http_connection::on_written(error_code ec) {
  if (phase_ == phase::closed)
    return;
  if (ec)
    return close();
  if (std::exchange(continuing_, false))
    return read_more();
  if (keep_alive_)
    return next_request();
  if (read_abandoned_)
    return close();
  phase_ = phase::lingering;
  start_deadline(limits_.linger_timeout);
  buffer_.clear();
  finish(buffer_.prepare(read_size));
}

void http_connection::next_request() {
  body_ = {};
  shared_body_ = nullptr;
  answer_share_.release();
  phase_ = phase::idle;
  if (shared_.draining)
    return close();
  start_deadline(limits_.keep_alive_timeout);
  on_ready();
}

// -- ending -------------------------------------------------------------------------------------

/// Reads on after the last answer: closing with unread bytes would reset the connection and could
/// take the answer away from the peer.
void http_connection::on_finish_progress(error_code ec, std::size_t count) {
  if (phase_ == phase::closed)
    return;
  lingered_ += count;
  if (ec || lingered_ > linger_bytes_max)
    return close();
  finish(buffer_.prepare(read_size));
}

void http_connection::on_deadline() {
  auto& metrics = shared_.metrics;
  switch (phase_) {
    case phase::first_byte:
      metrics.timeouts_first_byte.add();
      note(refusal::first_byte_late);
      return close();
    case phase::idle: metrics.timeouts_idle.add(); return close();
    case phase::writing:
      metrics.timeouts_write.add();
      note(refusal::answer_unread);
      return close();
    case phase::lingering: return close();
    case phase::closed: return;
    case phase::handling:
      metrics.timeouts_answer.add();
      note(refusal::handler_late);
      // The handler may still look at the request, so the connection serves no other.
      return refuse_and_close({503, "unavailable", "The answer took too long; try again."});
    case phase::reading: break;
  }
  metrics.timeouts_request.add();
  note(refusal::request_late);
  if (continuing_)
    return close();
  if (!header_seen_)
    choose_request_id();
  read_abandoned_ = true;
  refuse_and_close({408, "request_timeout", "The request took too long to arrive."});
}

void http_connection::drain(const drain_notice&) {
  keep_alive_ = false;
  if (phase_ == phase::first_byte || phase_ == phase::idle)
    close();
}

void http_connection::close() {
  if (phase_ == phase::closed)
    return;
  phase_ = phase::closed;
  deadline_.cancel();
  close_transport();
}

} // namespace fief::net
