#include "bench/load/event_end.hpp"

#include "bench/load/messages.hpp"

#include <set>

namespace fief::load {

namespace {

constexpr std::chrono::milliseconds between_looks{250};
constexpr int pages_max = 1'000;

/// Final results, as the leaderboard pages tell them.
struct standings {
  std::string state;
  std::int64_t prizes_cents = 0;
  std::int64_t count = 0;
  bool has_gap = false;
  std::set<std::string> users;
};

asio::awaitable<bool> fetch_standings(world& in, const person& who, const std::string& event,
                                      standings& into) {
  std::string cursor;
  for (int page = 0; page < pages_max; ++page) {
    auto path = "/v1/events/" + event + "/leaderboard?limit=200"
                + (cursor.empty() ? "" : "&cursor=" + escaped(cursor));
    auto what = in.ask_as(who, op::get_leaderboard, "GET", path, steady::now());
    auto got = co_await in.http.ask(std::move(what));
    if (!got.ok())
      co_return false;
    auto root = in.json.parse(got.body);
    into.state = text_of(root, "state");
    for (auto each : array_of(root, "items")) {
      into.has_gap = into.has_gap || integer_of(each, "rank") != ++into.count;
      into.prizes_cents += integer_of(each, "prize_cents", 0);
      into.users.emplace(text_of(each, "user"));
    }
    cursor = text_of(root, "next_cursor");
    if (cursor.empty())
      co_return true;
  }
  co_return false;
}

asio::awaitable<void> check_event(world& in, const std::string& event) {
  const auto& who = in.people.front();
  auto what = in.ask_as(who, op::list_events, "GET", "/v1/events/" + event, steady::now());
  auto got = co_await in.http.ask(std::move(what));
  auto root = in.json.parse(got.body);
  if (text_of(root, "state") != "settled")
    co_return; // It goes on.
  auto pool_cents = integer_of(root, "pool_cents", 0);
  // Whose tiles others of the event took has no rank by territory.
  auto everybody_ranks = text_of(root, "metric") != "territory";
  standings x;
  auto is_known = co_await fetch_standings(in, who, event, x);
  ++in.counts.of(counter::checks_made);
  if (!is_known)
    co_return in.counts.violation("the results of event " + event + " are not to be had");
  if (x.has_gap)
    in.counts.violation("the ranks of event " + event + " are not 1, 2, 3 ...");
  if (x.count > 0 && x.prizes_cents != pool_cents)
    in.counts.violation("event " + event + " paid " + std::to_string(x.prizes_cents)
                        + " cents of a pool of " + std::to_string(pool_cents));
  for (const auto& run : in.finished)
    if (everybody_ranks && run.event == event && run.has_result
        && !x.users.contains(in.people[run.person].id))
      in.counts.violation("run " + run.id + " has a result, and its runner no rank in event "
                          + event);
}

} // namespace

asio::awaitable<void> event_end::play() {
  for (std::size_t i = 0; i < in_.events.size(); ++i)
    co_await follow(i);
}

asio::awaitable<void> event_end::follow(std::size_t index) {
  auto event = in_.events[index];
  auto cut = in_.play.when(event.cut_at_ms);
  if (cut > in_.give_up)
    co_return;
  co_await alarm_.until(cut);
  while (steady::now() < in_.give_up) {
    auto path = "/v1/events/" + event.id + "/leaderboard?limit=3";
    auto what = in_.ask_as(in_.people.front(), op::get_leaderboard, "GET", path, steady::now());
    auto got = co_await in_.http.ask(std::move(what));
    if (got.ok() && text_of(in_.json.parse(got.body), "state") == "settled") {
      in_.add_latency(op::settle, cut, steady::now());
      co_return;
    }
    co_await alarm_.until(steady::now() + between_looks);
  }
  in_.counts.error("event", "not settled in time");
}

asio::awaitable<void> check_events(world& in) {
  for (std::size_t i = 0; i < in.events.size(); ++i) {
    auto id = in.events[i].id;
    co_await check_event(in, id);
  }
}

} // namespace fief::load
