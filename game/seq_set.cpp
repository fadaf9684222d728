#include "game/seq_set.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::game {

namespace {

constexpr std::uint32_t size_of(seq_range x) {
  return x.last - x.first + 1;
}

} // namespace

bool seq_set::insert(std::uint32_t seq) {
  auto before = count_;
  insert(seq_range{seq, seq});
  return count_ != before;
}

void seq_set::insert(seq_range range) {
  FIEF_ASSERT(range.first > 0 && range.first <= range.last);
  // The first range that touches the new one or lies behind it.
  auto low = std::partition_point(ranges_.begin(), ranges_.end(),
                                  [&](const seq_range& x) { return x.last < range.first - 1; });
  auto high = low;
  for (; high != ranges_.end() && high->first - 1 <= range.last; ++high) {
    range.first = std::min(range.first, high->first);
    range.last = std::max(range.last, high->last);
    count_ -= size_of(*high);
  }
  count_ += size_of(range);
  if (low == high) {
    ranges_.insert(low, range);
    return;
  }
  *low = range;
  ranges_.erase(low + 1, high);
}

bool seq_set::contains(std::uint32_t seq) const {
  auto found = std::partition_point(ranges_.begin(), ranges_.end(),
                                    [&](const seq_range& x) { return x.last < seq; });
  return found != ranges_.end() && found->first <= seq;
}

std::uint32_t seq_set::ack() const {
  return ranges_.empty() || ranges_.front().first != 1 ? 0 : ranges_.front().last;
}

std::vector<seq_range> seq_set::wants(std::size_t count_max,
                                      std::optional<std::uint32_t> total) const {
  std::vector<seq_range> holes;
  std::uint32_t next = 1;
  for (const auto& x : ranges_) {
    if (holes.size() == count_max)
      return holes;
    if (x.first > next)
      holes.push_back({next, x.first - 1});
    next = x.last + 1;
  }
  if (total && next <= *total && next != 0 && holes.size() < count_max)
    holes.push_back({next, *total});
  return holes;
}

} // namespace fief::game
