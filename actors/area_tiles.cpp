#include "actors/area_tiles.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::actors {

namespace {

std::uint64_t changed_of(const area_tiles::record& r) {
  return r.changed_enclosed >> 1;
}

void mark(area_tiles::record& r, std::uint64_t version, bool enclosed) {
  r.changed_enclosed = version << 1 | (enclosed ? 1 : 0);
}

bool is_enclosed(const area_tiles::record& r) {
  return (r.changed_enclosed & 1) != 0;
}

} // namespace

std::uint32_t area_tiles::owner_index(game::user_id user, const std::string& username) {
  if (user.is_nil())
    return 0;
  auto [it, fresh] = owner_of_.try_emplace(user, static_cast<std::uint32_t>(owners_.size()));
  if (fresh)
    owners_.push_back({user, username});
  else if (!username.empty())
    owners_[it->second].name = username;
  return it->second;
}

void area_tiles::load(const area_loaded& loaded, std::uint64_t version) {
  FIEF_ASSERT(loaded.owners.size() == loaded.usernames.size());
  for (std::size_t i = 0; i < loaded.owners.size(); ++i)
    owner_index(loaded.owners[i], loaded.usernames[i]);
  records_.clear();
  records_.reserve(loaded.tiles.size());
  for (const auto& row : loaded.tiles)
    put(row, {}, version);
}

const area_tiles::record* area_tiles::find(game::tile_id tile) const {
  auto it = std::ranges::lower_bound(records_, tile, {}, &record::tile);
  return it != records_.end() && it->tile == tile ? &*it : nullptr;
}

tile_record area_tiles::row_of(game::tile_id tile) const {
  tile_record row;
  row.top.tile = tile;
  const auto* r = find(tile);
  if (r == nullptr)
    return row;
  row.top = {tile, owner_of(*r), r->run, r->crossed_at, r->holds_until, is_enclosed(*r)};
  row.generation = r->generation;
  return row;
}

bool area_tiles::put(const tile_record& row, const std::string& username, std::uint64_t version) {
  const auto& top = row.top;
  auto it = std::ranges::lower_bound(records_, top.tile, {}, &record::tile);
  auto known = it != records_.end() && it->tile == top.tile;
  if (known) {
    auto current = row_of(top.tile);
    auto newer = row.generation > current.generation
                 || (row.generation == current.generation && game::beats(top, current.top));
    if (!newer)
      return false;
  } else {
    it = records_.insert(it, record{});
    it->tile = top.tile;
  }
  it->owner = owner_index(top.user, username);
  it->generation = static_cast<std::uint32_t>(row.generation);
  it->run = top.run;
  it->crossed_at = top.crossed_at;
  it->holds_until = top.holds_until;
  mark(*it, version, top.enclosed);
  return true;
}

std::size_t area_tiles::expire(instant from, instant to, std::uint64_t version) {
  std::size_t count = 0;
  for (auto& r : records_)
    if (r.owner != 0 && r.holds_until > from && r.holds_until <= to) {
      mark(r, version, is_enclosed(r));
      ++count;
    }
  return count;
}

void area_tiles::add_to(view& out, std::vector<bool>& named, const record& r, instant now) const {
  auto held = r.owner != 0 && r.holds_until > now;
  out.tiles.push_back({r.tile, held ? owner_of(r) : game::user_id{},
                       held ? r.holds_until : instant{}, changed_of(r)});
  if (held && !named[r.owner]) {
    named[r.owner] = true;
    out.owners.push_back(owner_of(r));
    out.usernames.push_back(name_of(r));
  }
}

area_tiles::view area_tiles::held_at(instant now, std::uint64_t free_since) const {
  view out;
  std::vector<bool> named(owners_.size());
  for (const auto& r : records_)
    if ((r.owner != 0 && r.holds_until > now) || changed_of(r) > free_since)
      add_to(out, named, r, now);
  return out;
}

area_tiles::view area_tiles::changed_after(std::uint64_t version, instant now) const {
  view out;
  std::vector<bool> named(owners_.size());
  for (const auto& r : records_)
    if (changed_of(r) > version)
      add_to(out, named, r, now);
  return out;
}

area_count area_tiles::count(game::area_id area, instant now) const {
  std::vector<std::int64_t> held(owners_.size());
  for (const auto& r : records_)
    if (r.owner != 0 && r.holds_until > now)
      ++held[r.owner];
  area_count out;
  out.area = area;
  for (std::size_t i = 1; i < held.size(); ++i) {
    out.tiles += held[i];
    out.owners += held[i] > 0 ? 1 : 0;
    if (held[i] > out.strongest_tiles) {
      out.strongest = owners_[i].id;
      out.strongest_name = owners_[i].name;
      out.strongest_tiles = held[i];
    }
  }
  return out;
}

} // namespace fief::actors
