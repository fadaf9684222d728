#pragma once

#include "actors/messages/gateway.hpp"

namespace fief::actors {

/// Merges a run's claims in this area. Reply: `claims_merged` after all of them are committed.
/// Errors: `unavailable`; sending all of them again is safe.
struct merge_claims {
  game::area_id area;
  game::run_id run;
  std::string username; ///< Of the claims' user, so that the map can name him.
  std::vector<game::claim> claims;
};
FIEF_INSPECT(merge_claims, x.area, x.run, x.username, x.claims)

struct claims_merged {
  game::area_id area;
  std::int32_t taken = 0; ///< Claims that are their tile's top now.
};
FIEF_INSPECT(claims_merged, x.area, x.taken)

/// Tiles that STORE recomputed after claims were revoked. No reply.
struct refresh_tiles {
  game::area_id area;
  std::vector<tile_record> tiles;
  std::vector<game::user_id> owners;
  std::vector<std::string> usernames;
};
FIEF_INSPECT(refresh_tiles, x.area, x.tiles, x.owners, x.usernames)

/// A gateway's wish to hear of an area; once per gateway and area, whoever of its sessions asks.
/// Reply: `area_snapshot`, and `area_delta`s from then on.
struct watch_area {
  game::area_id area;
  caf::actor gateway;
};
FIEF_INSPECT(watch_area, x.area, x.gateway)

struct unwatch_area {
  game::area_id area;
  caf::actor gateway;
};
FIEF_INSPECT(unwatch_area, x.area, x.gateway)

/// The owned tiles now. Reply: `area_snapshot`.
struct get_area {
  game::area_id area;
};
FIEF_INSPECT(get_area, x.area)

/// How many tiles are owned, and by how many. Reply: `area_count`.
struct get_area_count {
  game::area_id area;
};
FIEF_INSPECT(get_area_count, x.area)

struct area_count {
  game::area_id area;
  std::int64_t tiles = 0;
  std::int64_t owners = 0;
  game::user_id strongest; ///< Holder of most of them; nil when free.
  std::string strongest_name;
  std::int64_t strongest_tiles = 0;
};
FIEF_INSPECT(area_count, x.area, x.tiles, x.owners, x.strongest, x.strongest_name,
             x.strongest_tiles)

/// One tile. Reply: `tile_view`.
struct get_tile {
  game::tile_id tile;
};
FIEF_INSPECT(get_tile, x.tile)

struct tile_view {
  game::tile_id tile;
  game::user_id owner; ///< Nil: free.
  std::string username;
  instant since{};
  instant holds_until{};
  bool enclosed = false;
};
FIEF_INSPECT(tile_view, x.tile, x.owner, x.username, x.since, x.holds_until, x.enclosed)

// -- between AREA and its TILEs -------------------------------------------------------------------

/// A claim for this tile. Reply to the AREA: `tile_merged`.
struct merge_tile {
  game::claim claim;
};
FIEF_INSPECT(merge_tile, x.claim)

struct tile_merged {
  game::run_id run;
  tile_record tile; ///< What the tile is now.
  bool taken = false;
  bool failed = false; ///< STORE could not say; nothing is known to have changed.
  game::errc error = game::errc::unavailable; ///< Why, if it failed.
};
FIEF_INSPECT(tile_merged, x.run, x.tile, x.taken, x.failed, x.error)

} // namespace fief::actors
