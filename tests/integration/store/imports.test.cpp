#include "actors/messages/import.hpp"
#include "game/fix_chunk.hpp"
#include "tests/integration/store/backends.hpp"

#include <algorithm>

using namespace fief::actors;
using namespace fief::test;

namespace {

create_imported_run new_import(std::uint64_t n, std::uint64_t user, const std::string& external,
                               run_source source = run_source::strava,
                               std::int64_t created_ms = 0) {
  create_imported_run x;
  x.run = new_run(n, user, created_ms);
  x.run.state = run_state::processing;
  x.run.source = source;
  x.run.external = external;
  x.run.total_seq = 2;
  std::vector<fief::game::fix> fixes(2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    fixes[i].seq = i + 1;
    fixes[i].t = at(1'000 * i);
    fixes[i].lat_e7 = 458'100'000;
  }
  x.chunks.push_back({1, 2, fief::game::encode_chunk(fixes)});
  return x;
}

save_run accepted(const run_record& run, std::vector<fief::game::claim> claims) {
  save_run save;
  save.run = run;
  save.run.state = run_state::accepted;
  save.run.started_at = at(hour);
  save.run.finished_at = at(2 * hour);
  save.run.distance_m = 5'000;
  save.run.track_hash = uuid_of(9, 1);
  save.claims = std::move(claims);
  save.sketch = {7, 8, 9};
  save.now = at(3 * hour);
  return save;
}

/// An accepted imported run of user 1 that owns tile 1.
run_record import_owner(store_world& world, std::uint64_t n, const std::string& external) {
  auto run = must(world.write(new_import(n, 1, external)));
  auto claim = new_claim(n, 1, n, hour, 10 * day);
  run = must(world.write(accepted(run, {claim})));
  must(merge(world, claim, 3 * hour));
  return must(world.write(close_outbox{run.id, 1, at(3 * hour)}));
}

bool has_notice(store_world& world, notice_kind kind) {
  auto all = notices_of(world, 1);
  return std::ranges::any_of(all, [&](const notification& x) { return x.kind == kind; });
}

} // namespace

TEST_CASE("an imported run is stored whole, to be processed, once per id and per activity") {
  store_world world{each_backend()};
  populate(world, 2);
  auto first = new_import(1, 1, "77");
  for (int times = 0; times < 2; ++times)
    CHECK(must(world.write(first)).id == run_of(1));
  CHECK(must(world.write(new_import(2, 1, "77"))).id == run_of(1));
  CHECK(must(world.write(new_import(3, 1, "77", run_source::file))).id == run_of(3));
  CHECK(must(world.write(new_import(4, 2, "77"))).id == run_of(4));
  CHECK(must(world.write(new_import(5, 1, ""))).id == run_of(5));
  CHECK(must(world.write(new_import(6, 1, ""))).id == run_of(6));
  check_refused(world.write(new_import(7, 9, "78")), errc::not_found);
  auto loaded = must(world.read(load_run{run_of(1), true}));
  CHECK(loaded.run.state == run_state::processing);
  CHECK(loaded.run.source == run_source::strava);
  CHECK(loaded.run.external == "77");
  CHECK(loaded.run.total_seq == 2);
  REQUIRE(loaded.chunks.size() == 1);
  CHECK(loaded.chunks[0].data == first.chunks[0].data);
  CHECK(must(world.read(load_user{user_of(1)})).unfinished.size() == 4);
}

TEST_CASE("a run is imported while another one records") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(create_run{new_run(1, 1)}));
  CHECK(must(world.write(new_import(2, 1, "77"))).state == run_state::processing);
}

TEST_CASE("an imported run that is accepted is told") {
  store_world world{each_backend()};
  populate(world, 1);
  auto run = must(world.write(new_import(1, 1, "77")));
  must(world.write(accepted(run, {})));
  CHECK(has_notice(world, notice_kind::import_finished));
}

