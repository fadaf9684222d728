#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fief::integrations {

/// A message of Sign-In with Ethereum (EIP-4361).
struct siwe_message {
  std::string scheme{}; ///< `http` or `https`; empty: the message has none.
  std::string domain{};
  std::string address{}; ///< In lower case.
  std::string statement{};
  std::string uri{};
  std::uint64_t chain = 0;
  std::string nonce{}; ///< At least 8 letters and digits.
  base::instant issued_at{};
  std::optional<base::instant> expires_at{};
  std::optional<base::instant> not_before{};
  std::optional<std::string> request_id{};
  std::vector<std::string> resources{};
};

/// The text that a wallet shows and signs.
std::string to_text(const siwe_message& x);

/// Reads such a text; nothing for one that deviates from the standard's grammar in any way, has an
/// address without its checksum, or is longer than 4 KiB.
std::optional<siwe_message> parse_siwe(std::string_view text);

/// What a message has to say to be ours.
struct siwe_demand {
  std::string domain; ///< Host, with a port if it has one.
  std::uint64_t chain = 0;
  base::instant now{};
  base::milliseconds life_max{600'000}; ///< From `issued_at`, whatever the message claims.
};

/// Whether the message is for this domain and chain, and valid now.
bool meets(const siwe_message& x, const siwe_demand& demand);

} // namespace fief::integrations
