#include "bench/load/histogram.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace fief::load {

namespace {

constexpr std::uint32_t half = 1'024; // Buckets for a doubling: at least 1 / 1,024 apart.
constexpr int half_bits = 10;

} // namespace

std::uint32_t histogram::index_of(std::uint64_t value_us) {
  auto value = std::clamp<std::uint64_t>(value_us, 1, value_max);
  if (value < 2 * half)
    return static_cast<std::uint32_t>(value);
  auto shift = static_cast<std::uint32_t>(std::bit_width(value)) - half_bits - 1;
  return shift * half + static_cast<std::uint32_t>(value >> shift);
}

std::uint64_t histogram::highest_of(std::uint32_t index) {
  if (index < 2 * half)
    return index;
  auto shift = index / half - 1;
  auto top = static_cast<std::uint64_t>(index - shift * half);
  return ((top + 1) << shift) - 1;
}

void histogram::add(std::uint64_t value_us, std::uint64_t times) {
  if (times == 0)
    return;
  auto value = std::clamp<std::uint64_t>(value_us, 1, value_max);
  auto index = index_of(value);
  if (index >= counts_.size())
    counts_.resize(index + 1);
  counts_[index] += times;
  count_ += times;
  widen(value, value, value * times);
}

void histogram::merge(const histogram& other) {
  if (other.count_ == 0)
    return;
  add_buckets(other.buckets());
  widen(other.min_, other.max_, other.sum_);
}

void histogram::clear() {
  *this = {};
}

double histogram::mean() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t histogram::quantile(double part) const {
  FIEF_ASSERT(part >= 0 && part <= 1);
  if (count_ == 0)
    return 0;
  auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  wanted = std::clamp<std::uint64_t>(wanted, 1, count_);
  std::uint64_t seen = 0;
  for (std::uint32_t index = 0; index < counts_.size(); ++index) {
    seen += counts_[index];
    if (seen >= wanted)
      return std::clamp(highest_of(index), min_, max_);
  }
  return max_;
}

std::vector<histogram::bucket> histogram::buckets() const {
  std::vector<bucket> out;
  for (std::uint32_t index = 0; index < counts_.size(); ++index)
    if (counts_[index] > 0)
      out.emplace_back(index, counts_[index]);
  return out;
}

void histogram::add_buckets(const std::vector<bucket>& from) {
  for (const auto& [index, times] : from) {
    FIEF_ASSERT(index <= index_of(value_max));
    if (index >= counts_.size())
      counts_.resize(index + 1);
    counts_[index] += times;
    count_ += times;
  }
}

void histogram::widen(std::uint64_t min_us, std::uint64_t max_us, std::uint64_t sum_us) {
  min_ = std::min(min_, min_us);
  max_ = std::max(max_, max_us);
  sum_ += sum_us;
}

} // namespace fief::load
