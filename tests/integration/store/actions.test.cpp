// The log of actions: a row in the transaction of what it tells, once.

#include "tests/integration/store/backends.hpp"

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;

namespace {

/// User 1 is who acts, under the `n`th id.
action_note note(std::uint64_t n, std::uint64_t by = 1) {
  return {uuid_of(9, n), user_of(by)};
}

std::vector<action_record> log_of(store_world& world, game::user_id by = {},
                                  const fief::base::uuid& target = {}) {
  return must(world.read(list_actions{by, target, {"", 200}})).items;
}

/// The log holds this one action of user 1, and nothing else.
void check_only(store_world& world, action_kind kind, const fief::base::uuid& target,
                const std::string& target_name, game::instant at, const std::string& detail) {
  auto log = log_of(world);
  REQUIRE(log.size() == 1);
  CHECK(log[0].kind == kind);
  CHECK(log[0].by == user_of(1));
  CHECK(log[0].by_username == "runner1");
  CHECK(log[0].target == target);
  CHECK(log[0].target_name == target_name);
  CHECK(log[0].at == at);
  CHECK(log[0].detail == detail);
}

/// A run of user 2 that waits for a verdict.
run_record flagged_run(store_world& world, std::uint64_t n) {
  auto run = must(world.write(create_run{new_run(n, 2)}));
  run = must(world.write(finish_recording{run.id, run.user, 0, false, at(0)}));
  save_run save;
  save.run = run;
  save.run.state = run_state::flagged;
  save.run.reasons = {"mock_location", "parked"};
  save.now = at(0);
  return must(world.write(save));
}

save_run verdict_on(const run_record& run, run_state state, const action_note& by) {
  save_run save;
  save.run = run;
  save.from = run_state::flagged;
  save.run.state = state;
  save.run.note = "I know the phone.";
  save.now = at(hour);
  save.action = by;
  return save;
}

} // namespace

TEST_CASE("an event's creation is logged, once however often it is asked for") {
  store_world world{each_backend()};
  populate(world, 2);
  create_event create{new_event(1, 1), note(1)};
  for (int times = 0; times < 2; ++times)
    must(world.write(create));
  create.action = note(2); // Nothing new is created.
  must(world.write(create));
  check_only(world, action_kind::event_created, event_of(1).value, "Night of hill 1", at(-day),
             R"({"name":"Night of hill 1","starts_at":"2026-05-10T10:00:00.000Z",)"
             R"("cut_at":"2026-05-10T20:00:00.000Z","metric":"race","entry_fee_cents":500,)"
             R"("pot_cents":0})");
}

TEST_CASE("an edit is logged with the fields that differ, old and new") {
  store_world world{each_backend()};
  populate(world, 1);
  auto event = must(world.write(create_event{new_event(1, 1), {}}));
  must(world.write(update_event{event, at(1), note(1)})); // As it is already.
  CHECK(log_of(world).empty());
  event.version = load(world, 1).version;
  event.name = "Day of the \"hill\"";
  event.pot_cents = 900;
  event.metric = game::metric::distance;
  event.course = {{457'000'000, 159'000'000}, {457'000'000, 159'100'000}};
  event.area = {{458'000'000, 159'500'000}, 500};
  event.starts_at = at(hour);
  event.live_spectators = true;
  must(world.write(update_event{event, at(2), note(2)}));
  check_refused(world.write(update_event{event, at(3), note(2)}), errc::stale);
  check_only(world, action_kind::event_edited, event_of(1).value, "Day of the \"hill\"", at(2),
             R"({"name":["Night of hill 1","Day of the \"hill\""],)"
             R"("starts_at":["2026-05-10T10:00:00.000Z","2026-05-10T11:00:00.000Z"],)"
             R"("metric":["race","distance"],"pot_cents":[0,900],"course_points":[0,2],)"
             R"("area":[null,{"lat":45.8,"lon":15.95,"radius_m":500}],)"
             R"("live_spectators":[false,true]})");
}

TEST_CASE("a cancelled event is logged with what it paid back") {
  store_world world{each_backend()};
  populate(world, 3);
  must(world.write(create_event{new_event(1, 1), {}}));
  must(world.write(buy_ticket{ticket_of(1), user_of(1), event_of(1), false, at(0), {}}));
  must(world.write(buy_ticket{ticket_of(2), user_of(2), event_of(1), false, at(0), {}}));
  must(world.write(buy_ticket{ticket_of(3), user_of(3), event_of(1), true, at(0), {}}));
  for (std::uint64_t times = 0; times < 2; ++times)
    must(world.write(
      cancel_event{event_of(1), at(static_cast<std::int64_t>(times)), note(1 + times)}));
  check_only(world, action_kind::event_cancelled, event_of(1).value, "Night of hill 1", at(0),
             R"({"tickets":3,"refunded_cents":1000})");
}

