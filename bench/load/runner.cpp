#include "bench/load/runner.hpp"

#include "base/time.hpp"
#include "bench/load/accounts.hpp"
#include "bench/load/chance.hpp"
#include "bench/load/messages.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace fief::load {

namespace {

constexpr std::chrono::milliseconds behind_max{50};
constexpr std::chrono::seconds look_again{1};
constexpr std::chrono::seconds result_patience{45};
constexpr std::uint32_t upload_fixes_max = 1'000;
constexpr std::uint64_t purpose = 1;
constexpr double fixes_max = 50'000; // Of one run, by the rules.

metres home_of(base::rng& random, double spread_m) {
  // Denser in the middle, as cities are.
  auto radius = spread_m * random.unit();
  auto angle = between(random, 0, 2 * std::numbers::pi);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

} // namespace

runner::runner(world& in, person& who, std::uint32_t index)
  : in_(in), who_(who), index_(index), random_(in.chance_of(who, purpose)), alarm_(in.io),
    session_(in, who, alarm_), shop_(in, who), home_(home_of(random_, in.plan.spread_m)) {}

asio::awaitable<void> runner::play() {
  auto share = static_cast<double>(index_) / std::max(1U, in_.plan.runners.count);
  auto after = std::chrono::duration<double>{in_.plan.ramp_s * share};
  auto due = in_.begin + std::chrono::duration_cast<steady::duration>(after);
  while (is_in_time()) {
    auto seconds = next_length(due);
    if (!seconds)
      break;
    co_await alarm_.until(due);
    auto x = plan(due, *seconds);
    auto last_ms = fix_ms(x.start_ms, x.seconds);
    co_await run_once(due, x);
    if (in_.plan.runners.finish_at_s)
      break;
    const auto& rest = in_.plan.runners.rest_s;
    auto rest_ms = static_cast<std::int64_t>(1'000 * between(random_, rest.from, rest.to));
    due = in_.play.when(last_ms + rest_ms);
    alarm_.forget();
  }
  session_.leave();
}

std::optional<std::uint32_t> runner::next_length(steady_time due) {
  const auto& part = in_.plan.runners;
  auto left_s = static_cast<double>(in_.play.ms_at(in_.end) - in_.play.ms_at(due)) / 1'000;
  if (part.finish_at_s)
    return static_cast<std::uint32_t>(std::clamp(left_s, 1.0, fixes_max));
  auto wanted_s = between(random_, part.run_s.from, part.run_s.to);
  if (left_s < std::min(wanted_s, part.run_s.from))
    return std::nullopt;
  return static_cast<std::uint32_t>(std::clamp(std::min(wanted_s, left_s), 1.0, fixes_max));
}

runner::outing runner::plan(steady_time due, std::uint32_t seconds) {
  const auto& part = in_.plan.runners;
  outing x;
  x.start_ms = in_.play.ms_at(due);
  x.seconds = seconds;
  x.batch = static_cast<std::uint32_t>(std::max(1.0, part.batch_s));
  x.first_batch = 1 + static_cast<std::uint32_t>(random_.below(x.batch));
  if (happens(random_, part.late_share)) {
    x.late_from = seconds / 2 + 1;
  } else if (happens(random_, part.drop_share)) {
    x.drop_from_ms = fix_ms(x.start_ms, 1 + static_cast<std::uint32_t>(random_.below(seconds)));
    auto for_s = between(random_, part.drop_s.from, part.drop_s.to);
    x.drop_to_ms = x.drop_from_ms + static_cast<std::int64_t>(1'000 * for_s);
  }
  return x;
}

std::vector<fix> runner::record_run(const std::string& run, std::uint32_t seconds) const {
  const auto& part = in_.plan.runners;
  base::rng random{in_.plan.seed + std::hash<std::string>{}(run)};
  random.next();
  auto kind = part.shapes[random.below(part.shapes.size())];
  auto speed_mps = between(random, part.speed_mps.from, part.speed_mps.to);
  auto way = make_route(kind, random, home_, std::max(60.0, 0.98 * speed_mps * seconds));
  return record(random, in_.plan.where, way, speed_mps, seconds);
}

asio::awaitable<void> runner::run_once(steady_time due, outing x) {
  ++in_.of(level::runners_out);
  co_await keep_signed_in(in_, who_);
  auto run = co_await start(due);
  if (!run.empty()) {
    session_.begin(run, record_run(run, x.seconds), x.start_ms);
    co_await session_.attach(steady::now());
    co_await send_batches(x);
    auto finish_due = in_.play.when(fix_ms(x.start_ms, session_.total()));
    if (x.late_from > 0)
      co_await save_over_rest(finish_due);
    else
      co_await save(finish_due);
    session_.give_up_waiting();
    if (!session_.is_over())
      in_.counts.error("run", "no result");
  }
  --in_.of(level::runners_out);
}

asio::awaitable<std::string> runner::start(steady_time due) {
  if (!in_.events.empty() && happens(random_, in_.plan.runners.ticket_share)) {
    auto ticket = co_await shop_.some_ticket(due);
    if (!ticket.empty()) {
      auto run = co_await shop_.consume(ticket);
      if (!run.empty())
        co_return run;
    }
  }
  co_return co_await start_free(due);
}

asio::awaitable<std::string> runner::start_free(steady_time due) {
  for (int attempt = 0; attempt < 3 && is_in_time(); ++attempt) {
    auto what = in_.ask_as(who_, op::start_run, "POST", "/v1/runs", due);
    what.body = start_body(in_.clock.now_ms(steady::now()));
    what.expected = " run_in_progress ";
    auto got = co_await in_.http.ask(std::move(what));
    if (got.ok())
      co_return std::string{text_of(in_.json.parse(got.body), "id")};
    due = steady::now();
    if (got.code == "run_in_progress") { // Left by a load before this one.
      std::string run{text_of(in_.json.parse(got.body), "run")};
      auto save = in_.ask_as(who_, op::finish_rest, "POST", "/v1/runs/" + run + "/finish", due);
      save.body = finish_body(0);
      save.expected = " fixes_missing ";
      auto saved = co_await in_.http.ask(std::move(save));
      if (saved.code == "fixes_missing") {
        auto held = integer_of(in_.json.parse(saved.body), "ack", 0);
        auto again = in_.ask_as(who_, op::finish_rest, "POST", "/v1/runs/" + run + "/finish", due);
        again.body = finish_body(static_cast<std::uint32_t>(held));
        co_await in_.http.ask(std::move(again));
      }
      continue;
    }
    co_await alarm_.until(steady::now() + std::chrono::seconds{std::max(1, got.retry_after_s)});
    alarm_.forget();
  }
  co_return std::string{};
}

asio::awaitable<void> runner::send_batches(const outing& x) {
  auto total = session_.total();
  auto is_tunnel_done = x.drop_to_ms == 0;
  for (auto last = std::min(x.first_batch, total);; last = std::min(last + x.batch, total)) {
    auto made_ms = fix_ms(x.start_ms, last);
    auto due = in_.play.when(made_ms);
    while (steady::now() < due && is_in_time())
      co_await alarm_.until(due);
    if (steady::now() - due > behind_max && session_.is_attached())
      ++in_.counts.of(counter::schedule_behind);
    if (x.late_from > 0 && last >= x.late_from) {
      session_.keep_up_to(last);
      session_.leave();
    } else if (!is_tunnel_done && made_ms >= x.drop_from_ms) {
      if (session_.has_link())
        session_.drop();
      session_.keep_up_to(last);
      is_tunnel_done = made_ms >= x.drop_to_ms || last == total;
      if (is_tunnel_done)
        co_await through_tunnel(x, last);
    } else {
      co_await session_.attach(due); // Only if it was lost.
      session_.record_up_to(last, due, false);
    }
    if (last == total || session_.is_closed_to_us() || !is_in_time())
      co_return;
  }
}

/// The far end of the tunnel: what was recorded in it is sent now.
asio::awaitable<void> runner::through_tunnel(const outing& x, std::uint32_t seq) {
  auto out_at = in_.play.when(std::max(x.drop_to_ms, fix_ms(x.start_ms, seq)));
  out_at = std::min(out_at, std::max(steady::now(), in_.end));
  while (steady::now() < out_at && is_in_time())
    co_await alarm_.until(out_at);
  co_await session_.attach(out_at);
  session_.record_up_to(seq, out_at, true);
}

asio::awaitable<void> runner::save(steady_time due) {
  auto asked = std::max(due, steady::now()); // A tunnel may end after the run.
  auto until = std::min(in_.give_up, asked + result_patience);
  while (!session_.is_over() && steady::now() < until) {
    if (session_.is_closed_to_us()) {
      co_await fetch_result();
      if (session_.is_over())
        co_return;
    } else {
      co_await session_.attach(steady::now());
      session_.want_finish(asked);
    }
    co_await alarm_.until(steady::now() + look_again);
  }
}

asio::awaitable<void> runner::save_over_rest(steady_time due) {
  ++in_.counts.of(counter::late_uploads);
  session_.leave();
  auto total = session_.total();
  auto path = "/v1/runs/" + session_.run();
  for (auto first = session_.acked() + 1; first <= total && is_in_time();) {
    auto last = std::min(total, first + upload_fixes_max - 1);
    auto what = in_.ask_as(who_, op::upload_fixes, "POST", path + "/fixes", due);
    what.body = fixes_body(session_.fixes(), first, last, session_.start_ms());
    auto got = co_await in_.http.ask(std::move(what));
    if (got.ok()) {
      in_.counts.of(counter::fixes_sent) += last - first + 1;
      session_.heard_ack(integer_of(in_.json.parse(got.body), "ack"), "POST fixes");
      first = last + 1;
    } else if (got.code == "run_not_recording" || got.code == "not_found") {
      break;
    } else {
      co_await alarm_.until(steady::now() + look_again);
    }
  }
  in_.finished_at[who_.id] = due;
  while (is_in_time()) {
    auto what = in_.ask_as(who_, op::finish_rest, "POST", path + "/finish", due);
    what.body = finish_body(total);
    auto got = co_await in_.http.ask(std::move(what));
    if (got.ok()) {
      session_.heard_run(in_.json.parse(got.body));
      break;
    }
    if (got.status == 409) {
      in_.counts.violation("run " + session_.run()
                           + " cannot be saved after its upload: " + got.code);
      co_return;
    }
    co_await alarm_.until(steady::now() + look_again);
  }
  while (!session_.is_over() && is_in_time()) { // 202: it is still being processed.
    co_await alarm_.until(steady::now() + look_again);
    co_await fetch_result();
  }
}

asio::awaitable<void> runner::fetch_result() {
  auto what = in_.ask_as(who_, op::get_run, "GET", "/v1/runs/" + session_.run(), steady::now());
  auto got = co_await in_.http.ask(std::move(what));
  if (got.ok())
    session_.heard_run(in_.json.parse(got.body));
}

} // namespace fief::load
