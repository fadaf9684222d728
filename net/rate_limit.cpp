#include "net/rate_limit.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <bit>

namespace fief::net {

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::int64_t nano = 1'000'000'000;

/// Keyed and well mixed; an attacker who does not know the seed cannot aim at a set.
std::uint64_t hash(std::string_view key, std::uint64_t seed) {
  auto mix = [](std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
  };
  auto state = mix(seed ^ key.size());
  for (unsigned char c : key)
    state = mix(state ^ (seed + c));
  return state == 0 ? 1 : state;
}

std::int64_t seconds_up(milliseconds x) {
  return std::max<std::int64_t>(1, (x.count() + 999) / 1000);
}

} // namespace

rate_limiter::rate_limiter(const rate_limit_config& config, std::uint64_t seed)
  : config_(config), seed_(seed), full_nano_(config.burst * nano) {
  FIEF_ASSERT(config.burst > 0 && config.period.count() > 0 && config.keys_max > 0);
  const auto sets = std::bit_ceil(std::max<std::size_t>(config.keys_max / ways, 1));
  buckets_.resize(sets * ways);
}

std::int64_t rate_limiter::tokens_at(const bucket& x, clock::time_point now) const {
  if (x.key == 0)
    return full_nano_;
  const auto passed = std::max<std::int64_t>(0, nanoseconds{now - x.at}.count());
  const auto period = nanoseconds{config_.period}.count();
  if (passed >= period)
    return full_nano_;
  const auto gained = static_cast<__int128>(passed) * full_nano_ / period;
  return std::min(full_nano_, x.tokens_nano + static_cast<std::int64_t>(gained));
}

rate_limiter::bucket& rate_limiter::find(std::size_t set, std::uint64_t key,
                                         clock::time_point now) {
  auto* first = &buckets_[set * ways];
  auto* last = first + ways;
  auto* found = std::find_if(first, last, [&](const bucket& x) { return x.key == key; });
  if (found != last)
    return *found;
  auto* fullest = std::max_element(first, last, [&](const bucket& a, const bucket& b) {
    return tokens_at(a, now) < tokens_at(b, now);
  });
  *fullest = bucket{key, full_nano_, now};
  return *fullest;
}

rate_decision rate_limiter::take(std::string_view key, clock::time_point now, std::uint32_t cost) {
  const auto id = hash(key, seed_);
  const auto set = (id >> 8) & (buckets_.size() / ways - 1);
  std::lock_guard lock{locks_[set % lock_count]};
  auto& mine = find(set, id, now);
  auto tokens = tokens_at(mine, now);
  const auto price = static_cast<std::int64_t>(cost) * nano;
  // Rounded up, so that a client which waits that long is let in.
  auto time_for = [&](std::int64_t missing) {
    const auto ms = static_cast<__int128>(missing) * config_.period.count();
    return milliseconds{static_cast<std::int64_t>((ms + full_nano_ - 1) / full_nano_)};
  };
  rate_decision result;
  result.limit = config_.burst;
  result.allowed = tokens >= price;
  if (result.allowed)
    tokens -= price;
  else
    result.retry_after = time_for(price - tokens);
  mine.tokens_nano = tokens;
  mine.at = std::max(mine.at, now);
  result.remaining = static_cast<std::uint32_t>(tokens / nano);
  result.reset_after = time_for(full_nano_ - tokens);
  return result;
}

void add_rate_headers(header_list& headers, const rate_decision& decision) {
  headers.emplace_back("RateLimit-Limit", std::to_string(decision.limit));
  headers.emplace_back("RateLimit-Remaining", std::to_string(decision.remaining));
  headers.emplace_back("RateLimit-Reset", std::to_string(seconds_up(decision.reset_after)));
}

problem to_problem(const rate_decision& decision) {
  FIEF_ASSERT(!decision.allowed);
  problem result{429, "rate_limited", "Too many requests; wait before the next."};
  result.with_header("Retry-After", std::to_string(seconds_up(decision.retry_after)));
  add_rate_headers(result.headers, decision);
  return result;
}

} // namespace fief::net
