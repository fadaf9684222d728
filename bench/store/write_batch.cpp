// Rows that claims write into `tile`: through STORE, which also checks the claim against the log,
// settles both owners' mining and counts what the losers are told, beside the best statement by
// hand, which upserts the same columns under the same condition and does nothing else.

#include "bench/store/place.hpp"
#include "persistence/sql.hpp"

#include <algorithm>
#include <libpq-fe.h>
#include <memory>

namespace fief::bench {

namespace {

constexpr std::int64_t now_ms = 1'778'407'200'000;
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::uint64_t held = 200'000; ///< Tiles that have an owner before; as many are new.
constexpr std::uint64_t users = 2'000;
constexpr std::uint64_t per_run = 200; ///< Claims of a run: half of them on held tiles.
constexpr std::size_t window = 4'000;

/// The n-th claim of all: the first half of a run's on tiles of somebody else, the others on new
/// ones. In the order of tiles, as AREAs send them.
game::claim claim_at(std::uint64_t n) {
  auto run = n / per_run;
  auto half = per_run / 2;
  auto at = n % per_run;
  auto tile = run * half + at % half + (at < half ? 0 : held);
  auto owner = (tile % held / 100 + users / 2) % users; // Not who has it.
  return {tile_at(tile),
          {id_of(kind::user, owner)},
          {id_of(kind::run, run + 1'000'000)},
          base::from_ms(now_ms - 1'000),
          base::from_ms(now_ms + 2 * day_ms),
          false};
}

constexpr auto city = R"(
insert into app_user (id, username, email, password_hash, roles, created_at, tiles, settled_at,
                      claimed_at)
select :id(1, n), 'u' || n, 'u' || n || '@example.com', '', 1, :now:, :held: / :users:,
       :now: - 3600000, :now: - 3600000
from generate_series(0, :users: - 1) n;
insert into tile (tile, owner, run_id, crossed_at, holds_until, enclosed, counted)
select :tile(n), :id(1, n / 100 % :users:), :id(4, n / 100), :now: - 7200000, :now: + :day:, false,
       true
from generate_series(0, :held: - 1) n;
insert into run (id, user_id, kind, sport, state, created_at, clock_offset, last_data_at)
select :id(4, 1000000 + n), :id(1, 0), 'free', 'run', 'accepted', :now:, 0, :now:
from generate_series(0, :claims: / :per_run: - 1) n;
insert into claim (run_id, tile, user_id, crossed_at, holds_until, enclosed)
select :id(4, 1000000 + n / :per_run:), :tile(t),
       :id(1, (t % :held: / 100 + :users: / 2) % :users:), :now: - 1000, :now: + 2 * :day:, false
from (select n, n / :per_run: * :half: + n % :half:
                + case when n % :per_run: < :half: then 0 else :held: end as t
      from generate_series(0::bigint, :claims: - 1) n) x;
)";

void fill(const database& where, std::int64_t claims) {
  where.execute(filling(city, {{"users", users},
                               {"held", held},
                               {"now", now_ms},
                               {"day", day_ms},
                               {"claims", claims},
                               {"per_run", per_run},
                               {"half", per_run / 2}}));
  where.settle();
}

/// One connection of libpq, without the library that the server uses.
class by_hand {
public:
  explicit by_hand(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
    const char* condition =
      " on conflict (tile) do update set owner = excluded.owner, run_id = excluded.run_id,"
      " crossed_at = excluded.crossed_at, holds_until = excluded.holds_until,"
      " enclosed = excluded.enclosed, counted = excluded.counted"
      " where tile.owner is null or excluded.holds_until > tile.holds_until"
      " or (excluded.holds_until = tile.holds_until and (excluded.crossed_at < tile.crossed_at"
      " or (excluded.crossed_at = tile.crossed_at and excluded.run_id < tile.run_id)))";
    auto columns = std::string{"insert into tile (tile, owner, run_id, crossed_at, holds_until,"
                               " enclosed, counted) "};
    check(PQprepare(connection_.get(), "arrays",
                    (columns
                     + "select * from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[],"
                       " $5::bigint[], $6::boolean[], $7::boolean[])"
                     + condition)
                      .c_str(),
                    0, nullptr),
          PGRES_COMMAND_OK);
    run("create temp table incoming (like tile)");
    run("alter table incoming drop column generation");
    check(PQprepare(connection_.get(), "copied",
                    (columns
                     + "select tile, owner, run_id, crossed_at, holds_until, enclosed, counted"
                       " from incoming order by tile"
                     + condition)
                      .c_str(),
                    0, nullptr),
          PGRES_COMMAND_OK);
  }

  /// @pre Sorted by tile.
  void upsert(const std::vector<game::claim>& rows) {
    persistence::sql_array tiles, owners, runs, crossed, holds;
    std::string no = "{";
    std::string yes = "{";
    for (const auto& x : rows) {
      tiles.add(x.tile);
      owners.add(x.user);
      runs.add(x.run);
      crossed.add(x.crossed_at);
      holds.add(x.holds_until);
      no += no.size() > 1 ? ",f" : "f";
      yes += yes.size() > 1 ? ",t" : "t";
    }
    std::string texts[] = {tiles.str(), owners.str(), runs.str(), crossed.str(),
                           holds.str(), no + "}",     yes + "}"};
    const char* values[7];
    std::ranges::transform(texts, values, [](const auto& x) { return x.c_str(); });
    check(PQexecPrepared(connection_.get(), "arrays", 7, values, nullptr, nullptr, 0),
          PGRES_COMMAND_OK);
  }

