#pragma once

#include "game/errc.hpp"
#include "game/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fief::net {

/// What a user has to sign to prove a wallet.
struct wallet_challenge {
  std::string nonce;
  std::string domain;
  std::string uri;
  std::string statement;
  std::uint64_t chain = 0;
  game::instant issued_at{};
  game::instant expires_at{};
  std::string message; ///< Ready to be signed; empty if the address was not given.
};

/// What a signed message has proved.
struct wallet_proof {
  std::string address; ///< In lower case.
  std::string nonce;   ///< Not looked at yet: STORE knows it or not.
};

/// Wallets of EVM chains: their addresses, and proofs of owning one. A port, implemented in `src`
/// over `integrations`. Threads: any.
class wallet_port {
public:
  virtual ~wallet_port() = default;
  /// Whether a chain is configured; else no wallet can be linked.
  [[nodiscard]] virtual bool is_open() const = 0;
  /// In lower case; nothing for what is no address, or has a wrong checksum.
  [[nodiscard]] virtual std::optional<std::string> parse(std::string_view address) const = 0;
  /// An address with its checksum.
  [[nodiscard]] virtual std::string show(std::string_view address) const = 0;
  /// @pre `is_open()`, and `address` is in lower case or empty.
  [[nodiscard]] virtual wallet_challenge challenge(const std::string& address) const = 0;
  /// Errors: `wallet_proof_invalid`. Cost: 100 µs. @pre `is_open()`.
  [[nodiscard]] virtual game::outcome<wallet_proof> check(std::string_view message,
                                                          std::string_view signature) const = 0;
  /// The clock of wallets: the machine's, never a demonstration's faster one.
  [[nodiscard]] virtual game::instant now() const = 0;
};

} // namespace fief::net
