#pragma once

#include "actors/chain_gauge.hpp"
#include "actors/chain_rules.hpp"
#include "actors/interfaces.hpp"
#include "actors/time_source.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace fief::actors {

struct chain_config {
  chain_rules rules;
  std::chrono::milliseconds poll_period{2'000};
  std::chrono::milliseconds retry_period{200}; ///< Doubled with each failure, up to a minute.
  std::uint64_t range_max = 2'000;             ///< Blocks whose logs are read at once.
  std::uint32_t doubts_max = 5; ///< Rounds in a row that find a reorganisation too deep.
  std::shared_ptr<chain_gauge> gauge = std::make_shared<chain_gauge>();
};

struct chain_ports {
  store_actor store;
  reader_actor reader;
  node_actor node;
  std::shared_ptr<const time_source> time;
};

/// State of CHAIN: nothing that matters. Where it is stands in Postgres; each round loads that,
/// asks a NODE what follows, checks the answers against each other and against the hashes read
/// before, and has STORE go on from there in one transaction. So it may be killed, or run twice.
///
/// Logs are read twice: when their block is read, to show them, and again when it is deep enough,
/// to credit them. What a lagging node left out at first is there the second time.
class chain_state {
public:
  static inline const char* name = "chain";
  explicit chain_state(chain_actor::pointer self) : self_(self) {}
  chain_actor::behavior_type make_behavior(chain_ports ports, chain_config config);

private:
  /// What one round has found out so far.
  struct round {
    chain_loaded known;
    chain_head head;
    std::uint64_t fork = 0;
    std::string fork_hash;
    chain_span span; ///< To be read; empty when `last` is `fork`.
    std::vector<chain_block> headers;
    chain_point to;
    std::uint64_t final_number = 0;
    advance_chain step;
  };

  void begin_round();
  void inspect();
  void load();
  void open();
  void restart(std::uint64_t from);
  void ask_head();
  void check_cursor();
  void find_fork();
  void follow_fork(const chain_point& common);
  void on_too_deep();
  void plan();
  void read_headers();
  void read_span();
  void read_final();
  void advance();
  void on_advanced(const chain_advanced& done);

  /// Takes the logs of one span into the step. False: they contradict what is known.
  bool take(const chain_logs& logs, const chain_span& span);
  [[nodiscard]] std::uint64_t final_for(std::uint64_t last) const;

  /// Ends a round that came to nothing, and says why. `their_fault`: the next node is asked.
  void fail(const std::string& why, bool their_fault);
  void end_round(std::chrono::milliseconds next);

  /// Asks and goes on with `then`; an error ends the round.
  template <class Handle, class Message, class Then>
  void ask(const Handle& whom, Message message, const char* what, Then then);

  chain_actor::pointer self_;
  chain_ports ports_;
  chain_config config_;
  round round_;
  bool busy_ = false;
  bool prompted_ = false; ///< While busy.
  bool inspected_ = false;
  bool reading_ = false;       ///< Logs: an error may mean that the range is too long.
  std::uint32_t ticks_ = 0;    ///< On their way.
  std::uint32_t failures_ = 0; ///< In a row.
  std::uint32_t doubts_ = 0;
  std::uint64_t range_ = 0;
  std::string told_; ///< What was logged last, so that it is not repeated each round.
};

/// Spawn entry: one per configured chain.
chain_actor::behavior_type chain(chain_actor::stateful_pointer<chain_state> self, chain_ports ports,
                                 chain_config config);

} // namespace fief::actors