TEST_CASE("a run that its source takes back leaves nothing") {
  store_world world{each_backend()};
  populate(world, 2);
  import_owner(world, 1, "77");
  import_owner(world, 2, "78");
  CHECK(account_of(world, 1).mining.tiles == 2);
  check_refused(world.write(forget_runs{user_of(1), run_source::app, "", at(4 * hour)}),
                errc::invalid_argument);
  CHECK(must(world.write(forget_runs{user_of(1), run_source::strava, "99", at(4 * hour)})).count
        == 0);

  for (std::uint32_t times = 0; times < 2; ++times) {
    auto gone = must(world.write(forget_runs{user_of(1), run_source::strava, "77", at(4 * hour)}));
    CHECK(gone.count == 1 - times);
    auto freed = std::ranges::count_if(gone.tiles, [](const tile_record& x) {
      return x.top.tile == tile_of(1) && x.top.user.is_nil();
    });
    CHECK(freed == 1);
  }
  CHECK(account_of(world, 1).mining.tiles == 1);
  check_refused(world.read(load_run{run_of(1), true}), errc::not_found);
  auto listed = must(world.read(list_runs{user_of(1), {"", 50}})).items;
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].id == run_of(2));
  find_similar_runs same{run_of(9), user_of(2), uuid_of(9, 1), at(0), at(day), {7, 8, 9}};
  CHECK(must(world.read(same)).runs.size() == 1); // Of run 2.

  // The activity may come again, as another run.
  CHECK(must(world.write(new_import(3, 1, "77"))).id == run_of(3));
  CHECK(must(world.write(forget_runs{user_of(1), run_source::strava, "", at(5 * hour)})).count
        == 2);
  CHECK(account_of(world, 1).mining.tiles == 0);
  CHECK(must(world.read(list_runs{user_of(1), {"", 50}})).items.empty());
}

TEST_CASE("a run taken back while it is processed takes nothing any more") {
  store_world world{each_backend()};
  populate(world, 1);
  auto run = must(world.write(new_import(1, 1, "77")));
  must(world.write(forget_runs{user_of(1), run_source::strava, "77", at(0)}));
  CHECK(must(world.write(accepted(run, {new_claim(1, 1, 1, hour, 10 * day)}))).state
        == run_state::rejected);
  CHECK(account_of(world, 1).mining.tiles == 0);
  CHECK(must(world.read(load_user{user_of(1)})).outbox.empty());
}

TEST_CASE("a simulated phone's run is kept like the app's, not like an import") {
  store_world world{each_backend()};
  populate(world, 1);
  auto run = new_run(1, 1);
  run.source = run_source::simulated;
  CHECK(must(world.write(create_run{run})).source == run_source::simulated);
  run = must(world.write(finish_recording{run_of(1), user_of(1), 0, false, at(1)}));
  must(world.write(accepted(run, {new_claim(1, 1, 1, hour, 10 * day)})));
  CHECK_FALSE(has_notice(world, notice_kind::import_finished));
  CHECK(must(world.write(expire_fixes{run_source::simulated, at(hour), 10})).runs == 0);
  check_refused(world.write(forget_runs{user_of(1), run_source::simulated, "", at(hour)}),
                errc::invalid_argument);
  auto loaded = must(world.read(load_run{run_of(1), false})).run;
  CHECK(loaded.source == run_source::simulated);
  CHECK(loaded.state == run_state::accepted);
  CHECK_FALSE(loaded.fixes_expired);
  CHECK(must(world.read(list_runs{user_of(1), {"", 50}})).items.at(0).source
        == run_source::simulated);
}

