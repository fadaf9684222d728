#include "game/fix_chunk.hpp"
#include "tests/integration/store/backends.hpp"

#include <algorithm>
#include <set>

using namespace fief::actors;
using namespace fief::test;
using fief::game::milliseconds;

namespace {

/// Two fixes from `first_seq` on; another `place`, other bytes.
append_fixes chunk(std::uint32_t first_seq, std::int32_t place = 0, std::int64_t now_ms = 0) {
  std::vector<fief::game::fix> fixes(2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    fixes[i].seq = first_seq + i;
    fixes[i].t = at(1'000 * std::int64_t{first_seq + i});
    fixes[i].lat_e7 = 458'100'000 + place;
    fixes[i].lon_e7 = 159'800'000;
  }
  return {run_of(1),
          user_of(1),
          {first_seq, 2, fief::game::encode_chunk(fixes)},
          milliseconds{7},
          at(now_ms)};
}

save_run verdict(const run_record& run, run_state state, run_state from = run_state::processing) {
  save_run save;
  save.run = run;
  save.run.state = state;
  save.from = from;
  save.now = at(hour);
  return save;
}

run_record processed(store_world& world, std::uint64_t n, std::uint64_t user) {
  must(world.write(create_run{new_run(n, user)}));
  return must(world.write(finish_recording{run_of(n), user_of(user), 9, false, at(1)}));
}

} // namespace

TEST_CASE("a user records one run at a time") {
  store_world world{each_backend()};
  populate(world, 2);
  for (int times = 0; times < 2; ++times)
    CHECK(must(world.write(create_run{new_run(1, 1)})).state == run_state::recording);
  check_refused(world.write(create_run{new_run(2, 1)}), errc::run_in_progress);
  must(world.write(create_run{new_run(3, 2)}));
  must(world.write(finish_recording{run_of(1), user_of(1), 0, false, at(1)}));
  must(world.write(create_run{new_run(2, 1)}));
  CHECK(must(world.write(create_run{new_run(1, 1)})).state == run_state::processing);
}

TEST_CASE("of runs that are started at once one records") {
  store_world world{each_backend()};
  populate(world, 1);
  std::vector<create_run> starts;
  for (std::uint64_t n = 1; n <= 5; ++n)
    starts.push_back({new_run(n, 1)});
  int started = 0;
  for (auto& reply : world.write_at_once(starts)) {
    started += reply.has_value();
    if (!reply)
      CHECK(reply.error() == errc::run_in_progress);
  }
  CHECK(started == 1);
}

TEST_CASE("fixes are stored once per first number, byte for byte") {
  store_world world{each_backend()};
  populate(world, 2);
  must(world.write(create_run{new_run(1, 1)}));
  must(world.write(chunk(1, 0, 10)));
  must(world.write(chunk(3, 0, 30)));
  must(world.write(chunk(3, 0, 20)));
  check_refused(world.write(chunk(3, 1)), errc::stale);
  auto foreign = chunk(5);
  foreign.user = user_of(2);
  check_refused(world.write(foreign), errc::not_found);
  foreign.user = user_of(1);
  foreign.run = run_of(9);
  check_refused(world.write(foreign), errc::not_found);
  auto loaded = must(world.read(load_user{user_of(1)}));
  REQUIRE(loaded.recording);
  CHECK(loaded.recording->last_data_at == at(30));
  CHECK(loaded.recording->drift_max == milliseconds{7});
  REQUIRE(loaded.chunks.size() == 2);
  CHECK(loaded.chunks[0].first_seq == 1);
  CHECK(loaded.chunks[0].count == 2);
  CHECK(loaded.chunks[0].data == chunk(1).chunk.data);
  CHECK(loaded.chunks[1].data == chunk(3).chunk.data);
  CHECK(must(world.read(load_run{run_of(1), true})).chunks.size() == 2);
  CHECK(must(world.read(load_run{run_of(1), false})).chunks.empty());
}

TEST_CASE("many chunks at once are all durable when they are answered") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(create_run{new_run(1, 1)}));
  std::vector<append_fixes> chunks;
  for (std::uint32_t i = 0; i < 100; ++i)
    chunks.push_back(chunk(1 + 2 * (i % 50)));
  for (auto& reply : world.write_at_once(chunks))
    must(reply);
  auto stored = must(world.read(load_user{user_of(1)})).chunks;
  REQUIRE(stored.size() == 50);
  for (std::uint32_t i = 0; i < 50; ++i)
    CHECK(stored[i].first_seq == 1 + 2 * i);
}

