#include "net/ws_session.hpp"

#include "base/assert.hpp"
#include "net/log.hpp"

#include <algorithm>

namespace fief::net {

namespace {

using steady_clock = std::chrono::steady_clock;

socket::payload binary_refusal() {
  static const auto text = std::make_shared<const std::string>(
    R"({"type":"error","code":"binary_not_supported","detail":"Send JSON as text messages."})");
  return text;
}

} // namespace

ws_session::ws_session(io_thread& thread, std::unique_ptr<socket_handler> handler,
                       connection_permit permit, std::string authorization, std::string address,
                       std::string request_id)
  : connection(thread), thread_(thread), limits_(thread.shared().config.limits),
    metrics_(thread.shared().metrics), handler_(std::move(handler)), permit_(std::move(permit)),
    authorization_(std::move(authorization)), address_(std::move(address)),
    request_id_(std::move(request_id)), outbox_(limits_), watch_([this] { on_watch(); }),
    hello_([this] { on_hello_deadline(); }) {
  metrics_.connections.add(1);
  metrics_.sockets.add(1);
}

ws_session::~ws_session() {
  metrics_.sockets.add(-1);
  metrics_.connections.add(-1);
}

void ws_session::begin() {
  self_ = shared_from_this();
  thread_.wheel().arm(watch_, limits_.write_timeout);
}

void ws_session::on_accepted(error_code ec) {
  if (state_ != state::accepting)
    return;
  if (ec)
    return finish();
  state_ = state::open;
  on_alive();
  thread_.wheel().arm(watch_, limits_.ping_period);
  if (authorization_.empty())
    thread_.wheel().arm(hello_, limits_.hello_timeout);
  told_open_ = true;
  handler_->on_open(*this);
  read_next();
}

// -- sending ------------------------------------------------------------------------------------

void ws_session::send_priority(payload message) {
  if (state_ != state::open)
    return;
  if (free_to_write())
    return write_now(std::move(message));
  if (!outbox_.push_priority(std::move(message)))
    return overload();
  write_next();
}

bool ws_session::send_command(payload message) {
  if (state_ != state::open)
    return false;
  if (free_to_write()) {
    write_now(std::move(message));
    return true;
  }
  if (!outbox_.push_command(std::move(message))) {
    overload();
    return false;
  }
  write_next();
  return true;
}

bulk_result ws_session::send_bulk(std::uint64_t key, payload message) {
  if (state_ != state::open)
    return bulk_result::behind;
  if (free_to_write()) {
    write_now(std::move(message));
    return bulk_result::queued;
  }
  const auto result = outbox_.push_bulk(key, std::move(message));
  if (result == bulk_result::replaced)
    metrics_.bulk_replaced.add();
  if (result == bulk_result::behind)
    metrics_.bulk_behind.add();
  write_next();
  return result;
}

void ws_session::drop_bulk(std::uint64_t key) {
  outbox_.drop_bulk(key);
  show_outbox();
}

void ws_session::show_outbox() {
  const auto now = outbox_.bytes();
  if (now == outbox_shown_)
    return;
  metrics_.outbox.add(static_cast<std::int64_t>(now) - static_cast<std::int64_t>(outbox_shown_));
  outbox_shown_ = now;
}

void ws_session::overload() {
  metrics_.closed_overload.add();
  thread_.shared().refusals.note(refusal::socket_behind, address_);
  outbox_.clear();
  close(close_code::try_again_later, "too far behind");
}

void ws_session::write_now(payload message) {
  writing_ = std::move(message);
  metrics_.messages_out.add();
  write(*writing_);
}

void ws_session::write_next() {
  show_outbox();
  if (writing_ || close_sent_ || (state_ != state::open && state_ != state::closing))
    return;
  auto next = outbox_.pop();
  show_outbox();
  if (next)
    return write_now(std::move(next));
  if (state_ == state::closing) {
    close_sent_ = true;
    write_close(code_, close_reason_);
  }
}

void ws_session::on_written(error_code ec) {
  writing_ = nullptr;
  if (state_ == state::closed)
    return;
  if (ec)
    return finish();
  write_next();
  offer_caught_up();
}

void ws_session::offer_caught_up() {
  if (state_ != state::open)
    return;
  for (auto key : outbox_.take_caught_up())
    if (state_ == state::open)
      handler_->on_caught_up(*this, key);
}

// -- receiving ----------------------------------------------------------------------------------

void ws_session::read_next() {
  if (reading_ || paused_ || (state_ != state::open && state_ != state::closing))
    return;
  reading_ = true;
  read();
}

void ws_session::resume_reading() {
  if (!std::exchange(paused_, false))
    return;
  on_alive(); // The silence was ours.
  read_next();
}

void ws_session::on_alive() {
  alive_at_ = steady_clock::now();
}

void ws_session::on_message(bool is_text, std::string_view message) {
  on_alive();
  if (state_ == state::open) {
    metrics_.messages_in.add();
    hello_.cancel();
    if (is_text) {
      handler_->on_text(*this, message);
    } else {
      send_priority(binary_refusal());
      close(close_code::unsupported_data, "binary messages are not supported");
    }
  }
  reading_ = false; // Not before, or a resumed session would read over the message.
  read_next();      // While closing as well: the peer's close frame comes by a read.
}

void ws_session::on_read_failed() {
  reading_ = false;
  finish();
}

// -- deadlines ----------------------------------------------------------------------------------

void ws_session::on_hello_deadline() {
  metrics_.timeouts_hello.add();
  thread_.shared().refusals.note(refusal::hello_late, address_);
  close(close_code::policy, "no hello in time");
}

void ws_session::on_watch() {
  if (state_ != state::open)
    return abort(); // The handshake or the close took too long.
  const auto silent = steady_clock::now() - alive_at_;
  if (!paused_ && silent >= limits_.idle_timeout) {
    metrics_.timeouts_silent.add();
    close(close_code::going_away, "idle");
    return;
  }
  if (silent + limits_.wheel_tick >= limits_.ping_period && !pinging_) {
    pinging_ = true;
    ping();
  }
  thread_.wheel().arm(watch_, limits_.ping_period);
}

void ws_session::on_pinged(error_code ec) {
  pinging_ = false;
  if (ec && state_ != state::closed)
    finish();
}

// -- ending -------------------------------------------------------------------------------------

void ws_session::close(close_code code, std::string_view reason) {
  if (state_ != state::open)
    return;
  state_ = state::closing;
  code_ = code;
  close_reason_ = reason.substr(0, 123); // RFC 6455 section 5.5
  paused_ = false;
  hello_.cancel();
  outbox_.clear_bulk();
  thread_.wheel().arm(watch_, limits_.close_timeout);
  write_next();
  read_next();
}

void ws_session::on_closed() {
  finish();
}

void ws_session::drain(const drain_notice& notice) {
  if (state_ == state::accepting)
    return abort();
  send_priority(notice.bye);
  close(close_code::service_restart, "restart");
}

void ws_session::abort() {
  finish();
}

void ws_session::finish() {
  if (state_ == state::closed)
    return;
  state_ = state::closed;
  watch_.cancel();
  hello_.cancel();
  outbox_.clear();
  show_outbox();
  close_transport();
  if (told_open_)
    handler_->on_close(*this);
  // Callers may be in the middle of a member function.
  thread_.post([last = std::move(self_)] {});
}

} // namespace fief::net
