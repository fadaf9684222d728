#pragma once

#include "actors/chain.hpp"
#include "actors/interfaces.hpp"
#include "integrations/http/http_client.hpp"
#include "src/config.hpp"

#include <caf/actor_system.hpp>
#include <memory>

namespace fief {

/// The configured addresses and numbers as CHAIN takes them.
/// Errors: `std::runtime_error` naming the setting that is wrong.
actors::chain_rules chain_rules_of(const chain_settings& chain);

/// CHAIN with its NODE, where a chain is configured; else nothing. Made and ended on one thread.
class chain_parts {
public:
  chain_parts();
  ~chain_parts();

  /// Asks the nodes what is at the addresses, for a few seconds at most: a game is not to wait for
  /// a node that is away. Errors: `std::runtime_error` naming the setting that contradicts a node.
  void start(caf::actor_system& system, const chain_settings& chain, actors::chain_ports ports);
  void stop();

  /// Null before `start`, and where no chain is configured.
  [[nodiscard]] const actors::chain_gauge* gauge() const { return gauge_.get(); }

private:
  struct feed;
  std::shared_ptr<integrations::http_client> http_;
  actors::node_actor node_;
  actors::chain_actor chain_;
  std::unique_ptr<feed> feed_;
  std::shared_ptr<actors::chain_gauge> gauge_;
};

} // namespace fief
