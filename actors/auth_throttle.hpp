#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace fief::actors {

/// How often somebody may try.
struct throttle_rate {
  std::uint32_t burst = 10;                 ///< Attempts at once after a pause. 0: no limit.
  std::chrono::milliseconds refill{30'000}; ///< Time that gives one attempt back. Range: from 1.
};

/// Token buckets by key, so that a guesser of passwords gets few tries and others get theirs.
///
/// A key costs one instant: when its bucket would be full again (the generic cell rate algorithm).
/// At most `keys_max` are held; beyond that the least recently used one is forgotten, which
/// forgives it. Cost: O(1).
class auth_throttle {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using milliseconds = std::chrono::milliseconds;
  /// Longer keys are cut.
  static constexpr std::size_t key_size_max = 256;

  auth_throttle(const throttle_rate& rate, std::size_t keys_max);
  auth_throttle(auth_throttle&&) = default;
  auth_throttle& operator=(auth_throttle&&) = default;

  /// How long `key` has to wait for its next attempt, rounded up; zero when it may try now.
  [[nodiscard]] milliseconds wait(std::string_view key, time_point now) const;

  /// Books an attempt. @pre `wait(key, now)` is zero.
  void take(std::string_view key, time_point now);

  /// Undoes one `take`, for an attempt that turned out to be no guess.
  void give_back(std::string_view key);

  [[nodiscard]] std::size_t size() const { return buckets_.size(); }

private:
  struct bucket {
    std::string key;
    time_point full_at;
  };
  using bucket_list = std::list<bucket>;

  bucket& touch(std::string_view key, time_point now);

  throttle_rate rate_;
  std::size_t keys_max_;
  bucket_list buckets_; ///< Most recently used first.
  std::unordered_map<std::string_view, bucket_list::iterator> by_key_; ///< Views into `buckets_`.
};

/// The key under which a peer's address is throttled: an IPv4 address itself, of an IPv6 address
/// its first 64 bits, since one household has all the others; any other text as it is.
std::string throttle_key_of(const std::string& address);

} // namespace fief::actors
