#include "tests/integration/store/backends.hpp"

#include <algorithm>
#include <set>

using namespace fief::actors;
using namespace fief::test;

namespace {

constexpr std::int64_t activity = 9'007'199'254'740'993; // Above 2^53.

connect_strava connecting(std::uint64_t user, std::int64_t athlete,
                          const std::string& sealed = "s") {
  connect_strava x;
  x.connection.user = user_of(user);
  x.connection.athlete = athlete;
  x.connection.scope = "read,activity:read";
  x.connection.sealed = sealed;
  x.connection.expires_at = at(6 * hour);
  x.connection.connected_at = at(0);
  x.connection.look_at = at(0);
  x.connection.look_from = at(-30 * day);
  return x;
}

enqueue_strava_imports found(std::uint64_t user, std::vector<std::int64_t> activities,
                             std::int64_t now_ms = 0, bool done = false) {
  enqueue_strava_imports x;
  x.user = user_of(user);
  for (auto one : activities)
    x.found.push_back({one, at(-hour)});
  x.done = done;
  x.now = at(now_ms);
  x.look_at = at(0);
  return x;
}

plan_strava_import plan(const strava_import& row, std::uint64_t run, const std::string& content) {
  plan_strava_import x;
  x.user = row.user;
  x.activity = row.activity;
  x.generation = row.generation;
  x.revision = row.revision;
  x.run = run_of(run);
  x.content = content;
  x.started_at = at(-hour);
  x.now = at(hour);
  return x;
}

finish_strava_import finish(const strava_import& row, strava_import_state state, bool imported) {
  finish_strava_import x;
  x.user = row.user;
  x.activity = row.activity;
  x.generation = row.generation;
  x.revision = row.revision;
  x.state = state;
  x.imported = imported;
  x.now = at(2 * hour);
  return x;
}

std::vector<strava_import> rows(store_world& world, std::uint64_t user) {
  return must(world.read(list_strava_imports{user_of(user), {}})).items;
}

strava_due due(store_world& world, std::int64_t now_ms, std::uint32_t limit = 64) {
  return must(world.read(find_strava_due{at(now_ms), limit}));
}

} // namespace

TEST_CASE("a user has one athlete, an athlete one user") {
  store_world world{each_backend()};
  populate(world, 2);
  for (int times = 0; times < 2; ++times) {
    auto stored = must(world.write(connecting(1, 100)));
    CHECK(stored.version == 1);
    CHECK(stored.state == strava_state::active);
    CHECK(stored.look_from == at(-30 * day));
  }
  check_refused(world.write(connecting(2, 100)), errc::strava_taken);
  check_refused(world.write(connecting(1, 200)), errc::strava_taken);
  check_refused(world.write(connecting(9, 900)), errc::not_found);
  CHECK(must(world.write(connecting(1, 100, "new"))).version == 2);
  auto loaded = must(world.read(load_strava{user_of(1)}));
  CHECK(loaded.sealed == "new");
  CHECK(loaded.scope == "read,activity:read");
  check_refused(world.read(load_strava{user_of(2)}), errc::not_found);
}

TEST_CASE("tokens rotate from the pair that is stored, and once") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(connecting(1, 100)));
  for (int times = 0; times < 2; ++times) {
    auto stored = must(world.write(rotate_strava_tokens{user_of(1), 1, "second", at(12 * hour)}));
    CHECK(stored.version == 2);
    CHECK(stored.expires_at == at(12 * hour));
  }
  check_refused(world.write(rotate_strava_tokens{user_of(1), 1, "late", at(0)}), errc::stale);
  check_refused(world.write(rotate_strava_tokens{user_of(2), 1, "x", at(0)}), errc::not_found);
  CHECK(must(world.read(load_strava{user_of(1)})).sealed == "second");
}

TEST_CASE("marks hold for the tokens they were made with") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(connecting(1, 100)));
  CHECK(must(world.write(mark_strava{{}, 100, 0, strava_mark::suspect})).suspect);
  CHECK(must(world.write(mark_strava{user_of(1), 0, 9, strava_mark::cleared})).suspect);
  CHECK_FALSE(must(world.write(mark_strava{user_of(1), 0, 1, strava_mark::cleared})).suspect);
  check_refused(world.write(mark_strava{{}, 7, 0, strava_mark::suspect}), errc::not_found);
  auto broken = [&](std::int64_t version) {
    return must(world.write(mark_strava{user_of(1), 0, version, strava_mark::broken})).state;
  };
  CHECK(broken(9) == strava_state::active);
  CHECK(broken(1) == strava_state::broken);
  CHECK(must(world.write(connecting(1, 100, "new"))).state == strava_state::active);
  CHECK(broken(1) == strava_state::active); // Late: he has connected again.
}

