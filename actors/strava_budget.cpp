#include "actors/strava_budget.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::actors {

namespace {

constexpr std::int64_t quarter_ms = 15 * 60'000;
constexpr std::int64_t day_ms = 24 * 3'600'000;

std::int64_t index_of(instant at, std::int64_t length_ms) {
  return base::to_ms(at) / length_ms;
}

} // namespace

strava_budget::strava_budget(const strava_budget_config& config)
  : config_(config), windows_{{{quarter_ms, config.quarter_max},
                               {day_ms, config.day_max},
                               {quarter_ms, config.read_quarter_max},
                               {day_ms, config.read_day_max}}} {
  FIEF_ASSERT(config.reserve_percent >= 0 && config.reserve_percent <= 90);
}

std::int32_t strava_budget::used_at(const window& w, instant at) const {
  return index_of(at, w.length_ms) > w.index ? under_way_ : w.used;
}

std::int32_t strava_budget::share(const window& w, strava_lane lane) const {
  if (lane == strava_lane::event)
    return w.limit;
  return w.limit - (w.limit * config_.reserve_percent + 99) / 100;
}

void strava_budget::turn(window& w, instant at) const {
  const auto index = index_of(at, w.length_ms);
  if (index <= w.index)
    return;
  w.index = index;
  w.used = under_way_;
}

std::optional<instant> strava_budget::wait(instant now, strava_lane lane, int requests) const {
  const auto at = theirs(now);
  const auto seam = config_.seam.count();
  const auto in_quarter = base::to_ms(at) % quarter_ms;
  if (in_quarter < seam)
    return now + milliseconds{seam - in_quarter};
  if (in_quarter >= quarter_ms - seam)
    return now + milliseconds{quarter_ms - in_quarter + seam};
  if (!heard_ && under_way_ > 0)
    return now + milliseconds{1'000};
  std::optional<instant> until;
  for (const auto& w : windows_) {
    if (used_at(w, at) + requests <= share(w, lane))
      continue;
    const auto left = w.length_ms - base::to_ms(at) % w.length_ms;
    until = std::max(until.value_or(now), now + milliseconds{left + seam});
  }
  return until;
}

instant strava_budget::begin(instant now) {
  const auto at = theirs(now);
  for (auto& w : windows_) {
    turn(w, at);
    ++w.used;
  }
  ++under_way_;
  return at;
}

void strava_budget::follow(instant began, instant now, instant server_time) {
  const auto slack = config_.seam / 4;
  const auto ended = theirs(now);
  auto off = milliseconds{0};
  if (server_time + slack < began)
    off = server_time - began;
  else if (server_time > ended + slack)
    off = server_time - ended;
  if (off == milliseconds{0})
    return;
  offset_ += off;
  for (auto& w : windows_) { // What was counted, was counted in a window of another clock.
    w.index = index_of(theirs(now), w.length_ms);
    w.used = std::max(w.used, under_way_);
  }
}

void strava_budget::end(instant began, instant now, const strava_rates& rates, bool rate_limited) {
  FIEF_ASSERT(under_way_ > 0);
  const bool dated = rates.server_time != instant{};
  if (dated)
    follow(began, now, rates.server_time);
  // Where Strava counted it in a later window than we would, that one has begun.
  const auto counted = dated ? rates.server_time : began;
  for (auto& w : windows_)
    turn(w, std::max(theirs(now), counted));
  --under_way_;
  const strava_window* told[] = {&rates.quarter, &rates.day, &rates.read_quarter, &rates.read_day};
  bool over = false;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    auto& w = windows_[i];
    if (told[i]->limit <= 0)
      continue;
    heard_ = true;
    w.limit = told[i]->limit;
    // What was counted before the seam says nothing of the window after it.
    if (index_of(counted, w.length_ms) == w.index)
      w.used = std::max(w.used, told[i]->usage + under_way_);
    over = over || w.used >= w.limit;
  }
  if (!rate_limited || over)
    return;
  for (auto& w : windows_) // It does not say which one is full: the next to end, then.
    if (w.length_ms == quarter_ms)
      w.used = std::max(w.used, w.limit);
}

} // namespace fief::actors
