#include "actors/area.hpp"
#include "tests/support/actor_runs.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

namespace {

settings area_rules() {
  settings rules;
  rules.tiles_running_max = 4;
  return rules;
}

/// An AREA, three users, and claims of theirs in the log.
struct field : actor_world {
  explicit field(std::uint64_t seed = 1) : actor_world(seed, area_rules()) { populate(3); }

  /// Run `n` of `user`, with claims on tiles `first` to `last`.
  merge_claims run(std::uint64_t n, std::uint64_t user, std::uint64_t first, std::uint64_t last,
                   std::int64_t holds_ms = 9 * hour) {
    std::vector<game::claim> claims;
    for (auto tile = first; tile <= last; ++tile)
      claims.push_back(new_claim(tile, user, n, 0, holds_ms));
    put_accepted_run(n, user, claims);
    return request(claims);
  }
  merge_claims request(const std::vector<game::claim>& claims) const {
    return {area_of_tiles, claims.front().run, db->users.at(claims.front().user).user.username,
            claims};
  }
  area_snapshot watch(const caf::actor& gateway) {
    return must(ask_area(watch_area{area_of_tiles, gateway}));
  }
  area_snapshot snapshot() { return must(ask_area(get_area{area_of_tiles})); }
  const area_state& area() const { return peek<area_actor, area_state>(key_of(area_of_tiles)); }
};

using map_view = std::map<game::tile_id, std::pair<game::user_id, game::instant>>;

/// Held tiles only, as a client keeps them.
template <class News>
void apply_to(map_view& map, const News& news) {
  for (const auto& tile : news.tiles)
    if (tile.owner.is_nil())
      map.erase(tile.tile);
    else
      map[tile.tile] = {tile.owner, tile.holds_until};
}

map_view view_of(const area_snapshot& x) {
  map_view map;
  apply_to(map, x);
  return map;
}

} // namespace

TEST_CASE("a run's claims are merged, and those that took their tile are counted", "[actors]") {
  field w;
  CHECK(must(w.ask_area(w.run(1, 1, 1, 10))).taken == 10);
  CHECK(must(w.ask_area(w.run(2, 2, 6, 20, 8 * hour))).taken == 10); // Weaker on five of them.
  CHECK(tiles_of(w, 1).size() == 10);
  CHECK(tiles_of(w, 2).size() == 10);
  auto tile = must(w.answered(w.send<tile_view>(key_of(area_of_tiles), get_tile{tile_of(7)})));
  CHECK(tile.owner == user_of(1));
  CHECK(tile.username == "runner1");
  CHECK(tile.holds_until == at(9 * hour));
  tile = must(w.answered(w.send<tile_view>(key_of(area_of_tiles), get_tile{tile_of(99)})));
  CHECK(tile.owner.is_nil());
  auto count = must(w.ask_area(get_area_count{area_of_tiles}));
  CHECK(count.tiles == 20);
  CHECK(count.owners == 2);
}

TEST_CASE("the same run merged twice, at once or later, answers and changes the same", "[actors]") {
  auto seed = GENERATE(range(1, 11));
  CAPTURE(seed);
  field w{static_cast<std::uint64_t>(seed)};
  auto request = w.run(1, 1, 1, 30);
  auto first = w.send_area(request);
  for (auto steps = w.rng.below(40); steps > 0; --steps)
    w.step();
  auto second = w.send_area(request);
  w.drain();
  CHECK(must(first->outcome()).taken == 30);
  CHECK(must(second->outcome()).taken == 30);
  auto before = w.snapshot();
  CHECK(must(w.ask_area(request)).taken == 30);
  CHECK(w.snapshot().version == before.version);
  CHECK(tiles_of(w, 1).size() == 30);
}