TEST_CASE("leaving takes the queue at once, and the row in the end") {
  store_world world{each_backend()};
  populate(world, 2);
  must(world.write(connecting(1, 100)));
  must(world.write(found(1, {1, 2})));
  const bool erased = GENERATE(false, true);
  const auto step = erased ? strava_leave::begin_erased : strava_leave::begin;
  must(world.write(disconnect_strava{user_of(1), strava_leave::end})); // Not leaving yet.
  for (int times = 0; times < 2; ++times)
    must(world.write(disconnect_strava{user_of(1), step}));
  auto left = must(world.read(load_strava{user_of(1)}));
  CHECK(left.state == strava_state::leaving);
  CHECK(left.sealed.empty() == erased);
  CHECK(left.queued == 0);
  CHECK(rows(world, 1).empty());
  CHECK(due(world, 0).connections.size() == 1);
  check_refused(world.write(connecting(1, 100, "new")), errc::stale);
  check_refused(world.write(found(1, {3})), errc::not_found);
  CHECK(must(world.write(note_strava_event{100, 3, false, at(0)})).count == 0);
  for (int times = 0; times < 2; ++times)
    must(world.write(disconnect_strava{user_of(1), strava_leave::end}));
  check_refused(world.read(load_strava{user_of(1)}), errc::not_found);
  check_refused(world.write(disconnect_strava{user_of(1), step}), errc::not_found);
  must(world.write(connecting(2, 100))); // The athlete is free.
}

TEST_CASE("an activity is queued once; a hint raises it") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(connecting(1, 100)));
  CHECK(must(world.write(found(1, {activity, 2}))).count == 2);
  CHECK(must(world.write(found(1, {activity, 2, 3}, second, true))).count == 1);
  CHECK_FALSE(must(world.read(load_strava{user_of(1)})).look_at);
  CHECK(must(world.read(load_strava{user_of(1)})).queued == 3);
  CHECK(must(world.write(note_strava_event{100, activity, false, at(hour)})).count == 1);
  CHECK(must(world.write(note_strava_event{100, 9, true, at(hour)})).count == 0); // Never queued.
  CHECK(must(world.write(note_strava_event{100, 10, false, at(hour)})).count == 1);
  CHECK(must(world.write(note_strava_event{999, 10, false, at(hour)})).count == 0);
  auto all = rows(world, 1);
  REQUIRE(all.size() == 4);
  CHECK(all[0].activity == 10); // Newest first.
  auto raised = std::ranges::find(all, activity, &strava_import::activity);
  REQUIRE(raised != all.end());
  CHECK(raised->generation == 2);
  CHECK(raised->by_event);
  CHECK(raised->started_at == at(-hour));
}

TEST_CASE("a plan fixes the run, whoever asks first") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(connecting(1, 100)));
  must(world.write(found(1, {activity})));
  const auto row = rows(world, 1).front();
  for (std::uint64_t times = 1; times <= 2; ++times) {
    auto planned = must(world.write(plan(row, times, "a")));
    CHECK(planned.run == run_of(1)); // Also of the one that came second.
    CHECK(planned.revision == 1);
    CHECK_FALSE(planned.imported);
  }
  check_refused(world.write(plan(row, 3, "b")), errc::stale);
  must(world.write(note_strava_event{100, activity, false, at(hour)}));
  check_refused(world.write(plan(row, 3, "a")), errc::stale);
  auto other = row;
  other.activity = 7;
  check_refused(world.write(plan(other, 1, "a")), errc::not_found);
}

TEST_CASE("an import is finished for the hint that it was done for") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(connecting(1, 100)));
  must(world.write(note_strava_event{100, activity, false, at(0)}));
  auto planned = must(world.write(plan(rows(world, 1).front(), 1, "a")));
  SECTION("done") {
    for (int times = 0; times < 2; ++times) {
      auto done = must(world.write(finish(planned, strava_import_state::done, true)));
      CHECK(done.state == strava_import_state::done);
      CHECK(done.imported);
      CHECK_FALSE(done.by_event);
    }
    CHECK(due(world, day).imports.empty());
    CHECK(must(world.read(load_strava{user_of(1)})).served_at == at(2 * hour));
  }
  SECTION("a hint came meanwhile") {
    must(world.write(note_strava_event{100, activity, false, at(hour)}));
    auto kept = must(world.write(finish(planned, strava_import_state::done, true)));
    CHECK(kept.state == strava_import_state::queued);
    CHECK(kept.imported); // The run is there all the same.
  }
  SECTION("about to be withdrawn, and withdrawn") {
    must(world.write(finish(planned, strava_import_state::done, true)));
    auto leaving = finish(planned, strava_import_state::queued, true);
    leaving.forgetting = true;
    auto between = must(world.write(leaving));
    CHECK(between.run == run_of(1));
    CHECK(between.content.empty());
    auto gone = finish(planned, strava_import_state::skipped, false);
    gone.withdrawn = true;
    gone.reason = "private";
    auto stored = must(world.write(gone));
    CHECK(stored.run.is_nil());
    CHECK_FALSE(stored.imported);
    CHECK(stored.reason == "private");
    CHECK(stored.revision == 1); // The next plan has another run.
  }
  SECTION("of another revision") {
    auto old = planned;
    old.revision = 0;
    CHECK(must(world.write(finish(old, strava_import_state::done, true))).state
          == strava_import_state::queued);
  }
  auto other = planned;
  other.activity = 7;
  check_refused(world.write(finish(other, strava_import_state::done, true)), errc::not_found);
}

