// An event with N participants, from CLOCK's word that it is due up to the commit of its
// settlement: loading, ranking, prizes, standings, notifications, through DIRECTORY, EVENT, READER
// and STORE.

#include "bench/store/place.hpp"

namespace fief::bench {

namespace {

constexpr std::int64_t now_ms = 1'778'407'200'000;
constexpr std::int64_t fee_cents = 200;
constexpr std::int64_t pot_cents = 100'000;

/// Everybody bought a ticket, ran, and has a result that counts.
constexpr auto big_event = R"(
insert into app_user (id, username, email, password_hash, roles, created_at)
select :id(1, n), 'runner_' || n, 'runner_' || n || '@example.com', '', 1, :now: - 900000000
from generate_series(0, :count: - 1) n;
insert into ledger (user_id, currency, amount, cause, at)
select :id(1, n), 'coins', a.amount, a.cause || n, :now: - 800000000
from generate_series(0, :count: - 1) n, (values (:fee:, 'welcome:'), (-:fee:, 'ticket:')) a (amount, cause);
insert into event (id, organiser, name, city, tz, starts_at, cut_at, settle_at, metric, entry_fee_cents, pot_cents,
                   distance_m, course, checkpoints, area_lat_e7, area_lon_e7, area_radius_m, live_spectators,
                   created_at, tickets_sold, tickets_cents)
values (:id(2, 0), :id(1, 0), 'Everybody', 'Zagreb', 'Europe/Zagreb', :now: - 20000000, :now: - 3600000,
        :now: - 1800000, 'distance', :fee:, :pot:, 0, '{}', '{}', 0, 0, 0, false, :now: - 90000000, :count:,
        :count: * :fee:);
insert into ticket (id, event_id, user_id, price_cents, state, bought_at, consumed_at, run_id)
select :id(3, n), :id(2, 0), :id(1, n), :fee:, 'used', :now: - 80000000 + n, :now: - 19000000 + n, :id(4, n)
from generate_series(0, :count: - 1) n;
insert into run (id, user_id, kind, ticket_id, event_id, sport, state, created_at, clock_offset, last_data_at,
                 total_seq, started_at, finished_at, distance_m, moving, has_result, result_value, result_reached_at)
select :id(4, n), :id(1, n), 'event', :id(3, n), :id(2, 0), 'run', 'accepted', :now: - 19000000 + n, 0,
       :now: - 10000000, 3600, :now: - 18000000, :now: - 10000000, 10000, 3000000, true, 5000 + n * 7919 % 20000,
       :now: - 10000000 - n
from generate_series(0, :count: - 1) n;
insert into event_result (event_id, run_id, user_id, value, reached_at, consumed_at)
select :id(2, 0), id, user_id, result_value, result_reached_at, created_at from run;
)";

/// Waits for the settlement, as whoever watches the event does.
actors::event_record settled(live_game& game, game::event_id event) {
  (*game.self)
    ->send(game.directory, actors::deliver{actors::key_of(event),
                                           caf::make_message(actors::look_at_clock{event}), false});
  for (;;) {
    auto record =
      game.ask_entity<actors::event_record>(actors::key_of(event), actors::get_event{event});
    if (record.settled_at)
      return record;
    (*game.self)->receive([](atom::tick) {}, caf::after(std::chrono::milliseconds{5}) >> [] {});
  }
}

void check(bool fact, const char* what) {
  if (fact)
    return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::exit(1);
}

} // namespace

int event_of(const std::vector<std::string>& args) {
  auto count = args.empty() ? std::int64_t{100'000} : std::stoll(args[0]);
  database where;
  where.execute(filling(
    big_event, {{"count", count}, {"now", now_ms}, {"fee", fee_cents}, {"pot", pot_cents}}));
  where.settle();
  game::event_id event{id_of(kind::event, 0)};
  live_game game{where, now_ms};
  auto memory = resident_bytes();
  forget_peak();
  auto began = where.spent();
  // The cut: the board as everybody looks at it once nobody can run any more.
  game.time->ms = now_ms - 2'000'000;
  auto board = game.ask_entity<actors::leaderboard>(actors::key_of(event),
                                                    actors::get_leaderboard{event, 0, 50});
  auto cut = where.spent() - began;
  check(board.total == count && !board.event.settled_at, "everybody is ranked after the cut");
  game.time->ms = now_ms;
  auto before = where.spent();
  auto record = settled(game, event);
  auto settle = where.spent() - before;
  check(record.pool_cents == count * fee_cents + pot_cents, "the pool is the fees and the pot");
  check(where.number("select sum(prize_cents) from event_standing") == record.pool_cents,
        "the pool is paid");
  check(where.number("select count(*) from event_standing") == count
          && where.number("select count(*) from notification") == count,
        "everybody has a rank and is told of it");
  std::printf(
    "{\"participants\": %lld, \"cut_ms\": %.1f, \"settle_ms\": %.1f, \"server_ms\": %.1f, "
    "\"postgres_ms\": %.1f, \"peak_bytes\": %llu}\n",
    static_cast<long long>(count), cut.wall, settle.wall, cut.server + settle.server,
    cut.postgres + settle.postgres, static_cast<unsigned long long>(peak_bytes() - memory));
  return 0;
}

} // namespace fief::bench