TEST_CASE("a finished run takes no more fixes") {
  store_world world{each_backend()};
  populate(world, 2);
  must(world.write(create_run{new_run(1, 1)}));
  must(world.write(chunk(1)));
  check_refused(world.write(finish_recording{run_of(1), user_of(2), 2, false, at(1)}),
                errc::not_found);
  for (std::uint32_t total : {2U, 5U}) {
    auto run = must(world.write(finish_recording{run_of(1), user_of(1), total, total == 2, at(1)}));
    CHECK(run.state == run_state::processing);
    CHECK(run.total_seq == 2);
    CHECK(run.partial);
  }
  check_refused(world.write(chunk(3)), errc::run_not_recording);
  must(world.write(chunk(1)));
  auto loaded = must(world.read(load_user{user_of(1)}));
  CHECK_FALSE(loaded.recording);
  REQUIRE(loaded.unfinished.size() == 1);
  CHECK(loaded.unfinished[0].id == run_of(1));
}

TEST_CASE("an accepted run is saved once with its statistics and its claims") {
  store_world world{each_backend()};
  populate(world, 1);
  auto save = verdict(processed(world, 1, 1), run_state::accepted);
  save.run.started_at = at(5);
  save.run.finished_at = at(50);
  save.run.distance_m = 5'000.25;
  save.run.moving = milliseconds{1'500'000};
  save.run.tiles_passed = 40;
  save.run.tiles_enclosed = 2;
  save.run.track_hash = uuid_of(9, 9);
  save.claims = {new_claim(1, 1, 1, 5, 7 * day), new_claim(2, 1, 1, 6, 8 * day)};
  save.claims[1].enclosed = true;
  must(world.write(save));
  auto repeat = save;
  repeat.run.state = run_state::rejected;
  repeat.run.distance_m = 1;
  repeat.claims.clear();
  CHECK(must(world.write(repeat)).state == run_state::accepted);
  auto loaded = must(world.read(load_run{run_of(1), false}));
  CHECK(loaded.run.state == run_state::accepted);
  CHECK(loaded.run.distance_m == 5'000.25);
  CHECK(loaded.run.moving == milliseconds{1'500'000});
  CHECK(loaded.run.started_at == at(5));
  CHECK(loaded.run.finished_at == at(50));
  CHECK(loaded.run.tiles_passed == 40);
  CHECK(loaded.run.tiles_enclosed == 2);
  CHECK(loaded.run.total_seq == 9);
  CHECK(loaded.run.track_hash == uuid_of(9, 9));
  std::sort(loaded.claims.begin(), loaded.claims.end(),
            [](const auto& a, const auto& b) { return a.tile < b.tile; });
  CHECK(loaded.claims == save.claims);
  CHECK(must(world.read(load_user{user_of(1)})).outbox == std::vector{run_of(1)});
  CHECK(notices_of(world, 1).empty());
  save.run.id = run_of(9);
  check_refused(world.write(save), errc::not_found);
}

TEST_CASE("a run without claims has nothing in the outbox") {
  store_world world{each_backend()};
  populate(world, 1);
  accept_run(world, 1, 1, {});
  auto loaded = must(world.read(load_user{user_of(1)}));
  CHECK(loaded.outbox.empty());
  CHECK(loaded.unfinished.empty());
}

TEST_CASE("a flagged run is told, and its review decides once") {
  store_world world{each_backend()};
  populate(world, 1);
  auto save = verdict(processed(world, 1, 1), run_state::flagged);
  save.run.reasons = {"mock_location", "cadence"};
  for (int times = 0; times < 2; ++times)
    CHECK(must(world.write(save)).state == run_state::flagged);
  CHECK(must(world.read(load_run{run_of(1), false})).run.reasons == save.run.reasons);
  auto notices = notices_of(world, 1);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].kind == notice_kind::run_flagged);
  CHECK(notices[0].run == run_of(1));
  CHECK(notices[0].text == "mock_location,cadence");

  auto accept = verdict(save.run, run_state::accepted, run_state::flagged);
  accept.claims = {new_claim(1, 1, 1, 5, 7 * day)};
  CHECK(must(world.write(accept)).state == run_state::accepted);
  auto reject = verdict(save.run, run_state::rejected, run_state::flagged);
  CHECK(must(world.write(reject)).state == run_state::accepted);
  CHECK(must(world.read(load_run{run_of(1), false})).claims.size() == 1);
}

