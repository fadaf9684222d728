#include "bench/load/watcher.hpp"

#include "bench/load/accounts.hpp"
#include "bench/load/chance.hpp"
#include "bench/load/messages.hpp"

#include <algorithm>

namespace fief::load {

namespace {

constexpr std::uint64_t purpose = 2;
constexpr std::chrono::seconds reconnect_after{1};
constexpr std::chrono::milliseconds behind_max{50};

steady::duration seconds(double x) {
  return std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>{x});
}

} // namespace

watcher::watcher(world& in, person& who, std::uint32_t index, bool keeps_map)
  : in_(in), who_(who), index_(index), keeps_map_(keeps_map), random_(in.chance_of(who, purpose)),
    alarm_(in.io) {
  choose_box();
}

void watcher::choose_box() {
  auto spread = in_.plan.spread_m;
  metres middle{between(random_, -spread, spread), between(random_, -spread, spread)};
  box_ = box_around(in_.plan.where, middle, in_.plan.watchers.box_m);
}

asio::awaitable<void> watcher::play() {
  const auto& part = in_.plan.watchers;
  auto arrival = in_.begin + seconds(in_.plan.ramp_s * index_ / std::max(1U, part.count));
  co_await alarm_.until(arrival);
  alarm_.forget();
  co_await keep_signed_in(in_, who_);
  attach(arrival);
  auto far = in_.end + std::chrono::hours{1};
  auto move_due = part.move_every_s > 0 ? arrival + seconds(part.move_every_s) : far;
  auto ping_due = arrival + seconds(part.ping_every_s * random_.unit());
  while (steady::now() < in_.end) {
    auto next = std::min({in_.end, move_due, ping_due});
    if (!link_)
      next = std::min(next, not_before_);
    co_await alarm_.until(next);
    auto now = steady::now();
    if (now - next > behind_max)
      ++in_.counts.of(counter::schedule_behind);
    if (!link_ && now >= not_before_) {
      co_await keep_signed_in(in_, who_);
      attach(not_before_);
    }
    if (now >= move_due) {
      choose_box();
      subscribe(move_due);
      move_due += seconds(part.move_every_s);
    }
    if (now >= ping_due) {
      ping_due_ = ping_due;
      if (is_welcome_)
        link_->send(ping_text(++pings_));
      ping_due += seconds(part.ping_every_s);
    }
  }
}

void watcher::attach(steady_time due) {
  connect_due_ = due;
  is_welcome_ = false;
  live_link::handlers handlers;
  handlers.on_text = [this](std::string_view text) { hear(text); };
  handlers.on_end = [this](const std::string& why) { ended(why); };
  link_ = std::make_unique<live_link>(in_.place_of(who_), std::move(handlers));
  link_->send(hello_text(who_.access, {}, in_.clock.now_ms(steady::now())));
  subscribe(due);
}

void watcher::subscribe(steady_time due) {
  subscribe_due_ = due;
  is_snapshot_due_ = true;
  version_ = -1;
  if (link_)
    link_->send(subscribe_text("map", box_));
}

void watcher::ended(const std::string& why) {
  ++in_.counts.of(counter::closed_by_server);
  in_.counts.error("socket of a watcher", why);
  old_link_ = std::move(link_);
  is_welcome_ = false;
  not_before_ = steady::now() + reconnect_after;
  alarm_.ring();
}

void watcher::hear(std::string_view text) {
  auto x = in_.json.parse(text);
  auto type = text_of(x, "type");
  auto now = steady::now();
  if (type == "delta") {
    hear_map(x, false);
  } else if (type == "snapshot") {
    hear_map(x, true);
  } else if (type == "welcome") {
    is_welcome_ = true;
    in_.clock.learn(integer_of(x, "server_time", 0), now);
    in_.add_latency(op::connect, connect_due_, now);
  } else if (type == "pong" && integer_of(x, "n") == static_cast<std::int64_t>(pings_)) {
    in_.add_latency(op::ping, ping_due_, now);
  } else if (type == "error") {
    in_.counts.error("socket of a watcher", text_of(x, "code"));
  }
}

void watcher::hear_map(json_value x, bool is_snapshot) {
  ++in_.counts.of(is_snapshot ? counter::snapshots : counter::deltas);
  ++in_.counts.of(counter::checks_made);
  auto version = integer_of(x, "version");
  if (is_snapshot) {
    map_.clear();
    if (is_snapshot_due_)
      in_.add_latency(op::map_snapshot, subscribe_due_, steady::now());
    is_snapshot_due_ = false;
  } else if (is_snapshot_due_) {
    return; // Still of the box before.
  } else if (version < version_) {
    in_.counts.violation("a delta with version " + std::to_string(version) + " comes after "
                         + std::to_string(version_));
  }
  version_ = version;
  for (auto change : array_of(x, "tiles"))
    apply(change, is_snapshot);
}

void watcher::apply(json_value change, bool is_snapshot) {
  std::string_view tile;
  if (change.at(0).get(tile) != simdjson::SUCCESS)
    return in_.counts.violation("a map message holds a change without a tile");
  std::string_view owner;
  if (change.at(1).get(owner) != simdjson::SUCCESS) {
    if (keeps_map_)
      map_.erase(std::string{tile});
    return;
  }
  if (keeps_map_)
    map_[std::string{tile}] = owner;
  if (is_snapshot)
    return;
  auto finish = in_.finished_at.find(std::string{owner});
  if (finish == in_.finished_at.end())
    return;
  auto& measured = seen_[finish->first];
  if (measured == finish->second)
    return;
  measured = finish->second;
  in_.add_latency(op::map_delta, finish->second, steady::now());
}

} // namespace fief::load
