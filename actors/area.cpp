#include "actors/area.hpp"

#include "actors/convert.hpp"
#include "actors/tile.hpp"
#include "base/assert.hpp"

#include <algorithm>

namespace fief::actors {

area_state::~area_state() {
  if (ctx_)
    ctx_->gauges->claims.waiting -= waiting_.size();
}

area_actor::behavior_type area_state::make_behavior(context_ptr ctx, const area_loaded& loaded,
                                                    game::area_id area) {
  ctx_ = std::move(ctx);
  area_ = area;
  expired_up_to_ = ctx_->now();
  version_ = told_version_ = opened_at_ = next_version();
  tiles_.load(loaded, version_);
  self_->set_down_handler([this](const caf::down_msg& x) {
    std::erase_if(watchers_, [&](const caf::actor& w) { return w.address() == x.source; });
  });
  return {
    [this](const merge_claims& x) { return on_merge(x); },
    [this](const refresh_tiles& x) { on_refresh(x); },
    [this](const watch_area& x) { return on_watch(x); },
    [this](const unwatch_area& x) { on_unwatch(x.gateway); },
    [this](const get_area&) { return snapshot(); },
    [this](const get_area_count&) { return on_count(); },
    [this](const get_tile& x) { return on_tile(x); },
    [this](const tile_merged& x) { on_tile_merged(x); },
    [this](atom::flush) { on_flush(); },
    [this](atom::retire) { on_retire(); },
  };
}

std::uint64_t area_state::next_version() const {
  auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(base::to_ms(ctx_->now()), 1));
  return std::max(now, version_ + 1);
}

// -- claims ---------------------------------------------------------------------------------------

caf::result<claims_merged> area_state::on_merge(const merge_claims& x) {
  if (x.claims.empty())
    return claims_merged{area_, 0};
  if (waiting_.size() + x.claims.size() > ctx_->rules->claims_waiting_max) {
    ctx_->gauges->claims.refused += 1;
    return caf::make_error(game::errc::overloaded); // Its USER sends the run again later.
  }
  auto promise = self_->make_response_promise<claims_merged>();
  auto [it, fresh] = jobs_.try_emplace(x.run);
  it->second.askers.push_back(promise);
  if (!fresh)
    return promise; // The same run again while it is being merged: both hear of the one result.
  it->second.left = x.claims.size();
  usernames_[x.claims.front().user] = x.username;
  waiting_.insert(waiting_.end(), x.claims.begin(), x.claims.end());
  ctx_->gauges->claims.waiting += x.claims.size();
  start_claims();
  return promise;
}

void area_state::start_claims() {
  // Thousands of runnable actors at once make the scheduler's stealing quadratic.
  while (!waiting_.empty() && running_ < ctx_->rules->tiles_running_max) {
    send_claim(waiting_.front());
    waiting_.pop_front();
    ctx_->gauges->claims.waiting -= 1;
  }
}

void area_state::send_claim(const game::claim& claim) {
  auto& moving = in_motion_[claim.tile];
  if (!moving.actor)
    moving.actor =
      self_->spawn<caf::linked>(tile, ctx_, area_actor{self_}, tiles_.row_of(claim.tile));
  running_ += moving.pending == 0 ? 1 : 0;
  ++moving.pending;
  moving.used = self_->clock().now();
  self_->send(moving.actor, merge_tile{claim});
}

void area_state::on_tile_merged(const tile_merged& x) {
  auto moving = in_motion_.find(x.tile.top.tile);
  FIEF_ASSERT(moving != in_motion_.end() && moving->second.pending > 0);
  moving->second.used = self_->clock().now();
  if (--moving->second.pending == 0)
    --running_;
  auto named = usernames_.find(x.tile.top.user);
  if (!x.failed
      && tiles_.put(x.tile, named != usernames_.end() ? named->second : std::string{},
                    next_version())) {
    version_ = next_version();
    schedule_flush();
  }
  auto it = jobs_.find(x.run);
  FIEF_ASSERT(it != jobs_.end() && it->second.left > 0);
  auto& merging = it->second;
  merging.taken += x.taken ? 1 : 0;
  if (x.failed) {
    merging.failed = true;
    merging.error = x.error;
  }
  if (--merging.left == 0)
    finish(x.run, merging);
  start_claims();
}

void area_state::finish(game::run_id run, job& done) {
  for (auto& asker : done.askers) {
    if (done.failed)
      asker.deliver(caf::make_error(done.error));
    else
      asker.deliver(claims_merged{area_, done.taken});
  }
  jobs_.erase(run);
  if (jobs_.empty())
    usernames_.clear();
  schedule_flush(); // Also to fold the TILEs once they are quiet.
}