TEST_CASE("a rejected run is told with its reasons") {
  store_world world{each_backend()};
  populate(world, 1);
  auto save = verdict(processed(world, 1, 1), run_state::rejected);
  save.run.reasons = {"duplicate_foreign"};
  must(world.write(save));
  auto notices = notices_of(world, 1);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].kind == notice_kind::run_rejected);
  CHECK(notices[0].text == "duplicate_foreign");
}

TEST_CASE("a result counts only until its event is settled") {
  store_world world{each_backend()};
  populate(world, 2);
  must(world.write(create_event{new_event(1, 1)}));
  for (std::uint64_t n = 1; n <= 2; ++n)
    must(world.write(buy_ticket{ticket_of(n), user_of(n), event_of(1), false, at(0)}));
  auto version = load(world, 1).version;
  auto run = run_event(world, 1, 1, 1, 1, 42, hour);
  CHECK(run.has_result);
  CHECK(run.result_value == 42);
  CHECK(load(world, 1).version > version);
  must(world.write(consume_ticket{ticket_of(2), new_run(2, 2), at(hour)}));
  auto late = must(world.write(finish_recording{run_of(2), user_of(2), 0, false, at(hour)}));
  must(world.write(settle_event{event_of(1), load(world, 1).version, 0, {}, at(2 * hour)}));
  auto save = verdict(late, run_state::accepted);
  save.has_result = true;
  save.result = {event_of(1), user_of(2), run_of(2), 43, at(hour), at(hour)};
  CHECK(must(world.write(save)).state == run_state::accepted);
  auto results = must(world.read(load_event{event_of(1)})).results;
  REQUIRE(results.size() == 1);
  CHECK(results[0].run == run_of(1));
}

TEST_CASE("similar runs are those with the same track, time or fingerprints") {
  store_world world{each_backend()};
  populate(world, 3);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    auto save = verdict(processed(world, n, n), run_state::accepted);
    save.run.track_hash = uuid_of(9, n);
    save.run.started_at = at(static_cast<std::int64_t>(n) * hour);
    save.run.finished_at = save.run.started_at + milliseconds{second};
    save.sketch = {n, n + 100, 0xFFFF'FFFF'FFFF'FF00ULL + n};
    must(world.write(save));
  }
  auto ids = [&](const find_similar_runs& query) {
    std::set<fief::game::run_id> found;
    for (const auto& similar : must(world.read(query)).runs)
      found.insert(similar.run.id);
    return found;
  };
  using runs = std::set<fief::game::run_id>;
  find_similar_runs query{run_of(9), user_of(9), uuid_of(9, 99), at(0), at(1), {}};
  CHECK(ids(query).empty());
  query.track_hash = uuid_of(9, 2);
  CHECK(ids(query) == runs{run_of(2)});
  query.run = run_of(2);
  CHECK(ids(query).empty());
  query = {run_of(9), user_of(1), uuid_of(9, 99), at(hour + 500), at(2 * hour), {}};
  CHECK(ids(query) == runs{run_of(1)});
  query = {run_of(9), user_of(9), uuid_of(9, 99), at(0), at(1), {0xFFFF'FFFF'FFFF'FF03ULL, 101}};
  CHECK(ids(query) == runs{run_of(1), run_of(3)});
}
