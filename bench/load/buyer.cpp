#include "bench/load/buyer.hpp"

#include "bench/load/accounts.hpp"
#include "bench/load/messages.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>

namespace fief::load {

namespace {

constexpr std::uint64_t purpose = 3;
constexpr std::chrono::milliseconds behind_max{50};
constexpr std::int64_t claim_every_ms = 61'000; // By the server's clock.
constexpr std::uint32_t under_way_max = 20;     // Of one person; a phone would give up too.

steady::duration seconds(double x) {
  return std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>{x});
}

std::string near(const city& where) {
  char text[96];
  std::snprintf(text, sizeof text, "/v1/events?near=%.5f,%.5f&radius_m=20000&limit=20", where.lat,
                where.lon);
  return text;
}

} // namespace

buyer::buyer(world& in, person& who, std::uint32_t index)
  : in_(in), who_(who), index_(index), random_(in.chance_of(who, purpose)), alarm_(in.io),
    shop_(in, who) {}

asio::awaitable<void> buyer::play() {
  const auto& part = in_.plan.buyers;
  auto due =
    in_.begin
    + seconds(in_.plan.ramp_s * index_ / std::max(1U, part.count) + part.every_s * random_.unit());
  for (std::uint64_t step = index_; due < in_.end; ++step, due += seconds(part.every_s)) {
    co_await alarm_.until(due);
    if (steady::now() - due > behind_max)
      ++in_.counts.of(counter::schedule_behind);
    if (under_way_ < under_way_max)
      asio::co_spawn(in_.io, act(step, due), asio::detached);
    else
      in_.counts.error("buyer", "gave up: 20 requests unanswered");
  }
  while (under_way_ > 0 && steady::now() < in_.give_up)
    co_await alarm_.until(steady::now() + std::chrono::milliseconds{100});
}

asio::awaitable<void> buyer::act(std::uint64_t step, steady_time due) {
  ++under_way_;
  co_await keep_signed_in(in_, who_);
  switch (step % 7) {
    case 0: co_await read(op::list_events, near(in_.plan.where), due); break;
    case 1: co_await buy_next(due); break;
    case 2: co_await shop_.look(due); break;
    case 3: co_await read(op::list_ledger, "/v1/me/ledger?limit=20", due); break;
    case 4: co_await read(op::get_mining, "/v1/mining", due); break;
    case 5: co_await claim(due); break;
    default: co_await read(op::get_me, "/v1/me", due); break;
  }
  --under_way_;
}

asio::awaitable<void> buyer::read(op what, std::string path, steady_time due) {
  auto ask = in_.ask_as(who_, what, "GET", std::move(path), due);
  co_await in_.http.ask(std::move(ask));
}

asio::awaitable<void> buyer::buy_next(steady_time due) {
  for (std::size_t i = 0; i < in_.events.size(); ++i) {
    auto event = in_.events[(i + index_) % in_.events.size()];
    if (shop_.has_tried(event.id))
      continue;
    co_await shop_.buy(event, due);
    co_return;
  }
  if (in_.events.empty())
    co_return co_await shop_.look(due);
  auto event = in_.events[index_ % in_.events.size()];
  co_await read(op::get_leaderboard, "/v1/events/" + event.id + "/leaderboard?limit=20", due);
}

asio::awaitable<void> buyer::claim(steady_time due) {
  auto now_ms = in_.clock.now_ms(steady::now());
  if (now_ms < claimable_at_ms_)
    co_return co_await read(op::get_mining, "/v1/mining", due);
  claimable_at_ms_ = now_ms + claim_every_ms;
  auto ask = in_.ask_as(who_, op::claim_mining, "POST", "/v1/mining/claim", due);
  ask.expected = " claim_too_soon ";
  co_await in_.http.ask(std::move(ask));
}

} // namespace fief::load