TEST_CASE("contested tiles go to the best claim in whatever order they are merged", "[actors]") {
  auto seed = GENERATE(range(1, 41));
  CAPTURE(seed);
  field w{static_cast<std::uint64_t>(seed)};
  std::map<game::tile_id, game::claim> best;
  std::vector<merge_claims> requests;
  for (std::uint64_t n = 1; n <= 6; ++n) {
    std::vector<game::claim> claims;
    for (std::uint64_t tile = 1; tile <= 12; ++tile)
      if (w.rng.chance(2, 3)) // Few values, so that ties happen.
        claims.push_back(new_claim(tile, 1 + n % 3, n,
                                   static_cast<std::int64_t>(w.rng.below(2)) * second,
                                   static_cast<std::int64_t>(1 + w.rng.below(3)) * hour));
    if (claims.empty())
      continue;
    w.put_accepted_run(n, 1 + n % 3, claims);
    requests.push_back(w.request(claims));
    for (const auto& claim : claims) {
      auto [it, fresh] = best.try_emplace(claim.tile, claim);
      if (!fresh && game::beats(claim, it->second))
        it->second = claim;
    }
  }
  w.weather = [&w](const std::string& operation) {
    return operation == "merge_claim" && w.rng.chance(1, 4) ? store_fault::delay
                                                            : store_fault::none;
  };
  std::vector<asked_ptr<claims_merged>> replies;
  for (auto k = requests.size(); k > 0; --k) {
    std::swap(requests[k - 1], requests[w.rng.below(k)]);
    replies.push_back(w.send_area(requests[k - 1]));
  }
  w.run_for(1s, 10ms);
  for (const auto& reply : replies)
    CHECK(reply->value);
  for (const auto& [tile, claim] : best) {
    CHECK(w.db->tiles.at(tile).top == claim);
    CHECK(w.area().tiles().row_of(tile).top == claim);
  }
  auto counted = std::size_t{0};
  for (std::uint64_t n = 1; n <= 3; ++n)
    counted += static_cast<std::size_t>(w.db->users.at(user_of(n)).account.mining.tiles);
  CHECK(counted == best.size());
}

TEST_CASE("a failed merge says so, and sending it again heals it", "[actors]") {
  auto fault = GENERATE(store_fault::refuse, store_fault::lose_answer);
  field w;
  auto request = w.run(1, 1, 1, 10);
  w.fail_next("merge_claim", {store_fault::none, fault, store_fault::none, fault});
  check_refused(w.ask_area(request), errc::unavailable);
  CHECK(must(w.ask_area(request)).taken == 10);
  CHECK(view_of(w.snapshot()).size() == 10);
  CHECK(tiles_of(w, 1).size() == 10);
}

TEST_CASE("only so many TILEs run at once, and they fold back after quiet", "[actors]") {
  field w;
  w.weather = [](const std::string& operation) {
    return operation == "merge_claim" ? store_fault::delay : store_fault::none;
  };
  auto before = w.sys.registry().running();
  auto reply = w.send_area(w.run(1, 1, 1, 50));
  w.drain();
  CHECK(w.area().tiles_in_motion() == 4);
  w.weather = {};
  w.run_for(500ms, 5ms);
  CHECK(must(reply->outcome()).taken == 50);
  CHECK(w.area().tiles_in_motion() == 50);
  w.advance(40s);
  CHECK(w.area().tiles_in_motion() == 0);
  CHECK(w.sys.registry().running() <= before + 1); // The AREA itself.
  CHECK(view_of(w.snapshot()).size() == 50);
  CHECK(must(w.ask_area(w.run(2, 2, 1, 5, 10 * hour))).taken == 5); // They start again.
}

TEST_CASE("a TILE whose claims were revoked behind its back looks again", "[actors]") {
  field w;
  must(w.ask_area(w.run(1, 1, 1, 3)));
  w.put(revoke_tiles{user_of(1), {tile_of(2)}, at(0)}); // By another server: no hint comes.
  CHECK(must(w.ask_area(w.run(2, 2, 1, 3, hour))).taken == 1);
  CHECK(tiles_of(w, 2) == std::vector{tile_of(2)});
  CHECK(w.area().tiles().row_of(tile_of(2)).top.user == user_of(2));
  CHECK(w.area().tiles().row_of(tile_of(2)).generation == 1);
}

TEST_CASE("revoked tiles are shown as what STORE recomputed, a weaker claim or nobody",
          "[actors]") {
  field w;
  must(w.ask_area(w.run(1, 1, 1, 2)));
  must(w.ask_area(w.run(2, 2, 2, 2, hour)));
  auto gateway = w.open_gateway();
  auto map = view_of(w.watch(gateway));
  auto changed = w.put(revoke_tiles{user_of(1), {tile_of(1), tile_of(2)}, at(0)});
  w.tell(key_of(area_of_tiles),
         refresh_tiles{area_of_tiles, changed.tiles, {user_of(2)}, {"runner2"}});
  w.advance(1s);
  for (const auto& delta : w.heard(gateway).deltas)
    apply_to(map, delta);
  CHECK(map == map_view{{tile_of(2), {user_of(2), at(hour)}}});
  // What was known before the revocation does not come back.
  w.tell(key_of(area_of_tiles),
         refresh_tiles{area_of_tiles, {{new_claim(1, 1, 1, 0, 9 * hour), 0}}, {}, {}});
  CHECK(view_of(w.snapshot()) == map);
}

