#include "bench/load/run_session.hpp"

#include "bench/load/accounts.hpp"
#include "bench/load/messages.hpp"

#include <algorithm>

namespace fief::load {

namespace {

constexpr std::uint32_t message_fixes_max = 500; // Of 64 KiB, with room.
constexpr int finishes_max = 10;
constexpr std::size_t runs_compared_max = 20;
constexpr std::chrono::seconds repeat_after{1};

/// Codes after which the same may be sent again.
bool passes(std::string_view code) {
  return code == "unavailable" || code == "overloaded" || code == "fix_in_future";
}

} // namespace

void run_session::begin(std::string run, std::vector<fix> fixes, std::int64_t start_ms) {
  leave();
  run_ = std::move(run);
  fixes_ = std::move(fixes);
  start_ms_ = start_ms;
  made_ = sent_ = sent_most_ = acked_ = 0;
  awaited_.clear();
  told_.clear();
  finish_due_.reset();
  is_finish_sent_ = is_over_ = is_closed_to_us_ = is_repeat_due_ = false;
  finishes_ = failures_ = 0;
  not_before_ = {};
  ++in_.counts.of(counter::runs_started);
}

asio::awaitable<void> run_session::attach(steady_time due) {
  auto now = steady::now();
  if (link_ || is_over_ || now < not_before_)
    co_return;
  co_await keep_signed_in(in_, who_);
  connect_due_ = due;
  is_welcome_ = false;
  is_finish_sent_ = false;
  live_link::handlers handlers;
  handlers.on_text = [this](std::string_view text) { hear(text); };
  handlers.on_end = [this](const std::string& why) { ended(why); };
  link_ = std::make_unique<live_link>(in_.place_of(who_), std::move(handlers));
  link_->send(hello_text(who_.access, run_, in_.clock.now_ms(steady::now())));
}

void run_session::drop() {
  if (!link_)
    return;
  ++in_.counts.of(counter::drops);
  link_->cut();
  link_.reset();
  is_welcome_ = false;
}

void run_session::leave() {
  if (link_)
    link_->close();
  link_.reset();
  is_welcome_ = false;
}

void run_session::ended(const std::string& why) {
  ++in_.counts.of(counter::closed_by_server);
  in_.counts.error("socket of a run", why);
  // Backoff as the protocol asks: at once, then 1, 2, 4 ... 30 s.
  auto wait_s = failures_ == 0 ? 0 : std::min(30, 1 << std::min(failures_ - 1, 5));
  ++failures_;
  not_before_ = steady::now() + std::chrono::seconds{wait_s};
  old_link_ = std::move(link_);
  is_welcome_ = false;
  wake_.ring();
}

void run_session::record_up_to(std::uint32_t seq, steady_time due, bool is_catch_up) {
  made_ = std::max(made_, seq);
  awaited_.push_back({seq, due, is_catch_up});
  if (is_repeat_due_ && steady::now() >= not_before_) {
    is_repeat_due_ = false;
    in_.counts.of(counter::repeats) += sent_ - acked_;
    sent_ = acked_;
  }
  send_made();
}

void run_session::want_finish(steady_time due) {
  finish_due_ = due;
  if (is_repeat_due_ && steady::now() >= not_before_) {
    is_repeat_due_ = false;
    sent_ = acked_;
    is_finish_sent_ = false;
  }
  send_made();
}

void run_session::send_made() {
  if (!is_welcome_ || is_repeat_due_)
    return;
  while (sent_ < made_) {
    auto last = std::min(made_, sent_ + message_fixes_max);
    send_range(sent_ + 1, last);
    sent_ = last;
  }
  sent_most_ = std::max(sent_most_, sent_);
  if (!finish_due_ || is_finish_sent_ || is_over_ || sent_ < total())
    return;
  is_finish_sent_ = true;
  in_.finished_at[who_.id] = *finish_due_;
  link_->send(finish_text(run_, total()));
}

void run_session::send_range(std::uint32_t first, std::uint32_t last) {
  in_.counts.of(counter::fixes_sent) += last - first + 1;
  link_->send(fixes_text(run_, fixes_, first, last, start_ms_));
}

void run_session::send_again_later() {
  is_repeat_due_ = true;
  not_before_ = steady::now() + repeat_after;
  wake_.ring();
}

void run_session::hear(std::string_view text) {
  auto x = in_.json.parse(text);
  auto type = text_of(x, "type");
  if (type == "ack")
    heard_ack(integer_of(x, "ack"), "ack");
  else if (type == "tiles")
    hear_tiles(x);
  else if (type == "welcome")
    hear_welcome(x);
  else if (type == "run")
    heard_run(member(x, "run"));
  else if (type == "error")
    hear_error(x);
  else if (type.empty())
    in_.counts.violation("a message on a run's socket is no JSON object with a type");
}

void run_session::hear_welcome(json_value x) {
  auto now = steady::now();
  in_.clock.learn(integer_of(x, "server_time", 0), now);
  in_.add_latency(op::connect, connect_due_, now);
  if (text_of(x, "run") != run_)
    in_.counts.violation("welcome names another run than hello did");
  if (failures_ > 0 || sent_ > 0)
    ++in_.counts.of(counter::reconnects);
  failures_ = 0;
  heard_ack(integer_of(x, "ack"), "welcome");
  in_.counts.of(counter::repeats) += sent_ - std::min(sent_, acked_);
  sent_ = acked_;
  is_welcome_ = true;
  is_finish_sent_ = false;
  send_made();
}

void run_session::heard_ack(std::int64_t ack, const char* where) {
  ++in_.counts.of(counter::checks_made);
  auto told = [&](const char* what, std::uint32_t other) {
    in_.counts.violation("run " + run_ + ": " + where + " " + std::to_string(ack) + " " + what + " "
                         + std::to_string(other));
  };
  if (ack < static_cast<std::int64_t>(acked_))
    return told("comes after", acked_);
  if (ack > static_cast<std::int64_t>(std::max(sent_most_, made_)))
    return told("though so many fixes were sent:", std::max(sent_most_, made_));
  in_.counts.of(counter::fixes_acked) += static_cast<std::uint64_t>(ack) - acked_;
  acked_ = static_cast<std::uint32_t>(ack);
  auto now = steady::now();
  for (; !awaited_.empty() && awaited_.front().seq <= acked_; awaited_.pop_front()) {
    const auto& x = awaited_.front();
    in_.add_latency(x.is_catch_up ? op::ack_catch_up : op::ack, x.due, now);
  }
}

void run_session::give_up_waiting() {
  auto now = steady::now();
  for (; !awaited_.empty(); awaited_.pop_front()) {
    in_.add_latency(awaited_.front().is_catch_up ? op::ack_catch_up : op::ack, awaited_.front().due,
                    now);
    in_.counts.error("fixes", "never acknowledged");
  }
}

void run_session::hear_tiles(json_value x) {
  for (auto tile : array_of(x, "passed")) {
    std::string_view name;
    if (tile.get(name) == simdjson::SUCCESS)
      told_.emplace_back(name);
  }
  in_.counts.of(counter::tiles_told) += array_of(x, "passed").size();
}

void run_session::hear_error(json_value x) {
  std::string code{text_of(x, "code")};
  if (code == "fixes_missing") {
    heard_ack(integer_of(x, "ack"), "fixes_missing");
    ++in_.counts.of(counter::repeats);
    if (++finishes_ > finishes_max) {
      in_.counts.violation("run " + run_ + ": fixes are missing though all were sent again");
      is_closed_to_us_ = true;
    }
    sent_ = acked_;
    is_finish_sent_ = false;
    return send_again_later();
  }
  in_.counts.error("socket of a run", code);
  if (passes(code)) {
    if (!is_welcome_) { // It was the hello that was refused.
      old_link_ = std::move(link_);
      old_link_->close();
      not_before_ = steady::now() + repeat_after;
      return wake_.ring();
    }
    is_finish_sent_ = false;
    return send_again_later();
  }
  if (code == "run_not_recording" || code == "not_found") {
    is_closed_to_us_ = true;
    wake_.ring();
  }
}

void run_session::heard_run(json_value run) {
  auto state = text_of(run, "state");
  if (is_over_ || text_of(run, "id") != run_ || state == "recording" || state == "processing"
      || state.empty())
    return;
  auto now = steady::now();
  is_over_ = true;
  heard_ack(total(), "result"); // A saved run has all of its fixes.
  in_.add_latency(op::finish, finish_due_.value_or(now), now);
  ++in_.counts.of(counter::runs_finished);
  in_.counts.of(counter::runs_accepted) += state == "accepted" ? 1 : 0;
  std::string verdict{state};
  for (auto reason : array_of(run, "reasons"))
    verdict += " " + std::string{reason.get_string().value()};
  ++in_.counts.verdicts[verdict];
  ++in_.counts.of(counter::checks_made);
  if (integer_of(run, "total_seq") != static_cast<std::int64_t>(total()))
    in_.counts.violation("run " + run_ + " was saved with total_seq "
                         + std::to_string(integer_of(run, "total_seq")) + " of "
                         + std::to_string(total()));
  finished_run done;
  done.person = static_cast<std::uint32_t>(&who_ - in_.people.data());
  done.id = run_;
  done.event = text_of(run, "event");
  done.has_result = member(run, "result").is_object();
  done.start_ms = start_ms_;
  done.took_territory = verdict == "accepted";
  std::ranges::sort(told_);
  auto same = std::ranges::unique(told_);
  told_.erase(same.begin(), same.end());
  auto passed = integer_of(run, "tiles_passed", 0);
  if (done.took_territory && passed < static_cast<std::int64_t>(told_.size()))
    in_.counts.violation("run " + run_ + " passed " + std::to_string(passed) + " tiles, and "
                         + std::to_string(told_.size()) + " were told on the way");
  done.told = told_;
  if (in_.finished.size() < runs_compared_max)
    done.fixes = fixes_;
  if (in_.check)
    in_.finished.push_back(std::move(done));
  wake_.ring();
}

} // namespace fief::load
