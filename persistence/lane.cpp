#include "persistence/lane.hpp"

#include "persistence/connection_options.hpp"
#include "persistence/errc.hpp"
#include "persistence/logger.hpp"

namespace fief::persistence {

namespace {

using clock = std::chrono::steady_clock;
constexpr int connect_timeout_s = 5; // A slow Postgres needs a few seconds to let us in.
constexpr base::milliseconds answer_slack{10'000}; // Beyond Postgres's own limit for a statement.
constexpr std::uint32_t contention_max = 20;

} // namespace

template <class... Args>
void lane_state::complain(const char* text, const Args&... args) {
  if (const auto left_out = config_.lines->admit(clock::now()))
    logger()->warn("{} ({} such lines left out)",
                   one_line(fmt::format(fmt::runtime(text), args...)), *left_out);
}

template <class Op>
caf::response_promise lane_state::on_operation(const Op& x) {
  auto asker = self_->make_response_promise();
  waiting_.push_back({x, asker, clock::now(), {}});
  if (!awake_)
    wake_after(base::milliseconds{0});
  return asker;
}

template <class... Ops>
caf::behavior lane_state::handlers(std::variant<Ops...>*) {
  return {
    [this](const Ops& x) { return on_operation(x); }...,
    [this](const actors::observe_commits& x) { observer_ = x.observer; },
    [this](atom::flush) { on_flush(); },
    [this](atom::tick) { on_tick(); },
  };
}

caf::behavior lane_state::make_behavior(lane_config config) {
  FIEF_ASSERT(config.gauge && config.pulse && config.lines && config.batch_max > 0);
  config_ = std::move(config);
  line_ = config_.pulse->add_line(base::milliseconds{config_.statement_timeout_ms} + answer_slack);
  random_ = base::rng{config_.seed};
  self_->set_exit_handler([this](const caf::exit_msg& x) { on_exit(x); });
  self_->send(self_, atom::tick_v);
  return handlers(static_cast<operation*>(nullptr));
}

void lane_state::wake_after(base::milliseconds delay) {
  awake_ = true;
  if (delay.count() == 0)
    self_->send(self_, atom::flush_v); // Behind what is in the mailbox, so that it comes along.
  else
    self_->delayed_send(self_, delay, atom::flush_v);
}

void lane_state::on_flush() {
  awake_ = false;
  if (!fill_batch())
    return;
  attempt();
  if (faults_ > 0)
    wake_after(next_backoff());
  else if (!waiting_.empty() || !batch_.empty())
    wake_after(base::milliseconds{0});
}

void lane_state::on_tick() {
  self_->delayed_send(self_, config_.probe_period, atom::tick_v);
  if (awake_ || std::exchange(used_, false))
    return;
  try {
    if (!connection_ && !connect())
      return;
    pulse::wait open{line_.get()};
    pqxx::nontransaction tx{connection_->raw()};
    tx.exec("select 1");
  } catch (const std::exception& x) {
    complain("LANE lost its connection while idle: {}", x.what());
    connection_.reset();
    config_.gauge->connected = false;
  }
}

void lane_state::on_exit(const caf::exit_msg& x) {
  for (auto tries = 0; tries < 3 && fill_batch();) {
    attempt();
    tries += faults_ > 0 ? 1 : 0;
  }
  for (auto& j : batch_)
    refuse(j, game::errc::unavailable);
  for (auto& j : waiting_)
    refuse(j, game::errc::unavailable);
  batch_.clear();
  waiting_.clear();
  connection_.reset();
  config_.gauge->connected = false;
  self_->quit(x.reason);
}

bool lane_state::fill_batch() {
  if (!batch_.empty())
    return true; // A retry is the same batch.
  while (!waiting_.empty() && batch_.size() < config_.batch_max) {
    batch_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  how_ = isolation::together;
  return !batch_.empty();
}

bool lane_state::connect() {
  try {
    pulse::wait open{line_.get()};
    connection_.emplace(with_connect_timeout(config_.options, connect_timeout_s),
                        config_.statement_timeout_ms, line_);
    if (!config_.name.empty())
      connection_->call_it(config_.name);
    connection_->keep_to_indexes();
    connection_->plan_once();
    config_.gauge->connected = true;
    logger()->info("LANE is connected");
    return true;
  } catch (const std::exception& x) {
    connection_.reset();
    complain("LANE cannot connect: {}", x.what());
    return false;
  }
}

void lane_state::attempt() {
  if (!connection_ && !connect()) {
    ++faults_;
    refuse_overdue();
    return;
  }
  try {
    auto from = clock::now();
    auto feed = run_batch(*connection_, batch_, config_.mining, how_);
    auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - from);
    config_.gauge->commit_us_last = static_cast<std::uint64_t>(took.count());
    config_.gauge->commits += 1;
    config_.gauge->operations += batch_.size();
    auto is_empty = feed.accounts.empty() && feed.notices.empty() && feed.events.empty();
    if (observer_ && !is_empty) // First: who has an answer and looks finds what it did.
      self_->send(observer_, std::move(feed));
    answer_batch();
  } catch (const std::exception& x) {
    on_fault(x);
  }
}

void lane_state::on_fault(const std::exception& x) {
  auto why = fault_of(x);
  config_.gauge->retries += 1;
  if (why.kind == errc::statement_refused) {
    complain("LANE sends a batch of {} again, one by one: {}", batch_.size(), why.text);
    if (how_ == isolation::apart) { // Not one operation's fault: the commit itself is refused.
      for (auto& j : batch_)
        refuse(j, answer_of(why));
      batch_.clear();
    }
    how_ = isolation::apart;
    return;
  }
  ++faults_;
  complain("LANE sends a batch of {} again: {}", batch_.size(), why.text);
  if (why.kind == errc::contention && faults_ < contention_max)
    return;
  if (why.kind != errc::contention) {
    connection_.reset();
    config_.gauge->connected = false;
    in_doubt_ = in_doubt_ || why.kind == errc::in_doubt;
  }
  refuse_overdue();
}

void lane_state::answer_batch() {
  for (auto& j : batch_) {
    FIEF_ASSERT(j.answer);
    j.answer(j.asker);
  }
  config_.gauge->queued -= batch_.size();
  batch_.clear();
  in_doubt_ = false;
  faults_ = 0;
  used_ = true;
}

void lane_state::refuse(job& j, game::errc why) {
  refusal(why)(j.asker);
  config_.gauge->refused += 1;
  config_.gauge->queued -= 1;
}

void lane_state::refuse_overdue() {
  auto overdue = clock::now() - config_.patience;
  while (!waiting_.empty() && waiting_.front().since <= overdue) {
    refuse(waiting_.front(), game::errc::unavailable);
    waiting_.pop_front();
  }
  if (in_doubt_)
    return;
  std::erase_if(batch_, [&](job& j) {
    if (j.since > overdue)
      return false;
    refuse(j, game::errc::unavailable);
    return true;
  });
  if (batch_.empty() && waiting_.empty())
    faults_ = 0;
}

base::milliseconds lane_state::next_backoff() {
  auto most =
    std::min(config_.backoff_max.count(), config_.backoff_min.count() << std::min(faults_, 10U));
  return base::milliseconds{
    most / 2 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most / 2 + 1)))};
}

caf::behavior lane(caf::stateful_actor<lane_state>* self, lane_config config) {
  return self->state.make_behavior(std::move(config));
}

} // namespace fief::persistence
