#include "src/access.hpp"

#include "base/assert.hpp"

namespace fief {

namespace {

base::instant wall_now() {
  return std::chrono::floor<base::milliseconds>(std::chrono::system_clock::now());
}

} // namespace

access::access(const security::secret_key& key, std::chrono::seconds ttl, unsigned threads)
  : ttl_(ttl), issuer_(key, {.ttl = ttl}) {
  for (unsigned i = 0; i < threads; ++i)
    checkers_.emplace_back(key, security::access_tokens::config{.ttl = ttl});
}

std::optional<net::caller> access::verify(unsigned thread, std::string_view token) {
  FIEF_ASSERT(thread < checkers_.size());
  auto who = checkers_[thread].verify(token, wall_now());
  if (!who)
    return std::nullopt;
  return net::caller{who->user, who->roles, who->expires_at - ttl_};
}

std::string access::issue(const net::caller& who) const {
  return issuer_.issue({who.user, static_cast<std::uint8_t>(who.roles), {}}, wall_now());
}

} // namespace fief
