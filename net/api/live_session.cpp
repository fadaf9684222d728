#include "net/api/live_session.hpp"

#include "base/assert.hpp"
#include "net/io_thread.hpp"
#include "net/server_shared.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace fief::net {

namespace {

/// The socket's own deadline ends with the first message, this one with a valid token.
constexpr std::chrono::milliseconds hello_valid_timeout{10'000};
constexpr unsigned refusals_max = 32;
// What messages cost of the allowance, by the work they make.
constexpr std::int64_t fixes_per_unit = 20;
constexpr std::int64_t subscribe_cost = 3;

/// The token of an `Authorization` header; empty for any other scheme.
std::string_view bearer_of(std::string_view header) {
  constexpr std::string_view scheme = "bearer ";
  if (header.size() <= scheme.size())
    return {};
  for (std::size_t i = 0; i < scheme.size(); ++i)
    if ((header[i] | 0x20) != scheme[i])
      return {};
  return header.substr(scheme.size());
}

} // namespace

live_session::live_session(live_hub& hub)
  : hub_(hub), hello_deadline_([this] {
      if (socket_ != nullptr)
        socket_->close(close_code::policy, "no valid hello in time");
    }) {}

live_session::~live_session() {
  FIEF_ASSERT(socket_ == nullptr);
}

void live_session::on_open(socket& self) {
  socket_ = &self;
  number_ = hub_.enlist(*this);
  const auto header = self.authorization();
  if (header.empty()) {
    hub_.thread().wheel().arm(hello_deadline_, hello_valid_timeout);
    return;
  }
  if (authenticate(bearer_of(header), "hello"))
    attach({}, {}, true);
  else
    self.close(close_code::policy, "the token is not valid");
}

void live_session::on_close(socket&) {
  hello_deadline_.cancel();
  subscriptions_.clear();
  end_turn(standing_ == standing::asking);
  hub_.dismiss(number_);
  leave_anonymous();
  if (user_) {
    hub_.metrics().sessions.add(-1);
    hub_.tell(actors::key_of(*user_),
              caf::make_message(actors::detach_session{*user_, hub_.ref_of(number_)}));
  }
  socket_ = nullptr;
}

void live_session::on_caught_up(socket&, std::uint64_t key) {
  for (auto& x : subscriptions_)
    if (x->key() == key)
      x->caught_up();
}

// -- messages of the client -----------------------------------------------------------------------

void live_session::on_text(socket&, std::string_view text) {
  const auto asked = asked_;
  cost_ = 1;
  json_errors errors;
  auto in = hub_.document().parse(text, errors);
  if (in.ok())
    dispatch(in, text);
  if (!errors.empty() || !in.ok()) {
    const auto why = errors.to_problem();
    refuse(why.code, sentence_of(why), net::ref_of(hub_.document(), text));
  }
  if (socket_ != nullptr)
    after_message(asked_ > asked);
}

void live_session::dispatch(json_object& in, std::string_view text) {
  const auto type = in.string("type", {.min = 1, .max = 32});
  if (!in.ok())
    return;
  if (type == "hello")
    return on_hello(in);
  if (!user_ && !anonymous_)
    return refuse("hello_required", "The first message is hello.",
                  net::ref_of(hub_.document(), text));
  if (type == "fixes")
    return is_users(text) ? on_fixes(in) : void();
  if (type == "finish")
    return is_users(text) ? on_finish(in) : void();
  if (type == "ping")
    return on_ping(in);
  if (type == "subscribe")
    return on_subscribe(in);
  if (type == "unsubscribe")
    return on_unsubscribe(in);
  refuse("unknown_type", "This type of message does not exist.", std::string{type});
}

void live_session::on_hello(json_object& in) {
  hello_message x;
  if (!read_hello(in, x))
    return;
  // A session that is a user's stays that: saying hello again takes a token.
  if (!x.token && socket_->authorization().empty() && !user_ && x.run.is_nil())
    return welcome_anybody();
  const auto token = x.token ? *x.token : bearer_of(socket_->authorization());
  if (!authenticate(token, "hello"))
    return;
  accept();
  attach(x.run, x.device_time, true);
}

void live_session::welcome_anybody() {
  if (!anonymous_ && !hub_.metrics().anonymous.enter(hub_.api().limits.anonymous_max)) {
    hub_.metrics().anonymous_refused.add();
    fail({"overloaded", "Too many watch without an account; sign in, or try later.", "hello"});
    return socket_->close(close_code::try_again_later, "too many watch without an account");
  }
  anonymous_ = true;
  hello_deadline_.cancel();
  accept();
  socket_->send_command(write_welcome(hub_.now()));
}

bool live_session::is_users(std::string_view text) {
  if (user_)
    return true;
  refuse("unauthenticated", "This takes a hello with an access token.",
         net::ref_of(hub_.document(), text));
  return false;
}

void live_session::leave_anonymous() {
  if (std::exchange(anonymous_, false))
    hub_.metrics().anonymous.leave();
}

void live_session::on_fixes(json_object& in) {
  fixes_message x;
  if (!read_fixes(in, true, x))
    return;
  accept();
  ensure_attached();
  actors::add_fixes add{*user_, *x.run, {}, std::move(x.fixes)};
  if (x.device_time)
    add.device_time = *x.device_time;
  const auto count = add.fixes.size();
  cost_ = 1 + static_cast<std::int64_t>(count) / fixes_per_unit;
  hub_.metrics().fixes_received.add(count);
  const auto sent = timer_wheel::clock::now();
  ask_user(caf::make_message(std::move(add)),
           [run = *x.run, count, sent](live_session& self, reply got) {
             const auto took = timer_wheel::clock::now() - sent;
             if (got.message != nullptr)
               self.hub_.metrics().ack_seconds.observe_us(static_cast<std::uint64_t>(
                 std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
             self.on_stored(run, count, got);
           });
}

void live_session::on_finish(json_object& in) {
  finish_message x;
  if (!read_finish(in, x))
    return;
  accept();
  ensure_attached();
  ask_user(caf::make_message(actors::finish_run{*user_, x.run, x.total_seq}),
           [run = x.run](live_session& self, reply got) { self.on_finished(run, got); });
}

void live_session::on_subscribe(json_object& in) {
  subscribe_message x;
  cost_ = subscribe_cost;
  if (!read_subscribe(in, x))
    return;
  std::string id{x.id};
  // The same id again replaces the box, unless the new one is refused: then what was there stays.
  const auto is_same = [&](const auto& each) { return each->id() == id; };
  const auto others = std::ranges::count_if(subscriptions_, std::not_fn(is_same));
  if (static_cast<std::size_t>(others) >= hub_.api().limits.subscriptions_max)
    return refuse("too_many_subscriptions", "Unsubscribe from another box first.", id);
  auto why = map_board::refusal::none;
  auto made = hub_.board().subscribe(*socket_, {x.box, id, x.since, ++last_key_, anonymous_}, why);
  switch (why) {
    case map_board::refusal::none:
      accept();
      std::erase_if(subscriptions_, is_same);
      subscriptions_.push_back(std::move(made));
      return;
    case map_board::refusal::bad_box:
      return refuse("invalid_argument", "bbox: This must be [west, south, east, north].", id);
    case map_board::refusal::too_many_areas:
      return refuse("too_many_areas", "The box is too large.", id);
    case map_board::refusal::overloaded:
      return fail({"overloaded", "Too much of the map is being watched; try later.", id});
  }
}

void live_session::on_unsubscribe(json_object& in) {
  std::string_view id;
  if (!read_unsubscribe(in, id))
    return;
  const auto gone = std::erase_if(subscriptions_, [&](const auto& x) { return x->id() == id; });
  if (gone == 0)
    return refuse("not_found", "There is no subscription of this id.", std::string{id});
  accept();
}

void live_session::on_ping(json_object& in) {
  std::int64_t n = 0;
  if (!read_ping(in, n))
    return;
  accept();
  socket_->send_priority(write_pong(n));
}

// -- refusals -------------------------------------------------------------------------------------

void live_session::fail(live_error x) {
  hub_.metrics().errors.add();
  socket_->send_command(write_error(x));
}

void live_session::refuse(std::string_view code, std::string_view detail, std::string_view ref) {
  fail({std::string{code}, std::string{detail}, std::string{ref}});
  if (++refusals_ > refusals_max) {
    hub_.thread().shared().refusals.note(refusal::socket_errors, socket_->remote_address());
    socket_->close(close_code::policy, "too many errors");
  }
}

void live_session::end(std::string_view reason, close_code code) {
  socket_->send_command(write_bye(reason));
  socket_->close(code, reason);
}

} // namespace fief::net
