#include "actors/run_recording.hpp"

#include "base/assert.hpp"
#include "game/fix_chunk.hpp"

#include <algorithm>

namespace fief::actors {

namespace {

constexpr std::int32_t lat_e7_max = 900'000'000;
constexpr std::int32_t lon_e7_max = 1'800'000'000;

bool is_in_range(const game::fix& x) {
  return x.seq >= 1 && x.seq <= game::fix_limits::fixes_max && std::abs(x.lat_e7) <= lat_e7_max
         && std::abs(x.lon_e7) <= lon_e7_max;
}

} // namespace

std::vector<game::fix> decode_all(const std::vector<fix_chunk>& chunks) {
  std::vector<game::fix> all;
  for (const auto& chunk : chunks)
    if (auto fixes = game::decode_chunk(chunk.data))
      all.insert(all.end(), fixes->begin(), fixes->end());
  return all;
}

run_recording::run_recording(run_record run, const settings& rules,
                             std::vector<game::home_zone> home_zones)
  : run_(std::move(run)),
    live_(rules.runs, rules.tiling, run_.clock_offset, std::move(home_zones)) {}

void run_recording::restore(std::vector<fix_chunk> chunks) {
  for (auto& chunk : chunks) {
    auto fixes = game::decode_chunk(chunk.data);
    if (!fixes)
      continue;
    for (const auto& x : *fixes)
      if (seen_.insert(x.seq)) {
        durable_.insert(x.seq);
        ahead_.push_back(x);
      }
    chunks_.push_back(std::move(chunk));
  }
  (void)feed_live();
}

void run_recording::observe_clock(instant device_time, instant now) {
  auto drift = (now - device_time) - run_.clock_offset;
  run_.drift_max = std::max(run_.drift_max, drift < drift.zero() ? -drift : drift);
}

game::outcome<void> run_recording::check(const std::vector<game::fix>& fixes, instant now) const {
  using game::errc;
  using game::fix_limits;
  for (const auto& x : fixes) {
    if (!is_in_range(x))
      return x.seq > fix_limits::fixes_max ? errc::too_many_fixes : errc::fix_out_of_range;
    auto corrected = x.t + run_.clock_offset;
    if (corrected < fix_limits::first_instant)
      return errc::fix_too_old;
    if (corrected > now + fix_limits::future_max)
      return errc::fix_in_future;
  }
  return {};
}

bool run_recording::contradicts(const game::fix& x) const {
  for (const auto& chunk : chunks_) {
    if (x.seq < chunk.first_seq)
      continue;
    auto fixes = game::decode_chunk(chunk.data);
    FIEF_ASSERT(fixes.has_value()); // We encoded it, or decoded it when it was loaded.
    auto it = std::ranges::find(*fixes, x.seq, &game::fix::seq);
    if (it != fixes->end())
      return *it != x;
  }
  return false;
}

std::vector<game::fix> run_recording::admit(std::vector<game::fix> fixes) {
  std::ranges::stable_sort(fixes, {}, &game::fix::seq);
  // Repeats are rare and their check decodes chunks: look at the first of a batch only.
  auto checked = false;
  std::vector<game::fix> fresh;
  for (const auto& x : fixes) {
    if (seen_.insert(x.seq)) {
      fresh.push_back(x);
      continue;
    }
    if (!checked)
      contradictions_ += contradicts(x) ? 1 : 0;
    checked = true;
  }
  in_flight_ += fresh.empty() ? 0 : 1;
  return fresh;
}

std::vector<game::tile_id> run_recording::commit(fix_chunk chunk,
                                                 const std::vector<game::fix>& fixes) {
  FIEF_ASSERT(in_flight_ > 0);
  --in_flight_;
  chunks_.push_back(std::move(chunk));
  for (const auto& x : fixes) {
    FIEF_ASSERT(seen_.contains(x.seq));
    durable_.insert(x.seq);
    ahead_.push_back(x);
  }
  return feed_live();
}

void run_recording::abandon(const std::vector<game::fix>& fixes) {
  FIEF_ASSERT(in_flight_ > 0);
  --in_flight_;
  game::seq_set kept;
  for (auto range : seen_.ranges())
    kept.insert(range);
  seen_ = durable_;
  // What else is on its way stays seen.
  for (auto range : kept.ranges())
    for (auto seq = range.first; seq <= range.last; ++seq)
      if (!std::ranges::binary_search(fixes, seq, {}, &game::fix::seq))
        seen_.insert(seq);
}

std::vector<game::tile_id> run_recording::feed_live() {
  auto ready = durable_.ack();
  if (ready == fed_)
    return {};
  std::ranges::sort(ahead_, {}, &game::fix::seq);
  auto end = std::ranges::upper_bound(ahead_, ready, {}, &game::fix::seq);
  auto tiles = live_.feed({ahead_.begin(), end});
  ahead_.erase(ahead_.begin(), end);
  fed_ = ready;
  return tiles;
}

std::vector<game::fix> run_recording::fixes() const {
  auto all = decode_all(chunks_);
  std::ranges::stable_sort(all, {}, &game::fix::seq);
  all.erase(std::unique(all.begin(), all.end(),
                        [](const auto& a, const auto& b) { return a.seq == b.seq; }),
            all.end());
  return all;
}

} // namespace fief::actors
