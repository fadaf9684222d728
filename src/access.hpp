#pragma once

#include "net/api/api_context.hpp"
#include "security/access_token.hpp"

#include <vector>

namespace fief {

/// Access tokens for the edge: an instance with its own memory of good tokens per I/O thread.
///
/// Tokens live by the machine's clock, never by a demonstration's faster one: a client counts
/// `expires_in` in real seconds.
class access final : public net::access_port {
public:
  access(const security::secret_key& key, std::chrono::seconds ttl, unsigned threads);

  std::optional<net::caller> verify(unsigned thread, std::string_view token) override;
  [[nodiscard]] std::string issue(const net::caller& who) const override;
  [[nodiscard]] std::chrono::seconds ttl() const override { return ttl_; }

private:
  std::chrono::seconds ttl_;
  std::uint64_t process_; ///< A number of our own, to tell our tokens from those of one before us.
  security::access_tokens issuer_;
  std::vector<security::access_tokens> checkers_; ///< By I/O thread.
};

} // namespace fief
