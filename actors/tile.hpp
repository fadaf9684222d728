#pragma once

#include "actors/context.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <vector>

namespace fief::actors {

/// State of one TILE: what its row is, as far as this actor knows, and the claims that wait.
///
/// Every claim goes to STORE, also one that looks weaker than `tile.top`: Postgres decides, and a
/// claim revoked meanwhile elsewhere must not win by our memory.
class tile_state {
public:
  static inline const char* name = "tile";

  explicit tile_state(tile_actor::pointer self) : self_(self) {}

  tile_actor::behavior_type make_behavior(context_ptr ctx, area_actor area, tile_record tile);

  [[nodiscard]] const tile_record& tile() const { return tile_; }

private:
  void on_merge(const merge_tile& x);
  void merge_next();
  void report(game::run_id run, bool taken);
  void fail(game::run_id run, game::errc why);
  void reload(game::run_id run);

  tile_actor::pointer self_;
  context_ptr ctx_;
  area_actor area_;
  tile_record tile_;
  std::vector<game::claim> waiting_; ///< Bounded by the AREA, which sends no claim twice.
  bool busy_ = false;
  int retries_ = 0;
};

/// Spawn entry: by the tile's AREA only. Ends when the AREA says so, or with it.
tile_actor::behavior_type tile(tile_actor::stateful_pointer<tile_state> self, context_ptr ctx,
                               area_actor area, tile_record row);

} // namespace fief::actors
