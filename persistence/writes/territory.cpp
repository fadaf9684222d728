#include "persistence/writes/shared.hpp"

namespace fief::persistence {

namespace {

constexpr query q_merge{
  "merge_claims",
  "select ord, outcome, tile, owner, run_id, crossed_at, holds_until, enclosed, generation, loser"
  " from merge_claims($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint,"
  " $6::bigint)"};

outcome<actors::claim_merged> read_merged(row_reader& row, const game::claim& claim) {
  auto code = row.integer();
  if (code == 2)
    return game::errc::stale;
  if (code == 3)
    return game::errc::not_found;
  actors::claim_merged x;
  x.tile = read_tile(row);
  x.taken = x.tile.top.run == claim.run;
  x.loser = row.id<game::user_id>();
  return x;
}

} // namespace

std::vector<outcome<actors::claim_merged>>
apply_all(write_context& c, std::span<const actors::merge_claim* const> all) {
  sql_array tiles, runs, generations, nows;
  for (const auto* x : all) {
    tiles.add(x->claim.tile);
    runs.add(x->claim.run);
    generations.add(x->generation);
    nows.add(x->now);
  }
  auto rows = c.tx.run(q_merge, tiles.str(), runs.str(), generations.str(), nows.str(),
                       c.mining.store_max, soft_cap_of(c));
  std::vector<outcome<actors::claim_merged>> outcomes(all.size(), game::errc::unavailable);
  FIEF_ASSERT(rows.size() == static_cast<pqxx::result::size_type>(all.size()));
  for (const auto& fields : rows) {
    row_reader row{fields};
    auto index = static_cast<std::size_t>(row.integer() - 1);
    auto& merged = outcomes.at(index);
    merged = read_merged(row, all[index]->claim);
    if (!merged || !merged->taken)
      continue;
    c.changed.accounts.insert(merged->tile.top.user);
    if (!merged->loser.is_nil())
      c.changed.accounts.insert(merged->loser);
  }
  return outcomes;
}

} // namespace fief::persistence
