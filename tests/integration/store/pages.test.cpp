#include "tests/integration/store/backends.hpp"

#include <algorithm>

using namespace fief::actors;
using namespace fief::test;
namespace game = fief::game;

namespace {

/// Follows the cursors to the end with pages of `limit`.
template <class Query>
auto read_all(store_world& world, Query query, std::uint32_t limit) {
  decltype(must(world.read(query)).items) all;
  query.page.limit = limit;
  do {
    auto page = must(world.read(query));
    CHECK(page.items.size() <= limit);
    CHECK((page.next_cursor.empty() || page.items.size() == limit));
    all.insert(all.end(), page.items.begin(), page.items.end());
    query.page.cursor = page.next_cursor;
    REQUIRE(all.size() < 1'000);
  } while (!query.page.cursor.empty());
  return all;
}

/// Pages of any size show the same list; cursors that this list never gave are refused.
template <class Query, class Key>
void check_pages(store_world& world, const Query& query, std::size_t count, Key key) {
  auto whole = read_all(world, query, 200);
  REQUIRE(whole.size() == count);
  for (std::uint32_t limit : {1U, 2U, 3U, static_cast<std::uint32_t>(count)}) {
    auto paged = read_all(world, query, limit);
    REQUIRE(paged.size() == count);
    for (std::size_t i = 0; i < count; ++i)
      CHECK(key(paged[i]) == key(whole[i]));
  }
  for (std::string bad : {"x", "-1", "0", "%00", "zzzz zzzz", "' or 1=1 --", "e30=", "\xff\xfe"}) {
    auto spoilt = query;
    spoilt.page.cursor = bad;
    check_refused(world.read(spoilt), errc::invalid_argument);
  }
  auto first = query;
  first.page.limit = 1;
  auto cursor = must(world.read(first)).next_cursor;
  REQUIRE_FALSE(cursor.empty());
  for (const auto& bad : {cursor + "0", cursor.substr(0, cursor.size() - 1), " " + cursor}) {
    first.page.cursor = bad;
    check_refused(world.read(first), errc::invalid_argument);
  }
}

/// Holds a run for a review, or decides on one that is held.
void review(store_world& world, std::uint64_t n, std::uint64_t user, run_state verdict,
            std::int64_t created_ms = 0) {
  save_run save;
  save.from = run_state::flagged;
  if (verdict == run_state::flagged) {
    must(world.write(create_run{new_run(n, user, created_ms)}));
    must(world.write(finish_recording{run_of(n), user_of(user), 0, false, at(created_ms)}));
    save.from = run_state::processing;
  }
  save.run = must(world.read(load_run{run_of(n), false})).run;
  save.run.state = verdict;
  save.now = at(created_ms + second);
  CHECK(must(world.write(save)).state == verdict);
}

} // namespace

TEST_CASE("runs page through, newest first, also those of one instant") {
  store_world world{each_backend()};
  populate(world, 2);
  for (std::uint64_t n = 1; n <= 7; ++n)
    accept_run(world, n, 1, {}, static_cast<std::int64_t>(n / 3));
  accept_run(world, 8, 2, {});
  list_runs query{user_of(1), {}};
  auto all = read_all(world, query, 200);
  for (std::size_t i = 0; i + 1 < all.size(); ++i)
    CHECK(std::pair{all[i].created_at, all[i].id}
          > std::pair{all[i + 1].created_at, all[i + 1].id});
  check_pages(world, query, 7, [](const auto& x) { return x.id; });
  CHECK(read_all(world, list_runs{user_of(9), {}}, 5).empty());
}

TEST_CASE("the log of actions pages through, newest first, of everybody, by one or to one") {
  store_world world{each_backend()};
  populate(world, 4);
  for (std::uint64_t n = 1; n <= 12; ++n) // By users 1 and 2 in turn, to 3 and 4; four at a time.
    must(world.write(grant_coins{uuid_of(9, n), user_of(3 + n / 2 % 2), user_of(1 + n % 2), 1, "x",
                                 at(static_cast<std::int64_t>(n / 4))}));
  list_actions query;
  auto all = read_all(world, query, 200);
  for (std::size_t i = 0; i + 1 < all.size(); ++i)
    CHECK(std::pair{all[i].at, all[i].id} > std::pair{all[i + 1].at, all[i + 1].id});
  auto id = [](const auto& x) { return x.id; };
  check_pages(world, query, 12, id);
  query.by = user_of(1);
  check_pages(world, query, 6, id);
  query.target = user_of(4).value;
  check_pages(world, query, 3, id);
  for (const auto& each : read_all(world, query, 200)) {
    CHECK(each.by == user_of(1));
    CHECK(each.target == user_of(4).value);
  }
  query.by = {};
  check_pages(world, query, 6, id);
  query.target = user_of(9).value;
  CHECK(read_all(world, query, 5).empty());
}

TEST_CASE("a run that starts between two pages neither hides nor repeats another") {
  store_world world{each_backend()};
  populate(world, 1);
  for (std::uint64_t n = 1; n <= 4; ++n)
    accept_run(world, n, 1, {}, static_cast<std::int64_t>(n));
  auto first = must(world.read(list_runs{user_of(1), {"", 2}}));
  accept_run(world, 5, 1, {}, 5);
  auto second = must(world.read(list_runs{user_of(1), {first.next_cursor, 2}}));
  REQUIRE(second.items.size() == 2);
  CHECK(second.items[0].id == run_of(2));
  CHECK(second.items[1].id == run_of(1));
}

TEST_CASE("ledger, notifications and tickets page through, newest first") {
  store_world world{each_backend()};
  populate(world, 2, 1'000);
  for (std::uint64_t n = 1; n <= 5; ++n) {
    must(world.write(create_event{new_event(n, 2, 10)}));
    must(world.write(buy_ticket{ticket_of(n), user_of(1), event_of(n), false,
                                at(static_cast<std::int64_t>(n / 2))}));
    notification notice;
    notice.id = {uuid_of(6, n)};
    notice.user = user_of(1);
    notice.cause = "cause " + std::to_string(n);
    notice.at = at(static_cast<std::int64_t>(n / 2));
    must(world.write(put_notification{notice}));
  }
  check_pages(world, list_ledger{user_of(1), {}}, 6, [](const auto& x) { return x.id; });
  check_pages(world, list_notifications{user_of(1), {}}, 5, [](const auto& x) { return x.id; });
  check_pages(world, list_all_tickets{user_of(1), {}, caf::none}, 5,
              [](const auto& x) { return x.ticket.id; });
  auto ledger = ledger_of(world, 1);
  CHECK(ledger.front().cause == "ticket:" + to_string(ticket_of(5)));
  CHECK(ledger.back().amount == 1'000);
  std::int64_t sum = 0;
  for (const auto& row : ledger)
    sum += row.amount;
  CHECK(sum == account_of(world, 1).coins_cents);
  CHECK(notices_of(world, 1).front().id.value == uuid_of(6, 5));
  auto tickets = read_all(world, list_all_tickets{user_of(1), {}, caf::none}, 2);
  CHECK(tickets.front().ticket.id == ticket_of(5));
  CHECK(tickets.front().event.id == event_of(5));
}

TEST_CASE("events page through: what is ahead by its end, then the past backwards") {
  store_world world{each_backend()};
  populate(world, 1);
  for (std::uint64_t n = 1; n <= 6; ++n) {
    auto event = new_event(n, 1);
    auto shift = fief::game::milliseconds{static_cast<std::int64_t>(n / 2) * hour};
    event.starts_at += shift;
    event.cut_at += shift;
    event.settle_at += shift;
    must(world.write(create_event{event}));
  }
  list_events query;
  query.now = at(11 * hour + hour / 2); // Cut at 10, 11, 11, 12, 12, 13 h.
  auto all = read_all(world, query, 200);
  REQUIRE(all.size() == 6);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(all[i].cut_at == at((12 + static_cast<std::int64_t>(i) / 2) * hour));
  CHECK(all[3].cut_at == at(11 * hour));
  CHECK(all[5].cut_at == at(10 * hour));
  check_pages(world, query, 6, [](const auto& x) { return x.id; });
}

TEST_CASE("events are found by place, text and state") {
  store_world world{each_backend()};
  populate(world, 1);
  auto zagreb = new_event(1, 1);
  zagreb.area = {{458'130'000, 159'770'000}, 2'000};
  auto split = new_event(2, 1);
  split.name = "100% Riva_run";
  split.city = "Split";
  split.area = {{435'080'000, 164'400'000}, 2'000};
  auto nowhere = new_event(3, 1);
  nowhere.starts_at = at(hour);
  for (const auto& event : {zagreb, split, nowhere})
    must(world.write(create_event{event}));
  must(world.write(cancel_event{event_of(2), at(0)}));
  auto found = [&](list_events query) {
    query.now = at(1);
    std::set<game::event_id> ids;
    for (const auto& event : read_all(world, query, 50))
      ids.insert(event.id);
    return ids;
  };
  using ids = std::set<game::event_id>;
  list_events query;
  CHECK(found(query).size() == 3);
  query.text = "ZAGR";
  CHECK(found(query) == ids{event_of(1), event_of(3)});
  query.text = "riva";
  CHECK(found(query) == ids{event_of(2)});
  query.text = "%";
  CHECK(found(query) == ids{event_of(2)});
  query.text = "a_r";
  CHECK(found(query) == ids{event_of(2)});
  query.text = "";
  query.near = waypoint{458'000'000, 159'700'000};
  query.radius_m = 20'000;
  CHECK(found(query) == ids{event_of(1)});
  query.near = caf::none;
  query.state = game::event_state::active;
  CHECK(found(query) == ids{event_of(1)});
  query.state = game::event_state::scheduled;
  CHECK(found(query) == ids{event_of(3)});
  query.state = game::event_state::cancelled;
  CHECK(found(query) == ids{event_of(2)});
  query.state = game::event_state::settled;
  CHECK(found(query).empty());
}

TEST_CASE("an event without an area is found where it starts") {
  store_world world{each_backend()};
  populate(world, 1);
  const waypoint here{458'130'000, 159'770'000};
  const waypoint far{435'080'000, 164'400'000};
  auto by_course = new_event(1, 1);
  by_course.course = {here, far};
  auto by_checkpoints = new_event(2, 1);
  by_checkpoints.course = {far, here};
  by_checkpoints.checkpoints = {here, far};
  auto elsewhere = new_event(3, 1);
  elsewhere.checkpoints = {far, here};
  for (const auto& event : {by_course, by_checkpoints, elsewhere})
    must(world.write(create_event{event}));
  list_events query;
  query.near = here;
  query.radius_m = 1'000;
  query.now = at(1);
  std::set<game::event_id> found;
  for (const auto& event : read_all(world, query, 50))
    found.insert(event.id);
  CHECK(found == std::set<game::event_id>{event_of(1), event_of(2)});
}

TEST_CASE("a tile's history shows who once held it") {
  store_world world{each_backend()};
  populate(world, 3);
  std::vector<game::claim> claims;
  for (std::uint64_t n = 1; n <= 4; ++n)
    claims.push_back(new_claim(1, 1 + n % 3, n, static_cast<std::int64_t>(n) * hour,
                               static_cast<std::int64_t>(n) * day));
  claims.push_back(new_claim(1, 1, 5, 5 * hour, day)); // Never the top.
  for (std::uint64_t n = 1; n <= 5; ++n) {
    const auto& claim = claims[n - 1];
    must(world.write(create_run{[&] {
      auto run = new_run(n, 1, static_cast<std::int64_t>(n));
      run.user = claim.user;
      return run;
    }()}));
    auto run = must(world.write(finish_recording{run_of(n), claim.user, 0, false, at(1)}));
    save_run save;
    save.run = run;
    save.run.state = run_state::accepted;
    save.claims = {claim};
    save.now = claim.crossed_at;
    must(world.write(save));
    must(world.write(merge_claim{claim, 0, claim.crossed_at}));
  }
  list_tile_history query{tile_of(1), {}};
  auto history = must(world.read(query));
  REQUIRE(history.items.size() == 4);
  REQUIRE(history.usernames.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(history.items[i] == claims[3 - i]);
    CHECK(history.usernames[i] == "runner" + std::to_string(1 + (4 - i) % 3));
  }
  check_pages(world, query, 4, [](const auto& x) { return x.run; });
  must(world.write(revoke_run{run_of(2), {}, "", at(5 * hour)}));
  CHECK(must(world.read(query)).items.size() == 3);
}

TEST_CASE("flagged runs page through, oldest first, also those of one instant") {
  store_world world{each_backend()};
  populate(world, 3);
  for (std::uint64_t n : {5U, 3U, 6U, 2U, 4U, 1U, 7U}) // Not in the order of their ids.
    review(world, n, 1 + n % 3, run_state::flagged, static_cast<std::int64_t>(n / 3) * hour);
  accept_run(world, 8, 1, {});
  must(world.write(create_run{new_run(9, 1)}));
  auto all = read_all(world, list_flagged{}, 200);
  REQUIRE(all.size() == 7);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].id == run_of(i + 1));
    CHECK(all[i].state == run_state::flagged);
  }
  check_pages(world, list_flagged{}, 7, [](const auto& x) { return x.id; });
  auto second = must(world.read(list_flagged{{"", 3}}));
  second = must(world.read(list_flagged{{second.next_cursor, 3}}));
  REQUIRE(second.items.size() == 3);
  REQUIRE(second.usernames.size() == 3); // Also of a page that another follows.
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(second.usernames[i] == "runner" + std::to_string(1 + (4 + i) % 3));
}

TEST_CASE("a flagged run leaves the list with its verdict, and with its runner") {
  store_world world{each_backend()};
  populate(world, 3);
  for (std::uint64_t n = 1; n <= 5; ++n)
    review(world, n, 1 + n % 3, run_state::flagged, static_cast<std::int64_t>(n));
  auto first = must(world.read(list_flagged{{"", 2}}));
  review(world, 1, 2, run_state::accepted);
  review(world, 4, 2, run_state::rejected);
  review(world, 6, 2, run_state::flagged, 6);
  auto rest = must(world.read(list_flagged{{first.next_cursor, 10}}));
  REQUIRE(rest.items.size() == 3); // Neither the one shown before again nor what was decided.
  CHECK(rest.items[0].id == run_of(3));
  CHECK(rest.items[1].id == run_of(5));
  CHECK(rest.items[2].id == run_of(6));
  must(world.write(delete_user{user_of(3), at(hour)})); // The runner of 2 and 5.
  auto left = must(world.read(list_flagged{}));
  REQUIRE(left.items.size() == 2);
  CHECK(left.items[0].id == run_of(3));
  CHECK(left.usernames == std::vector<std::string>{"runner1", "runner2"});
}

TEST_CASE("users page through for an operator") {
  store_world world{each_backend()};
  populate(world, 5);
  check_pages(world, search_users{"runner", {}}, 5, [](const auto& x) { return x.id; });
}
