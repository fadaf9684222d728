#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace fief::net {

namespace detail {

constexpr std::size_t metric_shards = 8;

/// A small number of the calling thread; threads share one only when there are many.
std::size_t metric_shard() noexcept;

struct alignas(64) metric_cell {
  std::atomic<std::uint64_t> value{0};
};

} // namespace detail

/// Counts events; only grows. Cost: one relaxed add to a cache line of the thread's own.
class counter {
public:
  void add(std::uint64_t n = 1) noexcept {
    shards_[detail::metric_shard()].value.fetch_add(n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const noexcept;

private:
  std::array<detail::metric_cell, detail::metric_shards> shards_;
};

/// A level that rises and falls.
class gauge {
public:
  void add(std::int64_t n) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  void set(std::int64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::int64_t> value_{0};
};

/// Durations in fixed buckets: 50 µs and its doublings up to 52 s, then infinity.
class histogram {
public:
  static constexpr std::size_t bucket_count = 22;
  /// Upper bound of a bucket, inclusive. Units: microseconds. The last one has none.
  static constexpr std::uint64_t bound_us(std::size_t bucket) { return 50ULL << bucket; }

  void observe_us(std::uint64_t us) noexcept;

  struct reading {
    std::array<std::uint64_t, bucket_count> buckets{}; ///< Not cumulative.
    std::uint64_t count = 0;
    std::uint64_t sum_us = 0;
  };
  [[nodiscard]] reading read() const noexcept;

private:
  struct alignas(64) shard {
    std::array<std::atomic<std::uint64_t>, bucket_count> buckets{};
    std::atomic<std::uint64_t> sum_us{0};
  };
  std::array<shard, detail::metric_shards> shards_;
};

/// Every metric of the process and its text form. Registering locks and is done at start-up; what
/// it returns lives as long as the registry and is used from any thread without a lock.
/// Names: `fief_<folder>_<what>_<unit>`, counters end in `_total`. `labels` is the inside of the
/// braces: `route="/v1/me",class="2xx"`. A pair of name and labels asked for again is the same one.
class metrics_registry {
public:
  metrics_registry();
  ~metrics_registry();
  metrics_registry(const metrics_registry&) = delete;
  metrics_registry& operator=(const metrics_registry&) = delete;

  counter& add_counter(std::string_view name, std::string_view help, std::string_view labels = {});
  gauge& add_gauge(std::string_view name, std::string_view help, std::string_view labels = {});
  histogram& add_histogram(std::string_view name, std::string_view help,
                           std::string_view labels = {});

  /// Source: Prometheus text exposition format 0.0.4.
  [[nodiscard]] std::string to_text() const;

private:
  struct series;
  struct family;
  series& find(std::string_view name, std::string_view help, std::string_view type,
               std::string_view labels);

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<family>> families_;
};

/// `text` as the value of a label: quotes, backslashes and newlines escaped.
std::string escape_label(std::string_view text);

} // namespace fief::net
