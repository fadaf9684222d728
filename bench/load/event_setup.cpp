#include "bench/load/event_setup.hpp"

#include "base/json_writer.hpp"
#include "base/time.hpp"
#include "bench/load/accounts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fief::load {

namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::size_t grants_at_most = 100'000;

std::string event_body(const world& in, std::uint32_t number, std::int64_t starts_ms) {
  const auto& part = in.plan.events;
  std::string text;
  base::json_writer out{text};
  out.begin_object();
  out.member("name", "Load " + in.plan.name + " " + std::to_string(number + 1));
  out.member("city", in.plan.where.name).member("tz", in.plan.where.tz);
  out.member("starts_at", base::from_ms(starts_ms)).member("metric", part.metric);
  out.member("entry_fee_cents", part.fee_cents).member("pot_cents", part.pot_cents);
  out.key("area").begin_object();
  out.member("lat", in.plan.where.lat).member("lon", in.plan.where.lon);
  out.member("radius_m",
             static_cast<std::int64_t>(std::clamp(in.plan.spread_m + 10'000, 100.0, 50'000.0)));
  out.end_object().end_object();
  return text;
}

event_known event_of(json_value x) {
  event_known out;
  out.id = text_of(x, "id");
  out.fee_cents = integer_of(x, "entry_fee_cents", 0);
  auto cut = base::parse_rfc3339(text_of(x, "cut_at"));
  out.cut_at_ms = cut ? base::to_ms(*cut) : 0;
  return out;
}

/// The start that the server proposes for one that is too late in the day.
std::int64_t proposed_start(json_value problem) {
  auto choices = array_of(problem, "alternatives");
  if (choices.size() == 0)
    return 0;
  auto start = base::parse_rfc3339(text_of(choices.at(0).value(), "starts_at"));
  return start ? base::to_ms(*start) : 0;
}

asio::awaitable<void> create_event(world& in, const person& boss, std::uint32_t number,
                                   std::int64_t starts_ms) {
  answer got;
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto what = in.ask_as(boss, op::operate, "POST", "/v1/events", steady::now());
    what.body = event_body(in, number, starts_ms);
    what.expected = " event_too_short ";
    got = co_await in.http.ask(std::move(what));
    if (got.code != "event_too_short")
      break;
    starts_ms = proposed_start(in.json.parse(got.body));
  }
  if (!got.ok())
    throw cannot_begin{"the event cannot be created: " + got.code + " " + got.body};
  in.events.push_back(event_of(in.json.parse(got.body)));
}

asio::awaitable<void> grant_coins(world& in, const person& boss, const person& to,
                                  std::int64_t cents) {
  auto what = in.ask_as(boss, op::operate, "POST", "/v1/users/" + to.id + "/grants", steady::now());
  what.body = R"({"coins_cents":)" + std::to_string(cents) + R"(,"reason":"a load test"})";
  answer got;
  alarm pause{in.io};
  for (int attempt = 0; attempt < 100; ++attempt) {
    auto copy = what;
    copy.due = steady::now();
    copy.expected = " rate_limited ";
    got = co_await in.http.ask(std::move(copy));
    if (got.status != 429)
      break;
    co_await pause.until(steady::now() + std::chrono::seconds{std::max(1, got.retry_after_s)});
  }
  if (!got.ok())
    throw cannot_begin{"coins cannot be granted to " + to.username + ": " + got.code};
}

asio::awaitable<void> find_events(world& in) {
  char path[160];
  std::snprintf(path, sizeof path,
                "/v1/events?near=%.5f,%.5f&radius_m=50000&state=active&limit=100",
                in.plan.where.lat, in.plan.where.lon);
  request what{op::list_events, "GET", path, steady::now()};
  auto got = co_await in.http.ask(std::move(what));
  if (got.ok())
    for (auto each : array_of(in.json.parse(got.body), "items"))
      in.events.push_back(event_of(each));
}

person known_boss(const operator_account& from) {
  person out;
  out.email = from.email;
  out.password = from.password;
  out.username = out.id = from.email; // It has an account: it logs in.
  return out;
}

} // namespace

asio::awaitable<void> set_up_events(world& in, const std::optional<operator_account>& account,
                                    std::optional<std::int64_t> finish_at_ms,
                                    const std::function<void(const std::string&)>& say) {
  const auto& part = in.plan.events;
  if (part.count == 0 || !account) {
    co_await find_events(in);
    if (finish_at_ms && part.count > 0)
      throw cannot_begin{"the scenario needs an event of its own, and so an operator: give "
                         "--operator EMAIL and its password in FIEF_LOAD_OPERATOR_PASSWORD"};
    if (part.count > 0)
      say("without an operator no event is created; there are " + std::to_string(in.events.size())
          + " in the city");
    co_return;
  }
  auto boss = known_boss(*account);
  std::string why;
  auto is_in = co_await sign_in(in, boss, why);
  if (!is_in)
    throw cannot_begin{"the operator: " + why};
  // The first local finish after this start is today's, if it is not too near.
  auto starts_ms = in.clock.now_ms(steady::now()) - minute_ms;
  if (finish_at_ms)
    starts_ms = *finish_at_ms - 60 * minute_ms;
  for (std::uint32_t i = 0; i < part.count; ++i)
    co_await create_event(in, boss, i, starts_ms);
  auto needed = static_cast<std::int64_t>(part.count) * part.fee_cents;
  auto grant = std::max(part.grant_cents, needed);
  std::size_t given = 0;
  for (const auto& who : in.people) {
    auto number = who.number;
    auto may_buy = number >= in.plan.runners.count + in.plan.watchers.count
                   || (number < in.plan.runners.count && in.plan.runners.ticket_share > 0);
    if (!may_buy || part.fee_cents == 0 || grant == 0 || given >= grants_at_most)
      continue;
    co_await keep_signed_in(in, boss);
    co_await grant_coins(in, boss, who, grant);
    if (++given % 500 == 0)
      say("coins for " + std::to_string(given));
  }
  say(std::to_string(in.events.size()) + " events, coins for " + std::to_string(given) + " people");
}

} // namespace fief::load
