#pragma once

#include "actors/messages/strava.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace fief::actors {

struct strava_budget_config {
  std::int32_t reserve_percent = 20; ///< Of each limit, kept for what webhooks announce.
  // What Strava gives a new application; its answers tell the real ones.
  std::int32_t quarter_max = 200;
  std::int32_t day_max = 2'000;
  std::int32_t read_quarter_max = 100;
  std::int32_t read_day_max = 1'000;
  /// Nothing is asked so near to a window's end, on both sides: the two clocks are read to the
  /// second only.
  milliseconds seam{4'000};
};

/// Whose turn is paid: an event may also use the reserve.
enum class strava_lane : std::uint8_t { event, catch_up };

/// How many requests Strava still takes. The limits belong to the application, not to a user, and
/// other processes may use them too: Strava's own count, in the headers of each answer, is right
/// where it is greater than ours.
///
/// Windows are Strava's: a quarter of an hour from :00, :15, :30 and :45, and a day from midnight
/// UTC, by the clock in its answers. A request that was sent in one window may be counted in the
/// next: whatever is under way at the seam counts in both.
class strava_budget {
public:
  explicit strava_budget(const strava_budget_config& config = {});

  /// Nothing: `requests` may be asked now. Else when to look again.
  [[nodiscard]] std::optional<instant> wait(instant now, strava_lane lane, int requests = 1) const;

  /// Books one request. @pre `wait` says nothing. Returns what `end` wants to know.
  instant begin(instant now);
  /// It was answered, or will not be. `began` is what `begin` said.
  void end(instant began, instant now, const strava_rates& rates, bool rate_limited);

  [[nodiscard]] int under_way() const { return under_way_; }

private:
  /// One limit within one window.
  struct window {
    std::int64_t length_ms = 0;
    std::int32_t limit = 0;
    std::int64_t index = -1; ///< Since 1970; the one that `used` is of.
    std::int32_t used = 0;
  };

  [[nodiscard]] instant theirs(instant now) const { return now + offset_; }
  [[nodiscard]] std::int32_t used_at(const window& w, instant at) const;
  [[nodiscard]] std::int32_t share(const window& w, strava_lane lane) const;
  void turn(window& w, instant at) const;
  /// Sets Strava's clock by an answer that was given between these two of ours.
  void follow(instant began, instant now, instant server_time);

  strava_budget_config config_;
  std::array<window, 4> windows_; ///< quarter, day, read_quarter, read_day.
  milliseconds offset_{0};        ///< Strava's clock less ours.
  int under_way_ = 0;
  bool heard_ = false; ///< Strava has told its count once: until then one request at a time.
};

} // namespace fief::actors