void area_state::on_refresh(const refresh_tiles& x) {
  FIEF_ASSERT(x.owners.size() == x.usernames.size());
  auto version = next_version();
  for (const auto& row : x.tiles) {
    auto named = std::ranges::find(x.owners, row.top.user);
    auto index = static_cast<std::size_t>(named - x.owners.begin());
    auto known = named != x.owners.end();
    if (tiles_.put(row, known ? x.usernames[index] : std::string{}, version))
      version_ = version;
  }
  schedule_flush();
}

// -- watchers -------------------------------------------------------------------------------------

caf::result<area_snapshot> area_state::on_watch(const watch_area& x) {
  flush(); // So that the snapshot and the deltas after it meet at one version.
  if (std::ranges::find(watchers_, x.gateway) == watchers_.end()) {
    watchers_.push_back(x.gateway);
    self_->monitor(x.gateway);
  }
  schedule_flush();
  return snapshot();
}

void area_state::on_unwatch(const caf::actor& gateway) {
  auto it = std::ranges::find(watchers_, gateway);
  if (it == watchers_.end())
    return;
  self_->demonitor(gateway);
  watchers_.erase(it);
}

area_snapshot area_state::snapshot() const {
  auto view = tiles_.held_at(ctx_->now(), opened_at_);
  return {area_,
          version_,
          opened_at_,
          std::move(view.tiles),
          std::move(view.owners),
          std::move(view.usernames)};
}

area_count area_state::on_count() const {
  return tiles_.count(area_, ctx_->now());
}

caf::result<tile_view> area_state::on_tile(const get_tile& x) const {
  tile_view out;
  out.tile = x.tile;
  const auto* r = tiles_.find(x.tile);
  if (r == nullptr || r->owner == 0 || r->holds_until <= ctx_->now())
    return out;
  auto row = tiles_.row_of(x.tile);
  out.owner = row.top.user;
  out.username = tiles_.name_of(*r);
  out.since = row.top.crossed_at;
  out.holds_until = row.top.holds_until;
  out.enclosed = row.top.enclosed;
  return out;
}

// -- the pace of deltas, expiry, folding ----------------------------------------------------------

bool area_state::wants_flush() const {
  return !watchers_.empty() || version_ != told_version_ || !in_motion_.empty();
}

void area_state::schedule_flush() {
  if (flush_scheduled_ || !wants_flush())
    return;
  flush_scheduled_ = true;
  auto due = flushed_ + ctx_->rules->delta_period;
  auto now = self_->clock().now();
  if (version_ != told_version_ && due <= now)
    self_->send(self_, atom::flush_v); // Quiet until now: the first change goes out at once.
  else
    self_->delayed_send(self_, std::max<caf::timespan>(due - now, std::chrono::milliseconds{1}),
                        atom::flush_v);
}

void area_state::on_flush() {
  flush_scheduled_ = false;
  flush();
  schedule_flush();
}

void area_state::flush() {
  auto now = ctx_->now();
  if (now > expired_up_to_) {
    auto version = next_version();
    if (tiles_.expire(expired_up_to_, now, version) > 0)
      version_ = version;
    expired_up_to_ = now;
  }
  if (version_ != told_version_) {
    if (!watchers_.empty()) {
      auto view = tiles_.changed_after(told_version_, now);
      auto delta =
        caf::make_message(area_delta{area_, told_version_, version_, std::move(view.tiles),
                                     std::move(view.owners), std::move(view.usernames)});
      for (const auto& watcher : watchers_)
        caf::anon_send(watcher, delta);
    }
    told_version_ = version_;
  }
  flushed_ = self_->clock().now();
  fold_quiet_tiles(flushed_);
}

void area_state::fold_quiet_tiles(time_point now) {
  for (auto it = in_motion_.begin(); it != in_motion_.end();) {
    auto& moving = it->second;
    if (moving.pending == 0 && now - moving.used >= ctx_->rules->tile_quiet) {
      self_->unlink_from(moving.actor);
      self_->send_exit(moving.actor, caf::exit_reason::normal);
      it = in_motion_.erase(it);
    } else {
      ++it;
    }
  }
}

void area_state::on_retire() {
  if (jobs_.empty() && watchers_.empty() && version_ == told_version_) {
    self_->quit();
    return;
  }
  self_->send(caf::actor_cast<directory_actor>(ctx_->directory), entity_stays{key_of(area_)});
}

area_actor::behavior_type area(area_actor::stateful_pointer<area_state> self, context_ptr ctx,
                               area_loaded loaded, game::area_id id) {
  return self->state.make_behavior(std::move(ctx), loaded, id);
}

} // namespace fief::actors
