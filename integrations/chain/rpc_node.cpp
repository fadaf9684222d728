#include "integrations/chain/rpc_node.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <chrono>
#include <spdlog/spdlog.h>

namespace fief::integrations {

namespace {

constexpr int http_ok = 200;

bool is_refused(const rpc_result& x) {
  return !x.error.empty();
}

/// The block of one result. Nothing for nonsense, and for a block that is not there.
std::optional<actors::chain_block> block_of(const rpc_result& x) {
  if (is_refused(x))
    return std::nullopt;
  auto block = read_block(x.json);
  return block ? *block : std::nullopt;
}

bool has_code(const rpc_result& x) {
  auto code = read_text(x.json);
  return code && code->size() > 2;
}

std::optional<actors::chain_blocks> blocks_of(const std::vector<rpc_result>& got) {
  actors::chain_blocks found;
  for (const auto& each : got) {
    auto block = read_block(each.json);
    if (is_refused(each) || !block)
      return std::nullopt;
    if (*block)
      found.blocks.push_back(**block);
  }
  return found;
}

} // namespace

template <class Reply>
caf::typed_response_promise<Reply>
rpc_node_state::ask(std::vector<rpc_call> calls,
                    std::function<std::optional<Reply>(const results&)> read) {
  auto promise = self_->make_response_promise<Reply>();
  if (calls.empty()) {
    promise.deliver(Reply{});
    return promise;
  }
  question q;
  q.calls = std::move(calls);
  q.node = current_;
  q.finish = [promise, read = std::move(read)](const results& got) mutable {
    auto reply = read(got);
    if (reply)
      promise.deliver(std::move(*reply));
    return reply.has_value();
  };
  q.refuse = [promise]() mutable { promise.deliver(caf::make_error(game::errc::unavailable)); };
  auto id = next_id_++;
  open_.emplace(id, std::move(q));
  send_part(id);
  return promise;
}

actors::node_actor::behavior_type rpc_node_state::make_behavior(std::shared_ptr<http_client> http,
                                                                rpc_node_config config) {
  FIEF_ASSERT(http && !config.urls.empty() && config.batch_max > 0);
  http_ = std::move(http);
  config_ = std::move(config);
  one_by_one_.resize(config_.urls.size());
  return {
    [this](const actors::inspect_node&) {
      std::vector<rpc_call> calls{
        {"eth_chainId"}, call_code(config_.token), call_decimals(config_.token)};
      if (!config_.shop.empty())
        calls.push_back(call_code(config_.shop));
      return ask<actors::node_facts>(std::move(calls),
                                     [this](const results& got) { return facts_of(got); });
    },
    [this](const actors::get_chain_head&) {
      std::vector<rpc_call> calls{{"eth_chainId"}, call_block("latest")};
      if (config_.with_finalized)
        calls.push_back(call_block("finalized"));
      return ask<actors::chain_head>(std::move(calls),
                                     [this](const results& got) { return head_of(got); });
    },
    [this](const actors::get_chain_blocks& x) {
      std::vector<rpc_call> calls;
      for (auto number : x.numbers)
        calls.push_back(call_block(number));
      return ask<actors::chain_blocks>(std::move(calls), blocks_of);
    },
    [this](const actors::read_chain_logs& x) {
      return ask<actors::chain_logs>(calls_for(x),
                                     [this](const results& got) { return logs_of(got); });
    },
    [this](const actors::avoid_node&) { current_ = (current_ + 1) % config_.urls.size(); },
    [this](const actors::node_answered& x) { on_answer(x); },
  };
}

void rpc_node_state::send_part(std::uint64_t id) {
  auto& q = open_.at(id);
  auto most = one_by_one_[q.node] ? 1 : config_.batch_max;
  q.asked = std::min(most, q.calls.size() - q.got.size());
  auto part = ++q.part;
  http_query query;
  query.method = "POST";
  query.url = config_.urls[q.node];
  query.headers = {{"Content-Type", "application/json"}};
  query.body = write_calls(std::span{q.calls}.subspan(q.got.size(), q.asked), q.got.size() + 1);
  query.timeout = config_.timeout;
  query.answer_bytes_max = config_.answer_bytes_max;
  http_->send(std::move(query), [to = actors::node_actor{self_}, id, part](http_answer x) {
    caf::anon_send(
      to, actors::node_answered{id, part, x.status, std::move(x.body), std::move(x.error)});
  });
}

void rpc_node_state::on_answer(const actors::node_answered& x) {
  auto at = open_.find(x.query);
  if (at == open_.end() || at->second.part != x.part)
    return;
  auto& q = at->second;
  if (x.status == 0)
    return try_next(x.query, x.error);
  auto part = read_results(x.body, q.got.size() + 1, q.asked);
  if (!part && q.asked > 1 && !one_by_one_[q.node]) { // It may not know batches.
    one_by_one_[q.node] = true;
    return send_part(x.query);
  }
  if (!part)
    return try_next(x.query, x.status == http_ok ? "its answer is no JSON-RPC"
                                                 : "status " + std::to_string(x.status));
  on_part(x.query, std::move(*part));
}

void rpc_node_state::on_part(std::uint64_t id, results part) {
  auto& q = open_.at(id);
  std::ranges::move(part, std::back_inserter(q.got));
  if (q.got.size() < q.calls.size())
    return send_part(id);
  if (q.finish(q.got)) {
    open_.erase(id);
    return;
  }
  auto refused = std::ranges::find_if(q.got, is_refused);
  try_next(id, refused == q.got.end() ? "its answers make no sense" : refused->error);
}

void rpc_node_state::try_next(std::uint64_t id, const std::string& why) {
  auto& q = open_.at(id);
  if (const auto left_out = lines_.admit(std::chrono::steady_clock::now()))
    spdlog::warn("node {} of chain.rpc_urls failed: {} ({} such lines left out)", q.node + 1, why,
                 *left_out);
  if (++q.tries >= config_.urls.size()) {
    q.refuse();
    open_.erase(id);
    return;
  }
  q.node = (q.node + 1) % config_.urls.size();
  current_ = q.node;
  q.got.clear();
  send_part(id);
}

std::optional<actors::node_facts> rpc_node_state::facts_of(const results& got) const {
  auto chain = read_quantity(got[0].json);
  if (!chain || is_refused(got[1]))
    return std::nullopt;
  actors::node_facts facts;
  facts.chain = *chain;
  facts.token_has_code = has_code(got[1]);
  if (auto word = read_text(got[2].json))
    if (auto text = parse_amount(*word); text && text->size() <= 2)
      facts.decimals = static_cast<std::uint32_t>(std::stoul(*text));
  facts.shop_has_code = config_.shop.empty() || has_code(got[3]);
  return facts;
}

std::optional<actors::chain_head> rpc_node_state::head_of(const results& got) const {
  auto latest = block_of(got[1]);
  if (read_quantity(got[0].json) != config_.chain || !latest)
    return std::nullopt;
  actors::chain_head head{*latest, caf::none};
  if (config_.with_finalized)
    if (auto finalized = block_of(got[2]))
      head.finalized = finalized->number;
  return head;
}

/// The last block comes before and after, so that logs of a node which did not have it yet, or
/// changed its mind in between, are not taken for all there are.
std::vector<rpc_call> rpc_node_state::calls_for(const actors::read_chain_logs& x) const {
  std::vector<rpc_call> calls{call_block(x.last),
                              call_transfers(config_.token, config_.treasury, x.first, x.last)};
  if (!config_.shop.empty())
    calls.push_back(call_purchases(config_.shop, x.first, x.last));
  calls.push_back(call_block(x.last));
  return calls;
}

std::optional<actors::chain_logs> rpc_node_state::logs_of(const results& got) const {
  auto before = block_of(got.front());
  auto after = block_of(got.back());
  if (!before || !after || before->hash != after->hash)
    return std::nullopt;
  actors::chain_logs reply;
  reply.last = *before;
  for (std::size_t i = 1; i + 1 < got.size(); ++i) {
    auto kind = i == 1 ? actors::deposit_kind::transfer : actors::deposit_kind::purchase;
    if (is_refused(got[i]))
      return std::nullopt;
    auto logs = read_logs(got[i].json, kind);
    if (!logs)
      return std::nullopt;
    std::ranges::move(*logs, std::back_inserter(reply.logs));
  }
  std::ranges::sort(reply.logs, {}, [](const auto& x) { return std::pair{x.block, x.index}; });
  return reply;
}

actors::node_actor::behavior_type
rpc_node(actors::node_actor::stateful_pointer<rpc_node_state> self,
         std::shared_ptr<http_client> http, rpc_node_config config) {
  return self->state.make_behavior(std::move(http), std::move(config));
}

} // namespace fief::integrations