TEST_CASE("a ticket granted is logged, and one that is bought is not") {
  store_world world{each_backend()};
  populate(world, 3);
  must(world.write(create_event{new_event(1, 1), {}}));
  buy_ticket grant{ticket_of(1), user_of(2), event_of(1), true, at(5), note(1)};
  for (int times = 0; times < 2; ++times)
    must(world.write(grant));
  must(world.write(buy_ticket{ticket_of(2), user_of(3), event_of(1), false, at(6), {}}));
  check_only(world, action_kind::ticket_granted, user_of(2).value, "runner2", at(5),
             R"({"event":")" + to_string(event_of(1)) + R"(","ticket":")" + to_string(ticket_of(1))
               + R"("})");
}

TEST_CASE("coins granted are logged under the id of the grant, whatever the reason says") {
  store_world world{each_backend()};
  populate(world, 2);
  grant_coins grant{uuid_of(9, 1), user_of(2), user_of(1), 250, "\"drop\\table'; 🏃\n", at(7)};
  for (auto& reply : world.write_at_once(std::vector(4, grant)))
    must(std::move(reply));
  check_only(world, action_kind::coins_granted, user_of(2).value, "runner2", at(7),
             "{\"coins_cents\":250,\"reason\":\"\\\"drop\\\\table'; 🏃\\n\"}");
  CHECK(log_of(world)[0].id == uuid_of(9, 1));
}

TEST_CASE("rights are logged where they change") {
  store_world world{each_backend()};
  populate(world, 2);
  update_user change;
  change.user = user_of(2);
  change.roles = std::uint8_t{role_runner | role_organiser};
  change.now = at(9);
  change.action = note(1);
  for (int times = 0; times < 2; ++times)
    must(world.write(change));
  change.action = note(2); // They are so already.
  must(world.write(change));
  const auto first = R"({"roles":[["runner"],["runner","organiser"]]})";
  check_only(world, action_kind::rights_changed, user_of(2).value, "runner2", at(9), first);
  update_user ban;
  ban.user = user_of(2);
  ban.banned = true;
  ban.now = at(10);
  ban.action = note(3);
  must(world.write(ban));
  update_user rename;
  rename.user = user_of(2);
  rename.username = "another";
  must(world.write(rename));
  auto log = log_of(world);
  REQUIRE(log.size() == 2);
  CHECK(log[0].detail == R"({"banned":[false,true]})");
  CHECK(log[0].target_name == "another"); // As it is called now.
  CHECK(log[1].detail == first);
}

TEST_CASE("verdicts on runs are logged with what was found and the reviewer's word") {
  store_world world{each_backend()};
  populate(world, 2);
  auto first = flagged_run(world, 1);
  auto second = flagged_run(world, 2);
  CHECK(log_of(world).empty()); // The rules flagged them, and nobody.
  for (int times = 0; times < 2; ++times)
    must(world.write(verdict_on(first, run_state::accepted, note(1))));
  must(world.write(verdict_on(first, run_state::rejected, note(2)))); // It is not flagged any more.
  const auto found =
    R"({"was":"flagged","reasons":["mock_location","parked"],"note":"I know the phone."})";
  check_only(world, action_kind::run_accepted, run_of(1).value, "runner2", at(hour), found);
  must(world.write(verdict_on(second, run_state::rejected, note(3))));
  revoke_run revoke{run_of(1), {"rejected_by_review"}, "By bicycle.", at(2 * hour), note(4)};
  for (int times = 0; times < 2; ++times)
    must(world.write(revoke));
  auto log = log_of(world);
  REQUIRE(log.size() == 3);
  CHECK(log[0].kind == action_kind::run_rejected);
  CHECK(log[0].target == run_of(1).value);
  CHECK(log[0].detail
        == R"({"was":"accepted","reasons":["mock_location","parked"],"note":"By bicycle."})");
  CHECK(log[1].kind == action_kind::run_rejected);
  CHECK(log[1].target == run_of(2).value);
  CHECK(log[1].detail == found);
}

TEST_CASE("what is refused is not logged") {
  store_world world{each_backend()};
  populate(world, 2, 0);
  auto event = must(world.write(create_event{new_event(1, 1), {}}));
  auto stale = event;
  --stale.version;
  stale.name = "Other";
  check_refused(world.write(update_event{stale, at(0), note(1)}), errc::stale);
  auto late = event;
  late.name = "Other";
  check_refused(world.write(update_event{late, at(11 * hour), note(2)}), errc::event_cut);
  check_refused(world.write(cancel_event{event_of(9), at(0), note(3)}), errc::not_found);
  check_refused(
    world.write(buy_ticket{ticket_of(1), user_of(9), event_of(1), true, at(0), note(4)}),
    errc::not_found);
  check_refused(
    world.write(buy_ticket{ticket_of(1), user_of(2), event_of(1), true, at(11 * hour), note(5)}),
    errc::event_cut);
  check_refused(world.write(grant_coins{uuid_of(9, 6), user_of(2), user_of(1), -5, "x", at(0)}),
                errc::invalid_argument);
  check_refused(world.write(grant_coins{uuid_of(9, 7), user_of(9), user_of(1), 5, "x", at(0)}),
                errc::not_found);
  update_user change;
  change.user = user_of(9);
  change.banned = true;
  change.action = note(8);
  check_refused(world.write(change), errc::not_found);
  change.user = user_of(2);
  change.username = "RUNNER1";
  check_refused(world.write(change), errc::username_taken);
  auto unknown = verdict_on(new_run(9, 2), run_state::accepted, note(9));
  check_refused(world.write(unknown), errc::not_found);
  check_refused(world.write(revoke_run{run_of(9), {}, "x", at(0), note(10)}), errc::not_found);
  auto recording = must(world.write(create_run{new_run(1, 2)}));
  must(world.write(revoke_run{recording.id, {}, "x", at(0), note(11)})); // Nothing to revoke.
  CHECK(log_of(world).empty());
}

