#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace fief::persistence {

/// Says when the plans that Postgres keeps for a connection are too old for the tables they read.
///
/// Postgres makes a kept plan again after an `analyze`, and nothing analyzes a table in its first
/// minute. A city that starts would run with plans for empty tables: each claim read all of `tile`.
/// Tables grow by what is written, so plans are due when the rows that some statement wrote or
/// found have doubled. Over a connection's life that is a few hundred times, at a millisecond each.
class plan_renewal {
public:
  static constexpr std::uint64_t first = 64; ///< Rows; fewer are read as fast in any order.

  /// A run of this statement touched so many rows.
  void note(std::string_view statement, std::uint64_t rows) {
    auto& seen = seen_[statement];
    seen.rows += rows;
    if (seen.rows < seen.due_at)
      return;
    seen.due_at = 2 * seen.rows;
    due_ = true;
  }
  /// Whether plans are to be made again now; asking resets it.
  [[nodiscard]] bool take_due() { return std::exchange(due_, false); }

private:
  struct count {
    std::uint64_t rows = 0;
    std::uint64_t due_at = first;
  };
  std::unordered_map<std::string_view, count>
    seen_; ///< By the names of `query`, which are literals.
  bool due_ = false;
};

} // namespace fief::persistence
