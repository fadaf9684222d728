#pragma once

#include "actors/messages/records.hpp"
#include "actors/settings.hpp"
#include "game/live_track.hpp"
#include "game/seq_set.hpp"

#include <vector>

namespace fief::actors {

/// The run that a user is recording: what is durable, what is on its way to STORE, and the tiles
/// passed so far. Fixes are kept in their stored form, about 8 bytes each.
class run_recording {
public:
  run_recording(run_record run, const settings& rules, std::vector<game::home_zone> home_zones);

  /// Takes what was loaded from the store. A chunk that does not decode is left out, so that its
  /// fixes are asked for again.
  void restore(std::vector<fix_chunk> chunks);

  /// Notes the device's clock, `device_time` read at `now`, and how far it drifted from the start.
  void observe_clock(instant device_time, instant now);

  /// Whether every fix is in its range at `now`. Errors: `fix_out_of_range`, `fix_too_old`,
  /// `fix_in_future`, `too_many_fixes`.
  [[nodiscard]] game::outcome<void> check(const std::vector<game::fix>& fixes, instant now) const;

  /// Those not seen before, in order of `seq`, each once; they count as on their way from now on.
  /// Others that contradict what is held are counted: the first one wins.
  [[nodiscard]] std::vector<game::fix> admit(std::vector<game::fix> fixes);

  /// `fixes`, which `admit` gave, were committed. Returns the tiles newly passed.
  std::vector<game::tile_id> commit(fix_chunk chunk, const std::vector<game::fix>& fixes);
  /// They were not; the phone will send them again.
  void abandon(const std::vector<game::fix>& fixes);

  [[nodiscard]] std::uint32_t ack() const { return durable_.ack(); }
  [[nodiscard]] std::vector<game::seq_range> wants() const { return durable_.wants(); }
  [[nodiscard]] std::vector<game::seq_range> wants(std::uint32_t total) const {
    return durable_.wants(game::fix_limits::wants_max, total);
  }
  [[nodiscard]] std::uint32_t seq_max() const { return durable_.max(); }
  [[nodiscard]] bool is_complete(std::uint32_t total) const { return durable_.is_complete(total); }
  [[nodiscard]] bool is_quiet() const { return in_flight_ == 0; }
  [[nodiscard]] std::vector<game::fix> fixes() const;
  [[nodiscard]] const std::vector<game::tile_id>& passed() const { return live_.passed(); }
  [[nodiscard]] std::uint64_t contradictions() const { return contradictions_; }

  [[nodiscard]] const run_record& run() const { return run_; }
  [[nodiscard]] run_record& run() { return run_; }

private:
  std::vector<game::tile_id> feed_live();
  [[nodiscard]] bool contradicts(const game::fix& x) const;

  run_record run_;
  std::vector<fix_chunk> chunks_; ///< Durable ones.
  game::seq_set durable_;
  game::seq_set seen_; ///< Durable or on its way.
  std::uint32_t in_flight_ = 0;
  game::live_track live_;
  std::vector<game::fix> ahead_; ///< Durable, but not yet fed to `live_`: a hole comes before.
  std::uint32_t fed_ = 0;
  std::uint64_t contradictions_ = 0;
};

/// The fixes of a run's chunks. A chunk that does not decode is left out.
std::vector<game::fix> decode_all(const std::vector<fix_chunk>& chunks);

} // namespace fief::actors
