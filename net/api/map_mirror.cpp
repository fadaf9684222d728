#include "net/api/map_mirror.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace fief::net {

namespace {

std::uint64_t version_at(game::instant t) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(base::to_ms(t), 0));
}

game::tile_id tile_of(const map_mirror::entry& x) {
  return x.tile.tile;
}

bool same_holder(const actors::public_tile& a, const actors::public_tile& b) {
  return a.owner == b.owner && a.holds_until == b.holds_until;
}

} // namespace

void map_mirror::know_through(std::uint64_t version, game::instant now) {
  known_through_ = std::max(known_through_, std::min(version, version_at(now)));
}

void map_mirror::learn_names(const std::vector<game::user_id>& owners,
                             const std::vector<std::string>& usernames) {
  for (std::size_t i = 0; i < std::min(owners.size(), usernames.size()); ++i)
    names_[owners[i]] = usernames[i];
}

void map_mirror::load(const actors::area_snapshot& x, game::instant asked_at, game::instant now) {
  ++revision_;
  auto before = std::exchange(entries_, {});
  entries_.reserve(std::max(before.size(), x.tiles.size()));
  for (const auto& tile : x.tiles)
    entries_.push_back({tile, revision_});
  std::ranges::sort(entries_, {}, tile_of);
  const auto named = entries_.size();
  for (auto& old : before) {
    auto sorted = std::span{entries_}.first(named);
    auto at = std::ranges::lower_bound(sorted, old.tile.tile, {}, tile_of);
    if (at != sorted.end() && at->tile.tile == old.tile.tile) {
      if (same_holder(at->tile, old.tile))
        at->revision = old.revision;
    } else if (old.tile.owner.is_nil()) {
      entries_.push_back(old);
    } else {
      entries_.push_back({{old.tile.tile, {}, {}, x.version}, revision_});
    }
  }
  std::ranges::sort(entries_, {}, tile_of);
  names_.clear();
  learn_names(x.owners, x.usernames);
  version_ = x.version;
  complete_since_ = x.complete_since;
  know_through(x.version, now);
  // What it does not show yet happens after the question, and is given a version of its time.
  if (version_at(asked_at) > 0)
    know_through(version_at(asked_at) - 1, now);
}

bool map_mirror::apply(const actors::area_delta& x, game::instant now) {
  if (!loaded())
    return true;
  if (x.from_version != version_)
    return false;
  ++revision_;
  for (const auto& tile : x.tiles)
    put(tile);
  learn_names(x.owners, x.usernames);
  version_ = x.version;
  know_through(x.version, now);
  return true;
}

void map_mirror::put(const actors::public_tile& x) {
  auto at = std::ranges::lower_bound(entries_, x.tile, {}, tile_of);
  if (at == entries_.end() || at->tile.tile != x.tile)
    at = entries_.insert(at, entry{});
  *at = {x, revision_};
}

std::string_view map_mirror::name_of(game::user_id user) const {
  auto at = names_.find(user);
  return at != names_.end() ? std::string_view{at->second} : std::string_view{};
}

} // namespace fief::net