TEST_CASE("the log outlives the accounts that it tells of, without what is theirs") {
  store_world world{each_backend()};
  populate(world, 3);
  must(world.write(verdict_on(flagged_run(world, 1), run_state::accepted, note(1))));
  must(world.write(grant_coins{uuid_of(9, 2), user_of(2), user_of(1), 5, "a gift", at(2 * hour)}));
  must(world.write(grant_coins{uuid_of(9, 3), user_of(3), user_of(1), 5, "to stay", at(3 * hour)}));
  must(world.write(delete_user{user_of(2), at(4 * hour)}));
  must(world.write(delete_user{user_of(1), at(4 * hour)}));
  auto log = log_of(world);
  REQUIRE(log.size() == 3);
  for (const auto& each : log) {
    CHECK(each.by == user_of(1));
    CHECK(each.by_username == "");
  }
  CHECK(log[0].target_name == "runner3");
  CHECK(log[1].target_name == "");
  CHECK(log[1].detail == R"({"coins_cents":5,"reason":"a gift"})"); // As the ledger keeps it.
  CHECK(log[2].kind == action_kind::run_accepted);
  CHECK(log[2].target_name == "");
  CHECK(log[2].detail == "{}"); // The word was about the runner.
}

TEST_CASE("a run that its source takes back takes the word about it along") {
  store_world world{each_backend()};
  populate(world, 2);
  create_imported_run import;
  import.run = new_run(1, 2);
  import.run.source = run_source::strava;
  import.run.external = "77";
  import.run.state = run_state::processing;
  auto run = must(world.write(import));
  save_run save;
  save.run = run;
  save.run.state = run_state::flagged;
  save.now = at(0);
  must(world.write(verdict_on(must(world.write(save)), run_state::rejected, note(1))));
  must(world.write(forget_runs{user_of(2), run_source::strava, "77", at(2 * hour)}));
  check_only(world, action_kind::run_rejected, run_of(1).value, "runner2", at(hour), "{}");
}

TEST_CASE("the price of the tickets follows what is bought, given and paid back") {
  store_world world{each_backend()};
  populate(world, 4);
  must(world.write(create_event{new_event(1, 1), {}}));
  auto expect = [&](std::int64_t sold, std::int64_t cents) {
    auto event = load(world, 1);
    CHECK(event.tickets_sold == sold);
    CHECK(event.tickets_cents == cents);
  };
  auto buy = [&](std::uint64_t n, bool granted) {
    must(world.write(buy_ticket{ticket_of(n), user_of(n), event_of(1), granted, at(0), {}}));
  };
  expect(0, 0);
  buy(1, false);
  buy(1, false); // Again.
  expect(1, 500);
  buy(2, true);
  expect(2, 500);
  auto dearer = load(world, 1);
  dearer.entry_fee_cents = 800;
  dearer.tickets_cents = 7; // Not for an editor to say.
  must(world.write(update_event{dearer, at(0), {}}));
  buy(3, false);
  expect(3, 1'300);
  must(world.write(delete_user{user_of(3), at(1)})); // It is still to be paid back.
  expect(3, 1'300);
  SECTION("it is called off") {
    must(world.write(cancel_event{event_of(1), at(2), note(1)}));
    expect(0, 0);
    CHECK(log_of(world)[0].detail == R"({"tickets":3,"refunded_cents":1300})");
  }
  SECTION("nobody finishes") {
    must(world.write(settle_event{event_of(1), load(world, 1).version, 0, {}, at(11 * hour)}));
    expect(0, 0);
  }
  SECTION("it is settled") {
    run_event(world, 1, 1, 1, 1, 100, hour);
    settle_event settle{event_of(1), load(world, 1).version, 1'300, {}, at(11 * hour)};
    settle.standings.push_back(
      {1, {event_of(1), user_of(1), run_of(1), 100, at(hour), at(hour)}, 1'300, ""});
    must(world.write(settle));
    expect(3, 1'300);
  }
}
