#include "actors/auth_throttle.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <iterator>

namespace fief::actors {

auth_throttle::auth_throttle(const throttle_rate& rate, std::size_t keys_max)
  : rate_(rate), keys_max_(keys_max) {
  FIEF_ASSERT(rate_.refill >= milliseconds{1});
  FIEF_ASSERT(keys_max_ >= 1);
}

auth_throttle::milliseconds auth_throttle::wait(std::string_view key, time_point now) const {
  const auto found = by_key_.find(key.substr(0, key_size_max));
  if (rate_.burst == 0 || found == by_key_.end())
    return milliseconds{0};
  const auto full_in = found->second->full_at - now;
  const auto allowed = rate_.refill * (rate_.burst - 1);
  return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(full_in - allowed));
}

void auth_throttle::take(std::string_view key, time_point now) {
  if (rate_.burst == 0)
    return;
  FIEF_ASSERT(wait(key, now) == milliseconds{0});
  auto& held = touch(key.substr(0, key_size_max), now);
  held.full_at = std::max(held.full_at, now) + rate_.refill;
  FIEF_ASSERT(buckets_.size() == by_key_.size() && buckets_.size() <= keys_max_);
}

void auth_throttle::give_back(std::string_view key) {
  if (const auto found = by_key_.find(key.substr(0, key_size_max)); found != by_key_.end())
    found->second->full_at -= rate_.refill;
}

auth_throttle::bucket& auth_throttle::touch(std::string_view key, time_point now) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
    return buckets_.front();
  }
  if (buckets_.size() >= keys_max_) {
    by_key_.erase(buckets_.back().key);
    buckets_.pop_back();
  }
  buckets_.push_front({std::string{key}, now});
  by_key_.emplace(buckets_.front().key, buckets_.begin());
  return buckets_.front();
}

std::string throttle_key_of(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1)
    return address;
  constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool is_v4 = std::equal(mapped.begin(), mapped.end(), bytes.begin());
  const auto family = is_v4 ? AF_INET : AF_INET6;
  if (!is_v4)
    std::fill(std::next(bytes.begin(), 8), bytes.end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, is_v4 ? &bytes[12] : bytes.data(), text.data(), text.size());
  return std::string{text.data()} + (is_v4 ? "" : "/64");
}

} // namespace fief::actors
