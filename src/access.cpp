#include "src/access.hpp"

#include "base/assert.hpp"

#include <random>

namespace fief {

namespace {

base::instant wall_now() {
  return std::chrono::floor<base::milliseconds>(std::chrono::system_clock::now());
}

/// 52 bits that are not 0, which is what a token without a number has.
std::uint64_t draw_process() {
  std::random_device device;
  return (std::uint64_t{1} << 52) | (std::uint64_t{device()} << 20) | (device() & 0xfffff);
}

} // namespace

access::access(const security::secret_key& key, std::chrono::seconds ttl, unsigned threads)
  : ttl_(ttl), process_(draw_process()), issuer_(key, {.ttl = ttl}) {
  for (unsigned i = 0; i < threads; ++i)
    checkers_.emplace_back(key, security::access_tokens::config{.ttl = ttl});
}

std::optional<net::caller> access::verify(unsigned thread, std::string_view token) {
  FIEF_ASSERT(thread < checkers_.size());
  auto who = checkers_[thread].verify(token, wall_now());
  if (!who)
    return std::nullopt;
  return net::caller{who->user, who->roles, who->process == process_};
}

std::string access::issue(const net::caller& who) const {
  return issuer_.issue({who.user, static_cast<std::uint8_t>(who.roles), {}, process_}, wall_now());
}

} // namespace fief
