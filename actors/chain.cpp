#include "actors/chain.hpp"

#include "actors/convert.hpp"
#include "base/assert.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace fief::actors {

namespace {

constexpr std::chrono::milliseconds at_once{0};
constexpr std::chrono::milliseconds retry_max{60'000};
constexpr std::uint32_t doublings_max = 16;
constexpr std::uint32_t failures_quiet = 2; // A node may fail now and then.
constexpr std::size_t headers_max = 1'000;  // That NODE answers at once.

chain_point point_of(const chain_block& block) {
  return {block.number, block.hash};
}

} // namespace

template <class Handle, class Message, class Then>
void chain_state::ask(const Handle& whom, Message message, const char* what, Then then) {
  self_->request(whom, caf::infinite, std::move(message))
    .then(std::move(then), [this, what](const caf::error& why) {
      fail(std::string{what} + ": " + std::string{game::to_string(errc_of(why))}, false);
    });
}

chain_actor::behavior_type chain_state::make_behavior(chain_ports ports, chain_config config) {
  FIEF_ASSERT(config.rules.confirmations > 0 && config.range_max > 0);
  FIEF_ASSERT(config.rules.reorg_depth >= config.rules.confirmations);
  FIEF_ASSERT(config.rules.reorg_depth <= headers_max);
  ports_ = std::move(ports);
  config_ = std::move(config);
  range_ = config_.range_max;
  ticks_ = 1;
  self_->send(self_, atom::tick_v);
  return {
    [this](atom::tick) {
      --ticks_;
      begin_round();
    },
    [this](atom::flush) { begin_round(); },
  };
}

void chain_state::begin_round() {
  if (busy_) {
    prompted_ = true;
    return;
  }
  busy_ = true;
  prompted_ = false;
  reading_ = false;
  round_ = {};
  if (inspected_)
    load();
  else
    inspect();
}

void chain_state::inspect() {
  ask(ports_.node, inspect_node{}, "looking at the contracts", [this](const node_facts& facts) {
    if (auto wrong = contradiction_of(facts, config_.rules)) {
      config_.gauge->halted = true;
      return fail(*wrong, true);
    }
    inspected_ = true;
    load();
  });
}

void chain_state::load() {
  self_->request(ports_.reader, caf::infinite, load_chain{config_.rules.chain})
    .then(
      [this](chain_loaded& known) {
        config_.gauge->at = known.status.at.number;
        config_.gauge->halted = !known.status.halted.empty();
        round_.known = std::move(known);
        const auto& status = round_.known.status;
        if (status.rescan_from)
          return restart(*status.rescan_from);
        if (!status.halted.empty())
          return end_round(config_.poll_period);
        ask_head();
      },
      [this](const caf::error& why) {
        if (errc_of(why) == game::errc::not_found)
          open();
        else
          fail("loading: " + std::string{game::to_string(errc_of(why))}, false);
      });
}

void chain_state::open() {
  auto before = std::max<std::uint64_t>(config_.rules.start_block, 1) - 1;
  ask(ports_.node, get_chain_blocks{{before}}, "asking for the first block",
      [this](const chain_blocks& found) {
        if (found.blocks.size() != 1)
          return fail("the block before chain.start_block is not there yet", true);
        ask(ports_.store,
            open_chain{config_.rules.chain, point_of(found.blocks.front()), ports_.time->now()},
            "beginning", [this](const chain_status&) { end_round(at_once); });
      });
}

void chain_state::restart(std::uint64_t from) {
  auto before = std::max<std::uint64_t>(from, 1) - 1;
  ask(ports_.node, get_chain_blocks{{before}}, "asking for the block to go back to",
      [this](const chain_blocks& found) {
        if (found.blocks.size() != 1)
          return fail("the block before the one to rescan from is not there", true);
        auto to = point_of(found.blocks.front());
        ask(ports_.store, restart_chain{config_.rules.chain, to, ports_.time->now()}, "going back",
            [this](const chain_status& status) {
              spdlog::info("CHAIN {} reads again from block {}", status.chain,
                           status.at.number + 1);
              doubts_ = 0;
              end_round(at_once);
            });
      });
}

void chain_state::ask_head() {
  ask(ports_.node, get_chain_head{}, "asking for the last block", [this](const chain_head& head) {
    round_.head = head;
    config_.gauge->head = head.latest.number;
    check_cursor();
  });
}

void chain_state::check_cursor() {
  const auto& at = round_.known.status.at;
  ask(ports_.node, get_chain_blocks{{at.number}}, "asking for the block read last",
      [this](const chain_blocks& found) {
        const auto& last = round_.known.status.at;
        if (found.blocks.empty() || point_of(found.blocks.front()) != last)
          return find_fork();
        round_.fork = last.number;
        round_.fork_hash = last.hash;
        doubts_ = 0;
        plan();
      });
}

void chain_state::find_fork() {
  get_chain_blocks query;
  for (const auto& block : round_.known.blocks)
    query.numbers.push_back(block.number);
  ask(ports_.node, std::move(query), "looking for the last common block",
      [this](const chain_blocks& found) {
        const auto& known = round_.known.blocks;
        auto common = common_block(known, found.blocks);
        auto is_bearable = common && common->number >= round_.known.status.final_number;
        if (is_bearable && !is_part_of(found.blocks, known))
          return follow_fork(*common);
        if (found.blocks.size() == known.size())
          return on_too_deep();
        self_->send(ports_.node, avoid_node{}); // It lags, or has become shorter: that will pass.
        end_round(config_.poll_period);
      });
}

void chain_state::follow_fork(const chain_point& common) {
  doubts_ = 0;
  round_.fork = common.number;
  round_.fork_hash = common.hash;
  config_.gauge->reorgs += 1;
  spdlog::info("CHAIN {} was reorganised behind block {}", config_.rules.chain, common.number);
  plan();
}

/// One node may be on a chain of its own: several rounds, with as many nodes, have to agree.
void chain_state::on_too_deep() {
  if (++doubts_ < config_.doubts_max)
    return fail("the chain is not the one that was read, further back than is bearable", true);
  const auto& status = round_.known.status;
  auto reason = "reorganised deeper than is bearable: block " + std::to_string(status.final_number)
                + ", up to which deposits are credited, or all blocks remembered are gone";
  ask(ports_.store, halt_chain{config_.rules.chain, status.at, reason}, "halting",
      [this](const chain_status& now) {
        config_.gauge->halted = !now.halted.empty();
        spdlog::error("CHAIN {} is halted: {}. See `fief admin chain status` and `rescan`",
                      now.chain, now.halted);
        end_round(config_.poll_period);
      });
}

std::uint64_t chain_state::final_for(std::uint64_t last) const {
  const auto& status = round_.known.status;
  std::uint64_t deep = 0;
  if (!config_.rules.at_finalized)
    deep = last + 1 >= config_.rules.confirmations ? last + 1 - config_.rules.confirmations : 0;
  else if (round_.head.finalized)
    deep = std::min(*round_.head.finalized, last);
  // No further at once than is read at once.
  return std::max(std::min(deep, status.final_number + range_), status.final_number);
}

void chain_state::plan() {
  const auto& status = round_.known.status;
  auto last = std::min(std::max(round_.head.latest.number, round_.fork), round_.fork + range_);
  round_.span = {round_.fork + 1, last};
  round_.to = {last, last == round_.fork ? round_.fork_hash : std::string{}};
  auto& step = round_.step;
  step.chain = config_.rules.chain;
  step.from = status.at;
  step.fork = round_.fork;
  step.head = round_.head.latest.number;
  step.keep_from = last >= config_.rules.reorg_depth ? last - config_.rules.reorg_depth : 0;
  round_.final_number = final_for(last);
  if (last > round_.fork)
    return read_headers();
  if (round_.fork != status.at.number) // Gone, and nothing in its place yet.
    return advance();
  if (round_.final_number > status.final_number)
    return read_final();
  failures_ = 0;
  end_round(config_.poll_period);
}

/// Of the blocks to be remembered: the last ones of the span.
void chain_state::read_headers() {
  get_chain_blocks query;
  for (auto number = std::max(round_.span.first, round_.step.keep_from); number <= round_.span.last;
       ++number)
    query.numbers.push_back(number);
  auto count = query.numbers.size();
  ask(ports_.node, std::move(query), "asking for blocks", [this, count](chain_blocks& found) {
    chain_point behind{round_.fork, round_.fork_hash};
    if (found.blocks.size() != count || found.blocks.back().number != round_.span.last
        || !is_linked(found.blocks, behind))
      return fail("the node's blocks do not follow each other", true);
    round_.headers = std::move(found.blocks);
    for (const auto& block : round_.headers)
      round_.step.blocks.push_back(point_of(block));
    round_.to = round_.step.blocks.back();
    read_span();
  });
}

bool chain_state::take(const chain_logs& logs, const chain_span& span) {
  auto known = round_.step.blocks;
  for (const auto& block : round_.known.blocks)
    if (block.number <= round_.fork)
      known.push_back(block);
  auto last = std::ranges::find(known, logs.last.number, &chain_point::number);
  if (logs.last.number != span.last || (last != known.end() && last->hash != logs.last.hash)
      || !is_within(logs.logs, span, known))
    return false;
  auto found = deposits_of(logs.logs, config_.rules);
  round_.step.spans.push_back(span);
  std::ranges::move(found, std::back_inserter(round_.step.deposits));
  return true;
}

void chain_state::read_span() {
  reading_ = true;
  ask(ports_.node, read_chain_logs{round_.span.first, round_.span.last}, "reading logs",
      [this](const chain_logs& logs) {
        if (!take(logs, round_.span))
          return fail("the node's logs are not of the blocks it has", true);
        read_final();
      });
}

/// What becomes final of the blocks read in earlier rounds.
void chain_state::read_final() {
  reading_ = true;
  chain_span span{round_.known.status.final_number + 1, std::min(round_.final_number, round_.fork)};
  if (span.first > span.last)
    return advance();
  ask(ports_.node, read_chain_logs{span.first, span.last}, "reading logs again",
      [this, span](const chain_logs& logs) {
        if (!take(logs, span))
          return fail("the node's logs are not of the blocks it had", true);
        advance();
      });
}

void chain_state::advance() {
  reading_ = false;
  auto& step = round_.step;
  step.to = round_.to;
  step.final_number = round_.final_number;
  step.now = ports_.time->now();
  ask(ports_.store, std::move(step), "storing",
      [this](const chain_advanced& done) { on_advanced(done); });
}

void chain_state::on_advanced(const chain_advanced& done) {
  failures_ = 0;
  range_ = std::min(range_ * 2, config_.range_max);
  if (!told_.empty()) {
    spdlog::info("CHAIN {} goes on at block {}", done.status.chain, done.status.at.number);
    told_.clear();
  }
  config_.gauge->at = done.status.at.number;
  config_.gauge->credited += done.credited;
  if (done.credited > 0)
    spdlog::info("CHAIN {} credited {} deposits up to block {}", done.status.chain, done.credited,
                 done.status.final_number);
  bool behind = done.status.at.number < round_.head.latest.number
                || final_for(done.status.at.number) > done.status.final_number;
  end_round(behind ? at_once : config_.poll_period);
}

void chain_state::fail(const std::string& why, bool their_fault) {
  config_.gauge->failures += 1;
  bool shorter = reading_ && range_ > 1; // Perhaps it was too much at once.
  if (shorter)
    range_ /= 2;
  if (their_fault)
    self_->send(ports_.node, avoid_node{});
  if (failures_ >= failures_quiet && why != told_) {
    spdlog::warn("CHAIN {} cannot go on: {}", config_.rules.chain, why);
    told_ = why;
  }
  auto wait = config_.retry_period * (shorter ? 1U : 1U << std::min(failures_++, doublings_max));
  end_round(std::min<std::chrono::milliseconds>(wait, retry_max));
}

void chain_state::end_round(std::chrono::milliseconds next) {
  FIEF_ASSERT(busy_);
  busy_ = false;
  if (prompted_ && failures_ == 0)
    next = at_once;
  if (next > at_once && ticks_ > 0)
    return; // One is on its way already.
  ++ticks_;
  if (next == at_once)
    self_->send(self_, atom::tick_v);
  else
    self_->delayed_send(self_, next, atom::tick_v);
}

chain_actor::behavior_type chain(chain_actor::stateful_pointer<chain_state> self, chain_ports ports,
                                 chain_config config) {
  return self->state.make_behavior(std::move(ports), std::move(config));
}

} // namespace fief::actors