TEST_CASE("the snapshot and the deltas after it give the state, with versions that only grow",
          "[actors]") {
  auto seed = GENERATE(range(1, 21));
  CAPTURE(seed);
  field w{static_cast<std::uint64_t>(seed)};
  must(w.ask_area(w.run(1, 1, 1, 5)));
  auto gateway = w.open_gateway();
  auto first = w.watch(gateway);
  auto map = view_of(first);
  auto version = first.version;
  for (std::uint64_t n = 2; n <= 12; ++n) {
    auto low = 1 + w.rng.below(20);
    auto holds = static_cast<std::int64_t>(1 + w.rng.below(20)) * second;
    must(w.ask_area(w.run(n, 1 + w.rng.below(3), low, low + w.rng.below(10),
                          base::to_ms(w.time->value) - base::to_ms(at(0)) + holds)));
    w.advance(std::chrono::milliseconds{100 * w.rng.below(40)}, 100ms);
  }
  w.advance(30s); // Everything but the first run's tiles has run out.
  for (const auto& delta : w.heard(gateway).deltas) {
    CHECK(delta.from_version == version);
    CHECK(delta.version > version);
    version = delta.version;
    apply_to(map, delta);
    for (const auto& tile : delta.tiles)
      CHECK(tile.changed <= delta.version);
  }
  auto now = w.snapshot();
  CHECK(now.version == version);
  CHECK(map == view_of(now));
  CHECK(map.size() == 5);
}

TEST_CASE("deltas are coalesced to two a second however often the area is watched", "[actors]") {
  field w;
  auto gateway = w.open_gateway();
  for (int times = 0; times < 20; ++times) { // Sessions come and go.
    w.watch(gateway);
    w.advance(10ms, 10ms);
  }
  auto flushes_of_a_second = [&] {
    auto heard = w.heard(gateway).deltas.size();
    for (std::uint64_t n = 1; n <= 50; ++n) {
      must(w.ask_area(w.run(100 + w.db->runs.size(), 1, n, n,
                            10 * hour + static_cast<std::int64_t>(w.db->runs.size()))));
      w.advance(20ms, 20ms);
    }
    return w.heard(gateway).deltas.size() - heard;
  };
  CHECK(flushes_of_a_second() <= 3);
  CHECK(flushes_of_a_second() <= 3);
}

TEST_CASE("who stops watching, or dies, hears no more", "[actors]") {
  field w;
  auto first = w.open_gateway();
  auto second = w.open_gateway();
  w.watch(first);
  w.watch(second);
  w.tell(key_of(area_of_tiles), unwatch_area{area_of_tiles, first});
  must(w.ask_area(w.run(1, 1, 1, 1)));
  w.advance(1s);
  CHECK(w.heard(first).deltas.empty());
  CHECK(w.heard(second).deltas.size() == 1);
  caf::anon_send_exit(second, caf::exit_reason::kill);
  w.advance(std::chrono::minutes{11}, 1s);
  CHECK_FALSE(w.is_live(key_of(area_of_tiles))); // Nobody watches: it may leave.
}

TEST_CASE("a tile that runs out is told as free, once and at its time", "[actors]") {
  field w;
  must(w.ask_area(w.run(1, 1, 1, 1, 10 * second)));
  auto gateway = w.open_gateway();
  CHECK(view_of(w.watch(gateway)).size() == 1);
  w.advance(9s);
  CHECK(w.heard(gateway).deltas.empty());
  w.advance(2s);
  REQUIRE(w.heard(gateway).deltas.size() == 1);
  REQUIRE(w.heard(gateway).deltas[0].tiles.size() == 1);
  CHECK(w.heard(gateway).deltas[0].tiles[0].tile == tile_of(1));
  CHECK(w.heard(gateway).deltas[0].tiles[0].owner.is_nil());
  w.advance(20s);
  CHECK(w.heard(gateway).deltas.size() == 1);
  CHECK(must(w.ask_area(get_area_count{area_of_tiles})).tiles == 0);
}
