#include "net/api/map_board.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::net {

map_board::map_board(map_port& port, timer_wheel& wheel, const game::tiling& tiling,
                     live_metrics& metrics, const map_board_config& config)
  : port_(port), wheel_(wheel), tiling_(tiling), metrics_(metrics), config_(config) {}

map_board::~map_board() {
  FIEF_ASSERT(feeds_.empty());
  metrics_.areas.add(-static_cast<std::int64_t>(areas_.size()));
}

std::unique_ptr<map_subscription> map_board::subscribe(socket& to, const wish& what, refusal& why) {
  why = refusal::bad_box;
  if (!game::is_valid(what.box))
    return nullptr;
  const auto areas = tiling_.areas_in(what.box, config_.areas_max);
  why = refusal::too_many_areas;
  if (!areas || areas->empty())
    return nullptr;
  why = refusal::overloaded;
  // Who has no account cannot take the map from those who have.
  const auto mirrors_max = what.is_nobodys ? config_.mirrors_max / 2 : config_.mirrors_max;
  const auto fresh =
    std::ranges::count_if(*areas, [&](game::area_id area) { return !areas_.contains(area); });
  // What is mirrored already costs nothing more.
  if (fresh > 0 && areas_.size() + static_cast<std::size_t>(fresh) > mirrors_max)
    return nullptr;
  why = refusal::none;
  return std::make_unique<map_subscription>(feed_of(what.box, *areas), to, what.key, what.id,
                                            what.since);
}

// -- feeds ----------------------------------------------------------------------------------------

map_feed& map_board::feed_of(const game::bbox& box, const std::vector<game::area_id>& areas) {
  const box_key key{box.west, box.south, box.east, box.north};
  auto& feed = feeds_[key];
  if (feed)
    return *feed;
  std::vector<map_view::area> seen;
  seen.reserve(areas.size());
  for (auto area : areas)
    seen.push_back({area, &enter(area).mirror});
  feed = std::make_unique<map_feed>(
    box, seen, wheel_, [this] { return port_.now(); }, metrics_, [this, key] { drop_feed(key); });
  for (auto area : areas)
    areas_.at(area)->feeds.push_back(feed.get());
  return *feed;
}

void map_board::drop_feed(const box_key& key) {
  auto at = feeds_.find(key);
  FIEF_ASSERT(at != feeds_.end());
  const auto& box = at->second->box();
  const auto areas = tiling_.areas_in(box, config_.areas_max);
  FIEF_ASSERT(areas.has_value());
  for (auto area : *areas) {
    auto& x = *areas_.at(area);
    std::erase(x.feeds, at->second.get());
    if (x.feeds.empty())
      wheel_.arm(x.timer, config_.linger);
  }
  feeds_.erase(at);
}

void map_board::tell_feeds(watched& x) {
  for (auto* feed : x.feeds)
    feed->changed();
}

// -- areas ----------------------------------------------------------------------------------------

map_board::watched& map_board::enter(game::area_id area) {
  auto& x = areas_[area];
  if (!x) {
    x = std::make_unique<watched>([this, area] { on_due(area); });
    metrics_.areas.add(1);
    ask(area, *x);
  } else if (x->feeds.empty() && !x->asking) {
    wheel_.arm(x->timer, x->mirror.loaded() ? config_.renew : config_.retry);
  }
  return *x;
}

void map_board::ask(game::area_id area, watched& x) {
  FIEF_ASSERT(!x.asking);
  x.asking = true;
  port_.watch(area, [this, area, asked_at = port_.now()](const actors::area_snapshot* got) {
    on_snapshot(area, asked_at, got);
  });
}

void map_board::on_snapshot(game::area_id area, game::instant asked_at,
                            const actors::area_snapshot* got) {
  auto at = areas_.find(area);
  if (at == areas_.end())
    return; // Nobody looks any more.
  auto& x = *at->second;
  x.asking = false;
  if (!x.feeds.empty())
    wheel_.arm(x.timer, got != nullptr ? config_.renew : config_.retry);
  if (got == nullptr || got->area != area)
    return;
  x.mirror.load(*got, asked_at, port_.now());
  tell_feeds(x);
}

void map_board::on_delta(const actors::area_delta& x) {
  auto at = areas_.find(x.area);
  if (at == areas_.end())
    return;
  auto& to = *at->second;
  if (to.mirror.apply(x, port_.now())) {
    if (to.mirror.loaded())
      tell_feeds(to);
    return;
  }
  metrics_.gaps.add();
  if (!to.asking)
    ask(x.area, to);
}

void map_board::on_due(game::area_id area) {
  auto at = areas_.find(area);
  FIEF_ASSERT(at != areas_.end());
  if (at->second->feeds.empty()) {
    port_.unwatch(area);
    areas_.erase(at);
    metrics_.areas.add(-1);
  } else if (!at->second->asking) {
    ask(area, *at->second);
  }
}

} // namespace fief::net
