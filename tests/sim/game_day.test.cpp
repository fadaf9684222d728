#include "actors/clock.hpp"
#include "tests/support/actor_runs.hpp"

#include <functional>
#include <sstream>

using namespace fief;
using namespace fief::actors;
using namespace fief::test;

namespace {

constexpr std::uint64_t people = 4;

/// A user as a phone sees things: what it recorded, and what it may forget.
struct phone {
  std::uint64_t user = 0;
  game::run_id run;
  std::vector<game::fix> fixes;
  std::uint32_t ack = 0;
  asked_ptr<run_started> starting;
  asked_ptr<fixes_stored> sending;
  asked_ptr<run_finished> finishing;
};

/// A day of a small city: an event, some runners, a STORE that fails, actors that die. Workload,
/// faults and schedule draw from streams of their own.
struct city : actor_world {
  explicit city(std::uint64_t seed) : actor_world(seed), work(seed * 3 + 1), faults(seed * 3 + 2) {
    populate(people);
    auto event = new_event(1, people, 500);
    event.metric = work.chance(1, 2) ? game::metric::distance : game::metric::territory;
    event.pot_cents = static_cast<std::int64_t>(work.below(3)) * 1'001;
    put(create_event{event});
    for (std::uint64_t n = 1; n <= people; ++n)
      phones.push_back({n, {}, {}, 0, {}, {}, {}});
    fault_percent = static_cast<std::uint32_t>(faults.below(4)) * 8; // Some calm, some brutal.
    kill_percent = static_cast<std::uint32_t>(faults.below(3)) * 3;
    loses_answers = faults.chance(1, 2);
    weather = [this](const std::string&) { return befall(); };
    spawn(actors::clock, context_of(*this));
  }

  store_fault befall() {
    if (calm || !faults.chance(fault_percent, 100))
      return store_fault::none;
    if (faults.chance(1, 2))
      return store_fault::delay;
    return loses_answers && faults.chance(1, 2) ? store_fault::lose_answer : store_fault::refuse;
  }

  /// Sends and remembers that there has to be an answer.
  template <class Slot>
  Slot expect(Slot slot) {
    answers.push_back([slot] { return slot->answers; });
    return slot;
  }

  void look_at(phone& p) {
    if (p.starting && p.starting->answers > 0) {
      if (p.starting->value && p.starting->value->run.state == run_state::recording
          && p.run != p.starting->value->run.id) {
        p.run = p.starting->value->run.id;
        p.fixes = fixes_of_run(600 + 100.0 * static_cast<double>(work.below(5)), time->now(),
                               work.next(), 150.0 * static_cast<double>(work.below(3)));
        p.ack = 0;
      }
      p.starting.reset();
    }
    if (p.sending && p.sending->answers > 0) {
      if (p.sending->value && p.sending->value->run == p.run)
        p.ack = std::max(p.ack, p.sending->value->ack);
      p.sending.reset();
    }
    if (p.finishing && p.finishing->answers > 0) {
      if (p.finishing->value && !p.finishing->value->missing)
        done.push_back(std::exchange(p, {p.user, {}, {}, 0, {}, {}, {}}));
      else
        p.finishing.reset();
    }
  }

  void start(phone& p) {
    auto id = ticket_of(p.user);
    if (work.chance(1, 2)) {
      p.starting = expect(send_user(start_of(p.user, 100 * p.user + next_run++)));
      return;
    }
    expect(send_user(acquire_ticket{id, user_of(p.user), event_of(1), false}));
    p.starting = expect(send_user(spend_ticket{user_of(p.user), id, game::sport::run, caf::none}));
    if (work.chance(1, 3)) // Two phones at once.
      expect(send_user(spend_ticket{user_of(p.user), id, game::sport::run, caf::none}));
  }

  void record_on(phone& p) {
    std::vector<game::fix> ready;
    for (const auto& x : p.fixes)
      if (x.seq > p.ack && x.t <= time->now() && !work.chance(1, 20))
        ready.push_back(x);
    auto total = static_cast<std::uint32_t>(p.fixes.size());
    if (!ready.empty())
      p.sending = expect(send_user(fixes_for(p.user, p.run, ready)));
    if (p.ack == total && !p.finishing)
      p.finishing = expect(send_user(finish_of(p.user, p.run, total)));
  }

  void act() {
    auto& p = phones[work.below(people)];
    look_at(p);
    if (p.run.is_nil() && !p.starting && !calm)
      start(p);
    else if (!p.run.is_nil() && !p.sending)
      record_on(p);
    switch (work.below(8)) {
      case 0: expect(send_user(collect_tokens{user_of(p.user)})); break;
      case 1: expect(send_user(get_mining{user_of(p.user)})); break;
      case 2: expect(send_user(list_active_tickets{user_of(p.user)})); break;
      case 3: expect(send_event(get_leaderboard{event_of(1), 0, 10})); break;
      case 4: expect(send_user(get_recording_run{user_of(p.user)})); break;
      default: break;
    }
    if (!calm && work.chance(kill_percent, 100)) {
      killed = true;
      kill(work.chance(1, 3) ? key_of(event_of(1)) : key_of(user_of(1 + work.below(people))));
    }
  }

  /// One step of the workload, and what happened until then as text.
  void step_day(std::int64_t seconds) {
    act();
    time->value += std::chrono::seconds{seconds};
    advance(std::chrono::seconds{1});
    history << db->ledger.size() << ',' << db->tiles.size() << ',' << db->claims.size();
    for (const auto& [id, row] : db->runs)
      history << ';' << static_cast<int>(row.run.state) << row.chunks.size();
    history << '|';
  }

