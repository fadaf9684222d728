#pragma once

#include "net/problem.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace fief::net {

/// One budget: `burst` requests at once, refilled to that over `period`.
struct rate_limit_config {
  std::uint32_t burst = 60;
  std::chrono::milliseconds period{60'000};
  std::size_t keys_max = 65'536; ///< Keys remembered; memory is 32 bytes each, taken at once.
};

/// What a request may do, and what its answer says of it.
struct rate_decision {
  bool allowed = true;
  std::uint32_t limit = 0;
  std::uint32_t remaining = 0;
  std::chrono::milliseconds reset_after{0}; ///< Until the budget is whole again.
  std::chrono::milliseconds retry_after{0}; ///< When refused: until one more request fits.
};

/// Token buckets per key, an address or a user. A bucket is full until its key is seen, so one
/// that has filled up again is simply forgotten. When all places of a key are taken by others, the
/// fullest of them is forgotten: whoever floods with many keys forgives himself little, and never
/// makes another key's bucket emptier.
/// Threads: any; keys spread over locks.
class rate_limiter {
public:
  using clock = std::chrono::steady_clock;

  /// `seed` keys the hash, so that nobody can choose keys that meet.
  rate_limiter(const rate_limit_config& config, std::uint64_t seed);

  rate_decision take(std::string_view key, clock::time_point now, std::uint32_t cost = 1);

private:
  static constexpr std::size_t ways = 8;
  static constexpr std::size_t lock_count = 64;

  struct bucket {
    std::uint64_t key = 0;        // 0: free
    std::int64_t tokens_nano = 0; // 10^-9 of one
    clock::time_point at{};       // when `tokens_nano` was right
  };

  [[nodiscard]] std::int64_t tokens_at(const bucket& x, clock::time_point now) const;
  bucket& find(std::size_t set, std::uint64_t key, clock::time_point now);

  rate_limit_config config_;
  std::uint64_t seed_;
  std::int64_t full_nano_;
  std::vector<bucket> buckets_; // buckets_[set * ways + way]
  std::array<std::mutex, lock_count> locks_;
};

/// Adds `RateLimit-Limit`, `-Remaining` and `-Reset` to an answer's headers.
void add_rate_headers(header_list& headers, const rate_decision& decision);

/// 429 with `Retry-After`. @pre The decision is a refusal.
problem to_problem(const rate_decision& decision);

} // namespace fief::net