TEST_CASE("fixes expire after their time; claims and statistics stay") {
  store_world world{each_backend()};
  populate(world, 1);
  import_owner(world, 1, "77");
  import_owner(world, 2, "78");
  must(world.write(new_import(3, 1, "79")));                   // Still processed.
  must(world.write(new_import(4, 1, "80", run_source::file))); // Another source.
  accept_run(world, 5, 1, {});                                 // Recorded here.
  CHECK(must(world.write(expire_fixes{run_source::strava, at(0), 10})).runs == 0);
  CHECK(must(world.write(expire_fixes{run_source::strava, at(1), 1})).runs == 1);
  CHECK(must(world.write(expire_fixes{run_source::strava, at(1), 1})).runs == 1);
  CHECK(must(world.write(expire_fixes{run_source::strava, at(1), 1})).runs == 0);
  CHECK(must(world.write(expire_fixes{run_source::app, at(1), 1})).runs == 0);
  for (std::uint64_t n : {1, 2}) {
    auto left = must(world.read(load_run{run_of(n), true}));
    CHECK(left.run.fixes_expired);
    CHECK(left.run.distance_m == 5'000);
    CHECK(left.chunks.empty());
    CHECK(left.claims.size() == 1);
  }
  CHECK(must(world.read(load_run{run_of(3), true})).chunks.size() == 1);
  CHECK(must(world.read(load_run{run_of(4), true})).chunks.size() == 1);
  CHECK(account_of(world, 1).mining.tiles == 2);
}

TEST_CASE("a ticket is spent on an imported run, once") {
  store_world world{each_backend()};
  populate(world, 2);
  must(world.write(create_event{new_event(1, 2)}));
  must(world.write(buy_ticket{ticket_of(1), user_of(1), event_of(1), false, at(0)}));
  auto run = must(world.write(new_import(1, 1, "77")));
  attach_ticket attach{ticket_of(1), user_of(1), run.id, true, {}, at(4 * hour)};
  attach.result = {event_of(1), user_of(1), run.id, 5'000, at(2 * hour), at(4 * hour)};
  check_refused(world.write(attach), errc::run_not_attachable); // Not judged yet.
  must(world.write(accepted(run, {})));
  auto foreign = attach;
  foreign.user = user_of(2);
  check_refused(world.write(foreign), errc::not_found);

  for (bool created : {true, false}) {
    auto spent = must(world.write(attach));
    CHECK(spent.created == created);
    CHECK(spent.held.ticket.state == ticket_state::used);
    CHECK(spent.held.ticket.run == run.id);
    CHECK(spent.run.kind == run_kind::event);
    CHECK(spent.run.event == event_of(1));
    CHECK(spent.run.has_result);
  }
  auto loaded = must(world.read(load_event{event_of(1)}));
  REQUIRE(loaded.results.size() == 1);
  CHECK(loaded.results[0].value == 5'000);
  CHECK(loaded.results[0].consumed_at == at(4 * hour));

  SECTION("another run cannot have it") {
    auto other = must(world.write(new_import(2, 1, "78")));
    must(world.write(accepted(other, {})));
    attach.run = other.id;
    check_refused(world.write(attach), errc::ticket_used);
  }
  SECTION("when the run is taken back, so is its result") {
    auto gone = must(world.write(forget_runs{user_of(1), run_source::strava, "", at(5 * hour)}));
    REQUIRE(gone.withdrawn.size() == 1);
    CHECK(gone.withdrawn[0].run == run.id);
    CHECK(must(world.read(load_event{event_of(1)})).results.empty());
    CHECK(must(world.read(load_event{event_of(1)})).event.version > loaded.event.version);
  }
}

TEST_CASE("a ticket is not spent on a run outside its event, nor too late") {
  store_world world{each_backend()};
  populate(world, 2);
  must(world.write(create_event{new_event(1, 2)}));
  must(world.write(buy_ticket{ticket_of(1), user_of(1), event_of(1), false, at(0)}));
  auto run = must(world.write(new_import(1, 1, "77")));
  auto save = accepted(run, {});
  errc why = errc::event_not_active;
  auto now = at(4 * hour);
  SECTION("it started before") {
    save.run.started_at = at(-1);
  }
  SECTION("it started after the cut") {
    save.run.started_at = at(10 * hour);
    why = errc::event_cut;
  }
  SECTION("the event is settled") {
    auto version = load(world, 1).version;
    must(world.write(settle_event{event_of(1), version, 0, {}, at(11 * hour)}));
    now = at(12 * hour);
    why = errc::ticket_refunded; // Nobody finished.
  }
  SECTION("the event is called off") {
    must(world.write(cancel_event{event_of(1), at(hour)}));
    why = errc::ticket_refunded;
  }
  SECTION("a simulated phone recorded it") {
    auto recorded = new_run(3, 1);
    recorded.source = run_source::simulated;
    must(world.write(create_run{recorded}));
    run = must(world.write(finish_recording{run_of(3), user_of(1), 0, false, at(1)}));
    save = accepted(run, {});
    why = errc::run_not_attachable;
  }
  SECTION("the app recorded it") {
    run = accept_run(world, 2, 1, {}, hour);
    why = errc::run_not_attachable;
  }
  must(world.write(save));
  check_refused(world.write(attach_ticket{ticket_of(1), user_of(1), run.id, false, {}, now}), why);
}

TEST_CASE("what is left of a closed account's imports does not name its activities") {
  store_world world{each_backend()};
  populate(world, 1);
  import_owner(world, 1, "77");
  must(world.write(delete_user{user_of(1), at(4 * hour)}));
  CHECK(must(world.read(load_run{run_of(1), true})).run.external.empty());
}
