#include "src/wallets.hpp"

#include "integrations/chain/eth_address.hpp"
#include "integrations/chain/keccak.hpp"
#include "integrations/chain/signature.hpp"
#include "integrations/chain/siwe.hpp"
#include "security/secret.hpp"

#include <algorithm>
#include <chrono>

namespace fief {

namespace {

constexpr base::milliseconds challenge_life{600'000};
constexpr const char* statement = "Link this wallet to my fief account. It costs nothing.";

} // namespace

wallets::wallets(const chain_settings& settings, const std::vector<chain_settings>& more)
  : chain_(settings), ids_{settings.id} {
  for (const auto& each : more)
    ids_.push_back(each.id);
}

bool wallets::is_open() const {
  return !chain_.rpc_urls.empty();
}

std::optional<std::string> wallets::parse(std::string_view address) const {
  return integrations::parse_address(address);
}

std::string wallets::show(std::string_view address) const {
  return integrations::with_checksum(address);
}

game::instant wallets::now() const {
  return std::chrono::time_point_cast<game::instant::duration>(std::chrono::system_clock::now());
}

net::wallet_challenge wallets::challenge(const std::string& address) const {
  net::wallet_challenge x;
  auto random = security::secret_key::random(); // 128 bits of it.
  x.nonce = integrations::to_hex(std::span{random.data(), security::secret_key::size / 2});
  x.domain = chain_.domain;
  x.uri = "https://" + chain_.domain;
  x.statement = statement;
  x.chain = chain_.id;
  x.issued_at = now();
  x.expires_at = x.issued_at + challenge_life;
  if (address.empty())
    return x;
  integrations::siwe_message message{.domain = x.domain,
                                     .address = address,
                                     .statement = x.statement,
                                     .uri = x.uri,
                                     .chain = x.chain,
                                     .nonce = x.nonce,
                                     .issued_at = x.issued_at,
                                     .expires_at = x.expires_at};
  x.message = integrations::to_text(message);
  return x;
}

game::outcome<net::wallet_proof> wallets::check(std::string_view message,
                                                std::string_view signature) const {
  auto said = integrations::parse_siwe(message);
  if (!said || std::ranges::find(ids_, said->chain) == ids_.end()
      || !integrations::meets(
        *said,
        {.domain = chain_.domain, .chain = said->chain, .now = now(), .life_max = challenge_life}))
    return game::errc::wallet_proof_invalid;
  if (integrations::signer_of(message, signature) != said->address)
    return game::errc::wallet_proof_invalid;
  return net::wallet_proof{said->address, said->nonce};
}

} // namespace fief
