#include "actors/tile.hpp"

#include "actors/convert.hpp"

namespace fief::actors {

namespace {
constexpr int stale_retries_max = 5;
} // namespace

tile_actor::behavior_type tile_state::make_behavior(context_ptr ctx, area_actor area,
                                                    tile_record tile) {
  ctx_ = std::move(ctx);
  area_ = std::move(area);
  tile_ = std::move(tile);
  return {
    [this](const merge_tile& x) { on_merge(x); },
  };
}

void tile_state::on_merge(const merge_tile& x) {
  waiting_.push_back(x.claim);
  if (!busy_)
    merge_next();
}

void tile_state::merge_next() {
  if (waiting_.empty()) {
    busy_ = false;
    return;
  }
  busy_ = true;
  const auto& claim = waiting_.front();
  auto run = claim.run;
  self_->request(ctx_->store, caf::infinite, merge_claim{claim, tile_.generation, ctx_->now()})
    .then(
      [this, run](const claim_merged& x) {
        retries_ = 0;
        tile_ = x.tile;
        report(run, x.taken);
      },
      [this, run](const caf::error& why) { fail(run, errc_of(why)); });
}

void tile_state::report(game::run_id run, bool taken) {
  waiting_.erase(waiting_.begin()); // Hardly ever more than one.
  self_->send(area_, tile_merged{run, tile_, taken, false, {}});
  merge_next();
}

void tile_state::fail(game::run_id run, game::errc why) {
  if (why == game::errc::stale && ++retries_ <= stale_retries_max) {
    reload(run); // Claims were revoked and the generation moved: see what is left, try again.
    return;
  }
  retries_ = 0;
  waiting_.erase(waiting_.begin()); // Hardly ever more than one.
  self_->send(area_, tile_merged{run, tile_, false, true, why});
  merge_next();
}

void tile_state::reload(game::run_id run) {
  auto area = ctx_->rules->tiling.area_of(tile_.top.tile);
  self_->request(ctx_->reader, caf::infinite, load_area{area})
    .then(
      [this](const area_loaded& x) {
        for (const auto& row : x.tiles)
          if (row.top.tile == tile_.top.tile)
            tile_ = row;
        merge_next();
      },
      [this, run](const caf::error& why) { fail(run, errc_of(why)); });
}

tile_actor::behavior_type tile(tile_actor::stateful_pointer<tile_state> self, context_ptr ctx,
                               area_actor area, tile_record row) {
  return self->state.make_behavior(std::move(ctx), std::move(area), std::move(row));
}

} // namespace fief::actors
