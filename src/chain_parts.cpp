#include "src/chain_parts.hpp"

#include "integrations/chain/eth_address.hpp"
#include "integrations/chain/head_feed.hpp"
#include "integrations/chain/rpc_node.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <optional>
#include <spdlog/spdlog.h>
#include <stdexcept>

namespace fief {

namespace {

constexpr std::chrono::seconds first_look{5};

std::string address_of(const std::string& text, const char* key) {
  auto address = integrations::parse_address(text);
  if (!address)
    throw std::runtime_error(std::string{key} + " must be an address: 0x and 40 hexadecimal digits,"
                             + " with the checksum of EIP-55 if they are in mixed case (it is \""
                             + text + "\")");
  return *address;
}

/// Asks once, and throws what contradicts the settings. Without an answer CHAIN asks again later.
void look_at_nodes(caf::actor_system& system, const actors::node_actor& node,
                   const actors::chain_rules& rules) {
  caf::scoped_actor self{system};
  std::optional<std::string> wrong;
  self->request(node, first_look, actors::inspect_node{})
    .receive([&](const actors::node_facts& x) { wrong = actors::contradiction_of(x, rules); },
             [](const caf::error&) {
               spdlog::warn("no node of chain.rpc_urls answers; coins bought wait until one does");
             });
  if (wrong)
    throw std::runtime_error(*wrong);
}

} // namespace

struct chain_parts::feed {
  integrations::head_feed heads;
};

chain_parts::chain_parts() = default;
chain_parts::~chain_parts() = default;

actors::chain_rules chain_rules_of(const chain_settings& chain) {
  actors::chain_rules rules;
  rules.chain = chain.id;
  rules.token = address_of(chain.token, "chain.token");
  rules.treasury = address_of(chain.treasury, "chain.treasury");
  if (!chain.shop.empty())
    rules.shop = address_of(chain.shop, "chain.shop");
  rules.rate = {chain.token_decimals, chain.cents_per_token};
  rules.confirmations = chain.confirmations;
  rules.at_finalized = chain.credit_at == "finalized";
  rules.start_block = chain.start_block;
  rules.reorg_depth = chain.reorg_depth;
  return rules;
}

void chain_parts::start(caf::actor_system& system, const chain_settings& chain,
                        actors::chain_ports ports) {
  if (chain.rpc_urls.empty())
    return;
  actors::chain_config config;
  config.rules = chain_rules_of(chain);
  config.poll_period = chain.poll;
  config.range_max = chain.range_max;
  gauge_ = config.gauge;

  integrations::rpc_node_config nodes;
  nodes.urls = chain.rpc_urls;
  nodes.chain = chain.id;
  nodes.token = config.rules.token;
  nodes.treasury = config.rules.treasury;
  nodes.shop = config.rules.shop;
  nodes.with_finalized = config.rules.at_finalized;
  nodes.timeout = chain.timeout;
  http_ = std::make_shared<integrations::http_client>();
  node_ = system.spawn(integrations::rpc_node, http_, nodes);
  look_at_nodes(system, node_, config.rules);
  ports.node = node_;
  chain_ = system.spawn(actors::chain, std::move(ports), config);
  if (!chain.ws_url.empty()) {
    auto prompt = [to = chain_] { caf::anon_send(to, atom::flush_v); };
    feed_ = std::make_unique<feed>(feed{integrations::head_feed{chain.ws_url, prompt}});
  }
}

void chain_parts::stop() {
  feed_.reset();
  if (chain_)
    caf::anon_send_exit(chain_, caf::exit_reason::user_shutdown);
  if (node_)
    caf::anon_send_exit(node_, caf::exit_reason::user_shutdown);
  chain_ = nullptr;
  node_ = nullptr;
  http_.reset();
}

} // namespace fief
