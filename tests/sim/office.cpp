#include "tests/sim/office.hpp"

namespace fief::test {

using namespace actors;

namespace {

const auto boss = user_of(city::operator_n);
const asker as_boss{boss, role_runner | role_organiser | role_operator};

constexpr game::metric metrics[] = {game::metric::race, game::metric::territory,
                                    game::metric::distance};

} // namespace

office::office(city& of, promises& told) : w_(of), told_(told), desk_(of.open_gateway()) {
  update_user rights;
  rights.user = boss;
  rights.roles = as_boss.roles;
  w_.put(rights);
}

void office::act() {
  read_deltas();
  if (w_.calm)
    return;
  switch (w_.work.below(40)) {
    case 0:
    case 1: return host();
    case 2: return edit();
    case 3: return w_.work.chance(1, 3) ? call_off() : edit();
    case 4:
    case 5: return grant();
    case 6:
    case 7:
    case 8:
    case 9: return review();
    case 10: return w_.work.chance(1, 4) ? take_back() : review();
    case 11:
    case 12: return watch();
    default: return;
  }
}

action_note office::note() {
  return {uuid_of(7, ++actions_), boss};
}

void office::host() {
  if (w_.db->events.size() >= 8)
    return;
  auto event = new_event(1'000 + next_++, city::operator_n);
  event.metric = metrics[w_.work.below(3)];
  event.distance_m = event.metric == game::metric::race ? 500 : 0;
  event.entry_fee_cents = static_cast<std::int64_t>(w_.work.below(4)) * 333;
  event.pot_cents = static_cast<std::int64_t>(w_.work.below(3)) * 1'001;
  event.starts_at = w_.time->now() + std::chrono::minutes{w_.work.below(240)};
  errand(key_of(boss), host_event{boss, event, note()}, [this](const auto& outcome) {
    if (outcome)
      told_.hosted(*outcome);
  });
}

void office::edit() {
  const auto& events = w_.db->events;
  auto event = std::next(events.begin(), static_cast<std::ptrdiff_t>(w_.work.below(events.size())));
  edit_event x;
  x.event = event->first;
  x.by = as_boss;
  x.action = note().id;
  if (w_.work.chance(1, 2))
    x.pot_cents = static_cast<std::int64_t>(w_.work.below(5)) * 777;
  else
    x.entry_fee_cents = static_cast<std::int64_t>(w_.work.below(5)) * 99;
  w_.ask(desk_, key_of(x.event), x, [this, x](const auto& outcome) {
    if (!outcome)
      return;
    const auto& now = w_.db->events.at(x.event);
    w_.found.expect(now.version >= outcome->version, "an edit was acknowledged and is not there");
  });
}

void office::call_off() {
  const auto& events = w_.db->events;
  auto event = std::next(events.begin(), static_cast<std::ptrdiff_t>(w_.work.below(events.size())));
  if (event->first == event_of(1))
    return; // Somebody has to win something.
  errand(key_of(event->first), call_off_event{event->first, as_boss, note().id},
         [this, id = event->first](const auto& outcome) {
           if (outcome)
             told_.called_off(id);
         });
}

void office::grant() {
  give_coins x{uuid_of(6, next_++), user_of(1 + w_.work.below(city::people)), boss,
               1 + static_cast<std::int64_t>(w_.work.below(900)), "a test"};
  errand(key_of(x.user), x, [this, x](const auto& outcome) {
    if (outcome)
      told_.granted(x);
  });
}

void office::review() {
  for (const auto& [id, row] : w_.db->runs) {
    if (row.run.state != run_state::flagged)
      continue;
    ++reviews_;
    review_run x{row.run.user, id, w_.work.chance(1, 2), "looked at", note()};
    errand(key_of(x.user), x, [this, x](const auto& outcome) {
      if (outcome) // Another review may have been first: its verdict is told.
        told_.reviewed(x.run, outcome->state == run_state::accepted);
    });
    return;
  }
}

void office::take_back() {
  std::vector<game::run_id> accepted;
  for (const auto& [id, row] : w_.db->runs)
    if (row.run.state == run_state::accepted)
      accepted.push_back(id);
  if (accepted.empty())
    return;
  auto id = accepted[w_.work.below(accepted.size())];
  review_run x{w_.db->runs.at(id).run.user, id, false, "not by foot", note()};
  errand(key_of(x.user), x, [this, x](const auto& outcome) {
    if (outcome)
      told_.reviewed(x.run, outcome->state == run_state::accepted);
  });
}

// -- the map --------------------------------------------------------------------------------------

void office::watch() {
  std::set<game::area_id> areas;
  for (const auto& [tile, row] : w_.db->tiles)
    areas.insert(w_.rules->tiling.area_of(tile));
  for (auto area : areas)
    w_.ask(desk_, key_of(area), watch_area{area, desk_}, [this, area](const auto& outcome) {
      if (!outcome)
        return;
      read_deltas(); // What came before it on the same way.
      auto& known = mirrors_[area];
      known = {};
      known.version = outcome->version;
      known.opened = outcome->complete_since;
      for (const auto& x : outcome->tiles)
        put(known, x);
    });
}

void office::put(mirror& into, const public_tile& x) const {
  if (x.owner.is_nil())
    into.tiles.erase(x.tile);
  else
    into.tiles[x.tile] = x;
}

void office::read_deltas() {
  const auto& all = w_.heard(desk_).deltas;
  for (; deltas_read_ < all.size(); ++deltas_read_) {
    const auto& x = all[deltas_read_];
    auto known = mirrors_.find(x.area);
    if (known == mirrors_.end())
      continue;
    auto& m = known->second;
    w_.found.expect(x.version > x.from_version, "a delta goes back");
    if (x.version <= m.version)
      continue; // From before the snapshot.
    if (x.from_version > m.version)
      m.torn = true;
    for (const auto& tile : x.tiles)
      put(m, tile);
    m.version = x.version;
  }
}

void office::ask_maps() {
  shown_.clear();
  for (const auto& [area, m] : mirrors_)
    w_.ask(desk_, key_of(area), get_area{area}, [this](const auto& outcome) {
      if (outcome)
        shown_.push_back(*outcome);
    });
}

void office::check_maps() {
  read_deltas();
  w_.found.expect(shown_.size() == mirrors_.size(), "an area does not answer");
  for (const auto& now : shown_) {
    const auto area = now.area;
    const auto& m = mirrors_.at(area);
    mirror fresh;
    for (const auto& x : now.tiles)
      put(fresh, x);
    std::map<game::tile_id, game::user_id> owners;
    for (const auto& [tile, row] : w_.db->tiles)
      if (w_.rules->tiling.area_of(tile) == area && !row.top.user.is_nil()
          && row.top.holds_until > w_.time->now())
        owners[tile] = row.top.user;
    std::map<game::tile_id, game::user_id> shown;
    for (const auto& [tile, x] : fresh.tiles)
      shown[tile] = x.owner;
    for (const auto& [tile, owner] : shown)
      w_.found.expect(owners.contains(tile) && owners.at(tile) == owner, "tile ", tile.value,
                      " is shown as held by ", to_string(owner), " and is not");
    for (const auto& [tile, owner] : owners)
      w_.found.expect(shown.contains(tile), "tile ", tile.value, " is held by ", to_string(owner),
                      " and not shown");
    if (now.complete_since != m.opened || m.torn)
      continue; // Another life of the AREA: its watchers ask again.
    auto same = std::ranges::equal(fresh.tiles, m.tiles, [](const auto& a, const auto& b) {
      return a.first == b.first && a.second.owner == b.second.owner;
    });
    w_.found.expect(same, "a watcher of area ", area.value, " has another map");
  }
}

} // namespace fief::test
