#pragma once

#include "actors/interfaces.hpp"
#include "base/log_limiter.hpp"
#include "integrations/chain/rpc_codec.hpp"
#include "integrations/http/http_client.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fief::integrations {

struct rpc_node_config {
  std::vector<std::string> urls; ///< At least one. May hold keys: never logged, named by number.
  std::uint64_t chain = 0;       ///< Nodes of another one are passed over.
  std::string token;
  std::string treasury;
  std::string shop; ///< Empty: none.
  bool with_finalized = false;
  std::size_t batch_max = 50; ///< Calls of one HTTP request.
  base::milliseconds timeout{10'000};
  std::size_t answer_bytes_max = 32 << 20; ///< More is an error: fewer blocks at once will do.
};

/// State of NODE over JSON-RPC. Each question is one or more batches to the node that answered
/// last; when it fails, the same to the next, until each had its turn.
class rpc_node_state {
public:
  static inline const char* name = "rpc_node";
  explicit rpc_node_state(actors::node_actor::pointer self) : self_(self) {}
  actors::node_actor::behavior_type make_behavior(std::shared_ptr<http_client> http,
                                                  rpc_node_config config);

private:
  using results = std::vector<rpc_result>;

  /// One question on its way.
  struct question {
    std::vector<rpc_call> calls;
    results got;
    std::size_t asked = 0; ///< Calls of the batch under way.
    std::uint64_t part = 0;
    std::size_t node = 0;
    std::size_t tries = 0;
    /// Nothing: the answers make no sense, and the next node is asked.
    std::function<bool(const results&)> finish;
    std::function<void()> refuse;
  };

  template <class Reply>
  caf::typed_response_promise<Reply> ask(std::vector<rpc_call> calls,
                                         std::function<std::optional<Reply>(const results&)> read);
  void send_part(std::uint64_t id);
  void on_answer(const actors::node_answered& x);
  void on_part(std::uint64_t id, results part);
  /// Asks the next node from the beginning, or gives up.
  void try_next(std::uint64_t id, const std::string& why);

  std::optional<actors::node_facts> facts_of(const results& got) const;
  std::optional<actors::chain_head> head_of(const results& got) const;
  std::vector<rpc_call> calls_for(const actors::read_chain_logs& x) const;
  std::optional<actors::chain_logs> logs_of(const results& got) const;

  actors::node_actor::pointer self_;
  std::shared_ptr<http_client> http_;
  rpc_node_config config_;
  std::size_t current_ = 0;
  std::vector<bool> one_by_one_; ///< By node: it takes no batches.
  std::map<std::uint64_t, question> open_;
  std::uint64_t next_id_ = 1;
  base::log_limiter lines_;
};

/// Spawn entry.
actors::node_actor::behavior_type
rpc_node(actors::node_actor::stateful_pointer<rpc_node_state> self,
         std::shared_ptr<http_client> http, rpc_node_config config);

} // namespace fief::integrations
