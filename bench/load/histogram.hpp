#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace fief::load {

/// Counts durations with three significant digits from 1 µs to an hour: a value is known to one
/// part in a thousand, however many there are, and histograms of several processes add up.
/// Log-linear: 2,048 buckets of 1 µs, then 1,024 for each doubling. Source: HdrHistogram.
/// Units: microseconds; what is below 1 counts as 1, what is above an hour as an hour.
class histogram {
public:
  static constexpr std::uint64_t value_max = 3'600'000'000;

  /// One bucket that is not empty: its index and how many it counts.
  using bucket = std::pair<std::uint32_t, std::uint64_t>;

  void add(std::uint64_t value_us, std::uint64_t times = 1);
  void merge(const histogram& other);
  void clear();

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t max() const { return max_; }
  [[nodiscard]] std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] double mean() const;

  /// The smallest value that at least `part` of all values are not above, to one part in a
  /// thousand and never above `max()`. 0 when empty. Range of `part`: 0 to 1.
  [[nodiscard]] std::uint64_t quantile(double part) const;

  /// For the way to another process; `add_buckets` of them and `widen` of the extremes is `merge`.
  [[nodiscard]] std::vector<bucket> buckets() const;
  void add_buckets(const std::vector<bucket>& from);
  void widen(std::uint64_t min_us, std::uint64_t max_us, std::uint64_t sum_us);
  [[nodiscard]] std::uint64_t sum() const { return sum_; }

  /// Where a value is counted, and the greatest value counted there.
  static std::uint32_t index_of(std::uint64_t value_us);
  static std::uint64_t highest_of(std::uint32_t index);

private:
  std::vector<std::uint64_t> counts_; // counts_[index]; as long as the greatest value needs.
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = value_max;
  std::uint64_t max_ = 0;
};

} // namespace fief::load
