#pragma once

#include "game/ids.hpp"

#include <cstdint>

namespace fief::game {

/// Every number of rules 2.1, 2.2 and 3 that an operator may set, with its default.
struct run_rules {
  using seconds = std::chrono::seconds;
  using days = std::chrono::days;

  // 2.1 Cleaning.
  std::uint32_t acc_dm_max = 350;     ///< Worse fixes are dropped.
  double spike_distance_m = 20;       ///< A spike is farther than this from the last good fix,
  double spike_speed_mps = 12.5;      ///< and faster than this.
  std::uint32_t spike_parked_max = 5; ///< So many in a row are no spike: the track goes on there.
  double break_distance_m = 250;      ///< A longer gap is never joined,
  double break_fast_distance_m = 50;  ///< nor one over this length
  double break_fast_speed_mps = 7;    ///< and over this speed.
  double bridge_distance_m = 60;      ///< A longer joined segment passes no tiles,
  milliseconds bridge_time = seconds{60};  ///< nor one that took longer.
  double pause_speed_mps = 0.5;            ///< Slower than this
  milliseconds pause_window = seconds{20}; ///< over this long is a pause,
  milliseconds pause_gap = seconds{30};    ///< and so is longer than this without a fix
  double pause_gap_distance_m = 50;        ///< within this distance.

  // 2.1 Vehicles.
  milliseconds vehicle_window = seconds{30};
  double vehicle_speed_mps = 7.0; ///< Net displacement over the window above this is no runner.
  milliseconds vehicle_time = seconds{60}; ///< So much of it makes the run a vehicle's.

  // 2.1 Soft flags.
  double cadence_min_spm = 120;
  double cadence_walk_min_spm = 60; ///< For walks and hikes.
  double cadence_max_spm = 220;
  milliseconds cadence_time_min = seconds{180}; ///< Less moving time with steps tells nothing.
  double acceleration_mps2 = 5;
  milliseconds acceleration_span = seconds{3}; ///< Speed is measured over this long on each side.
  std::uint32_t accelerations_max = 3;         ///< More points than this per 10 min are flagged.
  double variance_min = 0.01;                  ///< Units: (m/s)². Steadier speed is a machine's.
  std::uint32_t variance_windows_min = 18;     ///< Fewer windows of 10 s tell nothing.
  milliseconds drift_max = seconds{120};

  // 2.1 What territory needs.
  double distance_m_min = 500;
  milliseconds moving_min = seconds{180};
  std::uint32_t fixes_min = 30;
  milliseconds interval_median_max = seconds{15};

  // 2.1 Limits.
  std::uint32_t fixes_max = 50'000;
  milliseconds duration_max = std::chrono::hours{24};
  instant first_instant = std::chrono::sys_days{std::chrono::year{2010} / 1 / 1};

  // 2.2 Tiles.
  double pass_distance_m = 10;   ///< So much track inside passes a tile.
  double close_distance_m = 100; ///< Ends nearer than this close the track,
  double close_cell_m = 10;      ///< A loop is one on a grid of this size too.
  double close_share = 0.1;      ///< if also nearer than this share of its length.
  double enclosed_m2_max = 25e6;
  double enclosed_track_m_max = 50'000;

  // 3 Claims.
  std::int64_t pace_min_ms_per_km = 180'000;
  std::int64_t pace_max_ms_per_km = 720'000;
  milliseconds hold_base = days{7};
  milliseconds bonus_slope = days{14}; ///< Added for each halving of the pace.
};

} // namespace fief::game
