#pragma once

#include "game/fix.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace fief::game {

/// Which `seq` of a run are stored. A phone sends nearly in order, so a set of 50,000 is nearly
/// always one range: memory and cost grow with the holes, not with the fixes.
class seq_set {
public:
  /// Adds one; false when it was there. @pre `seq > 0`. Cost: O(log holes), O(holes) for a new one.
  bool insert(std::uint32_t seq);
  /// Adds a whole range. @pre `0 < range.first <= range.last`.
  void insert(seq_range range);

  [[nodiscard]] bool contains(std::uint32_t seq) const;

  /// The highest `seq` up to which everything from 1 is stored; 0 if 1 is missing.
  [[nodiscard]] std::uint32_t ack() const;

  /// The lowest holes, at most `count_max`. A known `total` adds what is missing at the end.
  [[nodiscard]] std::vector<seq_range> wants(std::size_t count_max = fix_limits::wants_max,
                                             std::optional<std::uint32_t> total = {}) const;

  [[nodiscard]] std::uint32_t count() const { return count_; }
  /// The highest one stored; 0 if none.
  [[nodiscard]] std::uint32_t max() const { return ranges_.empty() ? 0 : ranges_.back().last; }
  /// Whether exactly 1 to `total` are stored.
  [[nodiscard]] bool is_complete(std::uint32_t total) const {
    return max() == total && ack() == total;
  }
  /// Ascending, disjoint, never adjacent.
  [[nodiscard]] const std::vector<seq_range>& ranges() const { return ranges_; }

  friend bool operator==(const seq_set&, const seq_set&) = default;

private:
  std::vector<seq_range> ranges_;
  std::uint32_t count_ = 0;
};

} // namespace fief::game