  void live() {
    for (int n = 0; n < 120; ++n)
      step_day(static_cast<std::int64_t>(work.below(180)));
    calm = true;             // The faults stop: everything must come to its end now.
    for (auto& p : phones) { // A phone asks again for what was never answered.
      look_at(p);
      p.starting.reset(), p.sending.reset(), p.finishing.reset();
    }
    for (int n = 0; n < 120; ++n)
      step_day(30);
    time->value = std::max(time->value, at(35 * hour)); // A night later, silent runs included.
    advance(std::chrono::seconds{10});
    for (const auto& [id, row] : db->users)
      history << row.account.coins_cents << '/' << row.account.tokens_micro << ' ';
    for (const auto& [id, tile] : db->tiles)
      history << to_string(tile.top.user);
  }

  void check_money() const {
    std::map<std::pair<game::user_id, game::currency>, std::int64_t> sums;
    for (const auto& [id, row] : db->ledger)
      sums[{row.user, row.entry.currency}] += row.entry.amount;
    for (const auto& [id, row] : db->users) {
      CHECK(row.account.coins_cents == sums[{id, game::currency::coins}]);
      CHECK(row.account.tokens_micro == sums[{id, game::currency::tokens}]);
      CHECK(row.account.tokens_micro == row.account.mined_total_micro);
    }
  }

  void check_tiles() {
    std::map<game::tile_id, game::claim> best;
    for (const auto& [key, row] : db->claims) {
      auto [it, fresh] = best.try_emplace(key.first, row.claim);
      if (!fresh && game::beats(row.claim, it->second))
        it->second = row.claim;
    }
    CHECK(best.size() == db->tiles.size());
    std::set<game::area_id> areas;
    std::map<game::user_id, std::int64_t> held;
    for (const auto& [tile, claim] : best) {
      CHECK(db->tiles.at(tile).top == claim);
      areas.insert(rules->tiling.area_of(tile));
      ++held[claim.user];
    }
    std::int64_t shown = 0;
    for (auto area : areas)
      shown += must(ask_area(get_area_count{area})).tiles;
    CHECK(shown == static_cast<std::int64_t>(best.size())); // None runs out within a week.
    for (const auto& [user, count] : held)
      CHECK(db->users.at(user).account.mining.tiles == count);
  }

  void check_runs() const {
    std::map<game::ticket_id, int> runs_of;
    for (const auto& [id, row] : db->runs) {
      CHECK(row.run.state != run_state::recording);
      CHECK(row.run.state != run_state::processing);
      CHECK_FALSE(row.in_outbox);
      if (!row.run.ticket.is_nil())
        CHECK(++runs_of[row.run.ticket] == 1);
    }
    for (const auto& p : done) {
      auto stored = stored_fixes(*this, p.run);
      CHECK(stored == p.fixes); // Acknowledged, so there.
    }
    for (const auto& p : phones)
      if (!p.run.is_nil())
        CHECK(stored_fixes(*this, p.run).size() >= p.ack);
  }

  void check_event() const {
    const auto& event = db->events.at(event_of(1));
    CHECK(event.settled_at);
    std::int64_t paid = 0;
    std::int64_t refunds = 0;
    std::int64_t prices = 0;
    for (const auto& [id, row] : db->ledger) {
      paid += row.entry.cause.rfind("prize:", 0) == 0 ? row.entry.amount : 0;
      refunds += row.entry.cause.rfind("refund:", 0) == 0 ? row.entry.amount : 0;
    }
    for (const auto& [id, ticket] : db->tickets)
      prices += ticket.price_cents;
    auto finished = !db->standings.at(event_of(1)).empty();
    CHECK(paid == (finished ? prices + event.pot_cents : 0));
    CHECK(event.pool_cents == paid);
    CHECK(refunds == (finished ? 0 : prices));
  }

  void check_answers() const {
    for (const auto& count : answers) {
      CHECK(count() <= 1);
      if (!killed && !loses_answers)
        CHECK(count() == 1);
    }
  }

  base::rng work;
  base::rng faults;
  std::vector<phone> phones;
  std::vector<phone> done;
  std::vector<std::function<int()>> answers;
  std::ostringstream history;
  std::uint32_t fault_percent = 0;
  std::uint32_t kill_percent = 0;
  bool loses_answers = false;
  bool killed = false;
  bool calm = false;
  std::uint64_t next_run = 1;
};

} // namespace

TEST_CASE("a day of a small city keeps every promise, whatever fails", "[sim]") {
  auto seed = GENERATE(range(1, 51));
  CAPTURE(seed);
  city w{static_cast<std::uint64_t>(seed)};
  w.live();
  w.check_money();
  w.check_tiles();
  w.check_runs();
  w.check_event();
  w.check_answers();
}

TEST_CASE("the same seed gives the same day, another one another", "[sim]") {
  auto seed = GENERATE(range(1, 6));
  CAPTURE(seed);
  city first{static_cast<std::uint64_t>(seed)};
  first.live();
  city again{static_cast<std::uint64_t>(seed)};
  again.live();
  CHECK(first.history.str() == again.history.str());
  city other{static_cast<std::uint64_t>(seed) + 1'000};
  other.live();
  CHECK(first.history.str() != other.history.str());
}

TEST_CASE("the runners of a day do take tiles, win prizes and mine", "[sim]") {
  std::size_t tiles = 0;
  std::int64_t mined = 0;
  std::size_t winners = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    city w{seed};
    w.live();
    tiles += w.db->tiles.size();
    winners += w.db->standings.at(event_of(1)).size();
    for (const auto& [id, row] : w.db->users)
      mined += row.account.mined_total_micro;
  }
  CHECK(tiles > 60);
  CHECK(winners > 3);
  CHECK(mined > 0);
}
