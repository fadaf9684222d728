#include "tests/support/store/memory_commands.hpp"

#include <algorithm>

namespace fief::test {

using namespace actors;
using game::errc;

namespace {

std::string loss_cause(game::run_id run) {
  return "tiles_lost:" + to_string(run);
}

/// Counts one more tile that `loser` lost to a run; he is told when all its claims are merged.
void count_loss(memory_change& change, game::user_id loser, const merge_claim& x) {
  notification notice;
  notice.user = loser;
  notice.kind = notice_kind::tiles_lost;
  notice.cause = loss_cause(x.claim.run);
  notice.at = x.now;
  notice.run = x.claim.run;
  ++change.notify(notice).notice.count;
}

} // namespace

game::outcome<claim_merged> apply(memory_change& change, const merge_claim& x) {
  auto& db = change.db;
  auto found = db.claims.find({x.claim.tile, x.claim.run});
  if (found == db.claims.end())
    return errc::not_found;
  auto& row = found->second;
  auto tile = tile_record{{x.claim.tile, {}, {}, {}, {}, false}, 0};
  if (auto stored = db.tiles.find(x.claim.tile); stored != db.tiles.end())
    tile = stored->second;
  bool free = tile.top.user.is_nil();
  if (row.revoked || (!free && tile.top.run == row.claim.run))
    return claim_merged{tile, !row.revoked, row.revoked ? game::user_id{} : row.loser};
  if (tile.generation != x.generation)
    return errc::stale;
  if (!free && !game::beats(row.claim, tile.top))
    return claim_merged{tile, false, {}};
  if (!free) {
    change.settle(tile.top.user, x.now);
    if (tile.top.holds_until > x.now && tile.top.user != row.claim.user) {
      row.loser = tile.top.user;
      count_loss(change, row.loser, x);
    }
    change.uncount(tile.top, x.now);
  }
  change.settle(row.claim.user, x.now);
  change.count(row.claim, x.now);
  row.was_top = true;
  tile.top = row.claim;
  db.tiles[x.claim.tile] = tile;
  return claim_merged{tile, true, row.loser};
}

game::outcome<run_record> apply(memory_change& change, const close_outbox& x) {
  auto found = change.db.runs.find(x.run);
  if (found == change.db.runs.end())
    return errc::not_found;
  auto& row = found->second;
  if (!std::exchange(row.in_outbox, false))
    return row.run;
  row.run.tiles_taken = x.tiles_taken;
  for (auto& [key, notice] : change.db.notices)
    if (key.second == loss_cause(x.run))
      change.publish(notice);
  return row.run;
}

game::outcome<tiles_changed> apply(memory_change& change, const revoke_tiles& x) {
  if (!change.find_user(x.user))
    return errc::not_found;
  std::vector<memory_database::claim_row*> claims;
  for (auto tile : x.tiles)
    for (auto it = change.db.claims.lower_bound({tile, {}});
         it != change.db.claims.end() && it->first.first == tile; ++it)
      if (it->second.claim.user == x.user)
        claims.push_back(&it->second);
  return tiles_changed{change.revoke(claims, x.now)};
}

} // namespace fief::test
