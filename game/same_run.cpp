#include "game/same_run.hpp"

#include "game/sphere.hpp"
#include "game/track.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace fief::game {

namespace {

struct place {
  instant t{};
  std::int32_t lat_e7 = 0;
  std::int32_t lon_e7 = 0;
  friend auto operator<=>(const place&, const place&) = default;
};

using places = std::vector<place>;

/// Different (time, place), in order; fixes without a time or a place are left out.
places canonical(std::span<const fix> fixes, milliseconds clock_offset) {
  places list;
  list.reserve(fixes.size());
  for (const auto& x : fixes) {
    auto t = corrected_time(x, clock_offset);
    if (t && !(x.lat_e7 == 0 && x.lon_e7 == 0))
      list.push_back({*t, x.lat_e7, x.lon_e7});
  }
  if (!std::is_sorted(list.begin(), list.end()))
    std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  auto z = (state ^ value) + 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

fixes_hash hash_of_places(const places& list) {
  fixes_hash h{0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL};
  for (const auto& p : list) {
    auto where = (std::uint64_t{static_cast<std::uint32_t>(p.lat_e7)} << 32)
                 | static_cast<std::uint32_t>(p.lon_e7);
    auto when = static_cast<std::uint64_t>(base::to_ms(p.t));
    h.hi = mix(mix(h.hi, when), where);
    h.lo = mix(mix(h.lo, where), when);
  }
  return h;
}

/// Where a recording was at rising instants.
class follower {
public:
  explicit follower(const places& list) : list_(list) {}

  struct sample {
    unit_vector at;
    milliseconds gap{0}; ///< Between the two fixes around it.
  };

  /// @pre `list.front().t <= t <= list.back().t`.
  sample at(instant t) {
    while (index_ + 1 < list_.size() && list_[index_ + 1].t < t)
      ++index_;
    const auto& a = list_[index_];
    const auto& b = list_[std::min(index_ + 1, list_.size() - 1)];
    auto from = to_unit_vector(a.lat_e7, a.lon_e7);
    if (b.t <= a.t)
      return {from, milliseconds{0}};
    auto share = static_cast<double>((t - a.t).count()) / static_cast<double>((b.t - a.t).count());
    auto to = to_unit_vector(b.lat_e7, b.lon_e7);
    return {between(from, to, std::clamp(share, 0.0, 1.0)), b.t - a.t};
  }

private:
  const places& list_;
  std::size_t index_ = 0;
};

/// One user, overlapping in time.
sameness compare_overlap(const places& a, const places& b, const same_run_rules& rules) {
  auto first = std::max(a.front().t, b.front().t);
  auto last = std::min(a.back().t, b.back().t);
  auto shorter = std::min(a.back().t - a.front().t, b.back().t - b.front().t);
  follower in_a{a};
  follower in_b{b};
  std::int64_t samples = 0;
  std::int64_t near = 0;
  std::int64_t far = 0;
  for (auto t = first; t <= last; t += rules.sample) {
    auto x = in_a.at(t);
    auto y = in_b.at(t);
    auto apart = distance_m(x.at, y.at);
    ++samples;
    if (apart <= rules.near_m)
      ++near;
    else if (apart > rules.far_m && std::max(x.gap, y.gap) <= rules.gap_max)
      ++far;
  }
  auto enough = static_cast<double>((last - first).count())
                >= rules.overlap_share * static_cast<double>(shorter.count());
  if (enough && static_cast<double>(near) >= rules.near_share * static_cast<double>(samples))
    return sameness::same_run;
  return far * rules.sample > rules.far_time ? sameness::impossible : sameness::different;
}

using cell = std::pair<std::int32_t, std::int32_t>;

/// The different places at 1e-5 degrees, ascending.
std::vector<cell> cells_of(const places& list) {
  auto rounded = [](std::int32_t e7) {
    return static_cast<std::int32_t>((std::int64_t{e7} + (e7 < 0 ? -50 : 50)) / 100);
  };
  std::vector<cell> cells;
  cells.reserve(list.size());
  for (const auto& p : list)
    cells.emplace_back(rounded(p.lat_e7), rounded(p.lon_e7));
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return cells;
}

bool is_replay(const places& before, const places& added, const same_run_rules& rules) {
  auto known = cells_of(before);
  auto used = cells_of(added);
  std::vector<cell> common;
  std::set_intersection(known.begin(), known.end(), used.begin(), used.end(),
                        std::back_inserter(common));
  auto share = static_cast<double>(common.size()) / static_cast<double>(used.size());
  return common.size() >= rules.identical_min && share >= rules.identical_share;
}

} // namespace

fixes_hash hash_of(std::span<const fix> fixes, milliseconds clock_offset) {
  auto list = canonical(fixes, clock_offset);
  if (list.empty())
    return {};
  return hash_of_places(list);
}

sameness compare(const recording& before, const recording& added, const same_run_rules& rules) {
  auto a = canonical(before.fixes, before.clock_offset);
  auto b = canonical(added.fixes, added.clock_offset);
  if (a.empty() || b.empty())
    return sameness::different;
  if (a == b)
    return sameness::identical;
  auto overlap = a.front().t <= b.back().t && b.front().t <= a.back().t;
  if (overlap && before.user == added.user) {
    auto found = compare_overlap(a, b, rules);
    if (found != sameness::different)
      return found;
  }
  return is_replay(a, b, rules) ? sameness::replay : sameness::different;
}

} // namespace fief::game