  void copy(const std::vector<game::claim>& rows) {
    std::string text;
    for (const auto& x : rows)
      text += std::to_string(static_cast<std::int64_t>(x.tile.value)) + '\t' + to_string(x.user)
              + '\t' + to_string(x.run) + '\t' + std::to_string(base::to_ms(x.crossed_at)) + '\t'
              + std::to_string(base::to_ms(x.holds_until)) + "\tf\tt\n";
    run("begin");
    check(PQexec(connection_.get(), "copy incoming from stdin"), PGRES_COPY_IN);
    if (PQputCopyData(connection_.get(), text.data(), static_cast<int>(text.size())) != 1
        || PQputCopyEnd(connection_.get(), nullptr) != 1)
      die();
    while (auto* result = PQgetResult(connection_.get()))
      check(result, PGRES_COMMAND_OK);
    check(PQexecPrepared(connection_.get(), "copied", 0, nullptr, nullptr, nullptr, 0),
          PGRES_COMMAND_OK);
    run("truncate incoming");
    run("commit");
  }

private:
  void run(const char* sql) { check(PQexec(connection_.get(), sql), PGRES_COMMAND_OK); }
  void check(PGresult* result, ExecStatusType wanted) {
    auto status = PQresultStatus(result);
    PQclear(result);
    if (status != wanted)
      die();
  }
  [[noreturn]] void die() {
    std::fprintf(stderr, "by hand: %s\n", PQerrorMessage(connection_.get()));
    std::exit(1);
  }
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

struct rate {
  std::string name;
  cost per_row; ///< In thousandths: microseconds.
};

rate measured(const database& where, const std::string& name, std::size_t rows, auto work) {
  auto before = where.spent();
  work();
  auto spent = where.spent() - before;
  auto n = static_cast<double>(rows) / 1e3;
  return {name, {spent.wall / n, spent.server / n, spent.postgres / n}};
}

std::vector<game::claim> claims_from(std::uint64_t first, std::size_t count) {
  std::vector<game::claim> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(claim_at(first + i));
  return out;
}

/// Every way by hand, each on claims of its own; the best comes first.
std::vector<rate> all_by_hand(const database& where, std::uint64_t first, std::size_t each) {
  std::vector<rate> out;
  by_hand hand{where.url()};
  auto in_batches = [&](const std::string& name, std::size_t size, auto send) {
    std::vector<std::vector<game::claim>> batches;
    for (std::size_t at = 0; at < each; at += size, first += size) {
      auto batch = claims_from(first, size);
      std::ranges::sort(batch, {}, &game::claim::tile);
      batches.push_back(std::move(batch));
    }
    send(hand, batches.front()); // Plans and pages are warm.
    out.push_back(measured(where, name, each - size, [&] {
      for (std::size_t i = 1; i < batches.size(); ++i)
        send(hand, batches[i]);
    }));
  };
  auto upsert = [](by_hand& to, const auto& rows) { to.upsert(rows); };
  auto copy = [](by_hand& to, const auto& rows) { to.copy(rows); };
  in_batches("arrays of 100", 100, upsert);
  in_batches("arrays of 1,000", 1'000, upsert);
  in_batches("arrays of 5,000", 5'000, upsert);
  in_batches("copy of 1,000", 1'000, copy);
  in_batches("copy of 5,000", 5'000, copy);
  std::ranges::sort(out, {}, [](const rate& x) { return x.per_row.wall; });
  return out;
}

rate through_store(const database& where, std::uint64_t first, std::size_t count) {
  live_game game{where, now_ms};
  std::uint64_t taken = 0;
  auto merge = [&](std::uint64_t from, std::size_t rows) {
    pipeline<actors::claim_merged>(
      game, rows, window,
      [&](std::size_t i) {
        (*game.self)
          ->send(game.store, actors::merge_claim{claim_at(from + i), 0, game.time->now()});
      },
      [&](const actors::claim_merged& x) { taken += x.taken ? 1 : 0; });
  };
  constexpr std::size_t warm = 2'000;
  merge(first, warm);
  auto out = measured(where, "STORE", count - warm, [&] { merge(first + warm, count - warm); });
  if (taken != count) {
    std::fprintf(stderr, "%llu of %zu claims were taken\n", static_cast<unsigned long long>(taken),
                 count);
    std::exit(1);
  }
  return out;
}

} // namespace

int write_batch(const std::vector<std::string>& args) {
  auto each = args.empty() ? std::size_t{20'000} : std::stoul(args[0]);
  auto through = 2 * each;
  database where;
  fill(where, static_cast<std::int64_t>(5 * each + through));
  auto hand = all_by_hand(where, 0, each);
  auto store = through_store(where, 5 * each, through);
  std::printf("{\"store_us\": %.2f, \"store_server_us\": %.2f, \"store_postgres_us\": %.2f, "
              "\"best\": \"%s\", \"best_us\": %.2f, \"best_server_us\": %.2f, "
              "\"best_postgres_us\": %.2f, \"by_hand\": {",
              store.per_row.wall, store.per_row.server, store.per_row.postgres,
              hand.front().name.c_str(), hand.front().per_row.wall, hand.front().per_row.server,
              hand.front().per_row.postgres);
  for (const auto& x : hand)
    std::printf("%s\"%s\": %.2f", &x == &hand.front() ? "" : ", ", x.name.c_str(), x.per_row.wall);
  std::printf("}}\n");
  return 0;
}

} // namespace fief::bench
