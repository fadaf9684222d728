#pragma once

#include "actors/area_tiles.hpp"
#include "actors/context.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <vector>

namespace fief::actors {

/// State of one AREA: tiles as records, the TILEs in motion, and the gateways that watch.
class area_state {
public:
  static inline const char* name = "area";

  explicit area_state(area_actor::pointer self) : self_(self) {}

  area_state(const area_state&) = delete;
  area_state& operator=(const area_state&) = delete;
  ~area_state();

  area_actor::behavior_type make_behavior(context_ptr ctx, const area_loaded& loaded,
                                          game::area_id area);

  [[nodiscard]] const area_tiles& tiles() const { return tiles_; }
  [[nodiscard]] std::size_t tiles_in_motion() const { return in_motion_.size(); }

private:
  using time_point = std::chrono::steady_clock::time_point;

  /// One run's claims on their way through the TILEs.
  struct job {
    std::vector<caf::typed_response_promise<claims_merged>> askers;
    std::size_t left = 0;
    std::int32_t taken = 0;
    bool failed = false;
    game::errc error = game::errc::unavailable;
  };

  struct moving_tile {
    tile_actor actor;
    std::uint32_t pending = 0; ///< Claims sent and not answered.
    time_point used{};
  };

  caf::result<claims_merged> on_merge(const merge_claims& x);
  void on_tile_merged(const tile_merged& x);
  void on_refresh(const refresh_tiles& x);
  caf::result<area_snapshot> on_watch(const watch_area& x);
  void on_unwatch(const caf::actor& gateway);
  area_count on_count() const;
  caf::result<tile_view> on_tile(const get_tile& x) const;
  void on_flush();
  void on_retire();

  void start_claims();
  void send_claim(const game::claim& claim);
  void finish(game::run_id run, job& done);
  void fold_quiet_tiles(time_point now);
  /// Expires, tells the watchers what changed, folds. Leaves the schedule alone: one timer runs.
  void flush();
  void schedule_flush();
  [[nodiscard]] bool wants_flush() const;
  [[nodiscard]] area_snapshot snapshot() const;
  [[nodiscard]] std::uint64_t next_version() const;

  area_actor::pointer self_;
  context_ptr ctx_;
  game::area_id area_;
  area_tiles tiles_;
  std::map<game::run_id, job> jobs_;
  std::deque<game::claim> waiting_; ///< Claims whose TILE may not run yet.
  std::map<game::tile_id, moving_tile> in_motion_;
  std::uint32_t running_ = 0; ///< TILEs with pending claims.
  std::vector<caf::actor> watchers_;
  std::map<game::user_id, std::string> usernames_; ///< Of the claims' users, while jobs last.
  std::uint64_t opened_at_ = 0; ///< The version at activation: earlier changes are not known.
  std::uint64_t version_ = 0;
  std::uint64_t told_version_ = 0; ///< What watchers know.
  instant expired_up_to_{};
  time_point flushed_{};
  bool flush_scheduled_ = false;
};

/// Spawn entry: by DIRECTORY.
area_actor::behavior_type area(area_actor::stateful_pointer<area_state> self, context_ptr ctx,
                               area_loaded loaded, game::area_id id);

} // namespace fief::actors
