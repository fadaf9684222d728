#pragma once

#include "net/api/wallet_port.hpp"
#include "src/config.hpp"

namespace fief {

/// Wallets by Sign-In with Ethereum (EIP-4361).
class wallets final : public net::wallet_port {
public:
  /// A message may name the chain of `settings` or of `more`; a challenge names the former.
  wallets(const chain_settings& settings, const std::vector<chain_settings>& more);

  [[nodiscard]] bool is_open() const override;
  [[nodiscard]] std::optional<std::string> parse(std::string_view address) const override;
  [[nodiscard]] std::string show(std::string_view address) const override;
  [[nodiscard]] net::wallet_challenge challenge(const std::string& address) const override;
  [[nodiscard]] game::outcome<net::wallet_proof> check(std::string_view message,
                                                       std::string_view signature) const override;
  [[nodiscard]] game::instant now() const override;

private:
  chain_settings chain_;
  std::vector<std::uint64_t> ids_; ///< Of all chains.
};

} // namespace fief