TEST_CASE("users come in turn, webhooks first, and whoever waited longest") {
  store_world world{each_backend()};
  populate(world, 4);
  for (std::uint64_t user = 1; user <= 4; ++user)
    must(world.write(connecting(user, static_cast<std::int64_t>(user * 100))));
  must(world.write(found(1, {11, 12, 13})));
  must(world.write(found(2, {21, 22}, second)));
  must(world.write(found(3, {31}, 2 * second)));
  must(world.write(found(4, {41}, 3 * second)));
  must(world.write(mark_strava{user_of(4), 0, 1, strava_mark::broken}));
  must(world.write(note_strava_event{300, 32, false, at(3 * second)}));
  auto order = [&](std::uint32_t limit = 64) {
    std::vector<std::int64_t> out;
    for (const auto& row : due(world, hour, limit).imports)
      out.push_back(row.activity);
    return out;
  };
  CHECK(order() == std::vector<std::int64_t>{32, 11, 21, 12, 22, 31, 13});
  CHECK(order(2) == std::vector<std::int64_t>{32, 11});
  // The first user was served: he is the last of his round now.
  auto first = rows(world, 1);
  auto row = std::ranges::find(first, 11, &strava_import::activity);
  must(world.write(finish(*row, strava_import_state::skipped, false)));
  CHECK(order() == std::vector<std::int64_t>{32, 21, 12, 22, 31, 13});
}

TEST_CASE("what waits is due at its time, and its time is told") {
  store_world world{each_backend()};
  populate(world, 1);
  CHECK_FALSE(due(world, 0).next_at);
  must(world.write(connecting(1, 100)));
  CHECK(due(world, 0).connections.size() == 1);
  CHECK(due(world, -1).connections.empty());
  CHECK(due(world, -1).next_at == at(0));
  must(world.write(found(1, {activity}, 0, true)));
  CHECK(due(world, 0).connections.empty());
  auto later = finish(rows(world, 1).front(), strava_import_state::queued, false);
  later.attempts = 1;
  later.reason = "strava_unavailable";
  later.not_before = at(hour);
  for (int times = 0; times < 2; ++times)
    CHECK(must(world.write(later)).attempts == 1);
  CHECK(due(world, hour - 1).imports.empty());
  CHECK(due(world, hour - 1).next_at == at(hour));
  CHECK(due(world, hour).imports.size() == 1);
}

TEST_CASE("a time without contact has everybody looked at again") {
  store_world world{each_backend()};
  populate(world, 2);
  auto contact = [&](std::int64_t now_ms) {
    note_strava_contact x;
    x.now = at(now_ms);
    x.gap_max = std::chrono::minutes{3};
    x.look_back = std::chrono::hours{24};
    return must(world.write(x)).scheduled;
  };
  must(world.write(connecting(1, 100)));
  must(world.write(found(1, {}, 0, true)));
  CHECK(contact(0) == 0); // The first time ever.
  CHECK(contact(180 * second) == 0);
  CHECK(contact(170 * second) == 0); // A clock that was set back.
  CHECK_FALSE(must(world.read(load_strava{user_of(1)})).look_at);
  CHECK(contact(10 * hour) == 1);
  auto stored = must(world.read(load_strava{user_of(1)}));
  CHECK(stored.look_at == at(10 * hour));
  CHECK(stored.look_from == at(180 * second - day));
  CHECK(contact(10 * hour) == 0);
}

TEST_CASE("an account that is deleted takes its connection along") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(connecting(1, 100)));
  must(world.write(found(1, {activity})));
  must(world.write(delete_user{user_of(1), at(hour)}));
  check_refused(world.read(load_strava{user_of(1)}), errc::not_found);
  CHECK(rows(world, 1).empty());
}

TEST_CASE("the list of imports goes on where it ended") {
  store_world world{each_backend()};
  populate(world, 1);
  must(world.write(connecting(1, 100)));
  for (std::int64_t i = 0; i < 10; ++i)
    must(world.write(found(1, {2 * i, 2 * i + 1}, i * second)));
  std::set<std::int64_t> seen;
  list_strava_imports x{user_of(1), {"", 3}};
  do {
    auto page = must(world.read(x));
    CHECK(page.items.size() <= 3);
    for (const auto& row : page.items)
      CHECK(seen.insert(row.activity).second);
    x.page.cursor = page.next_cursor;
  } while (!x.page.cursor.empty());
  CHECK(seen.size() == 20);
  x.page.cursor = "nonsense";
  check_refused(world.read(x), errc::invalid_argument);
}
