#include "persistence/batch.hpp"

#include "actors/fwd.hpp"
#include "actors/interfaces.hpp"
#include "persistence/errc.hpp"
#include "persistence/logger.hpp"
#include "persistence/plan.hpp"
#include "persistence/rows.hpp"

namespace fief::persistence {

namespace {

constexpr query q_changed_accounts{"changed_accounts",
                                   "select " FIEF_ACCOUNT_COLUMNS
                                   " from app_user a where a.id = any ($1::uuid[])"};
constexpr query q_changed_events{"changed_events", "select " FIEF_EVENT_COLUMNS
                                                   " from event e where e.id = any ($1::uuid[])"};

template <class T>
void set_answer(job& j, outcome<T> result) {
  if (!result) {
    j.answer = refusal(result.error());
    return;
  }
  j.answer = [value = std::move(*result)](caf::response_promise& asker) { asker.deliver(value); };
}

class batch_run {
public:
  batch_run(transaction& tx, std::span<job> jobs, const game::mining_rules& mining)
    : context_{tx, mining, changed_}, jobs_(jobs) {}

  void run_step(const step& s) {
    auto first = s.operations.front();
    std::visit([&](const auto& op) { run_kind(op, s); }, jobs_[first].what);
  }

  /// Runs one step behind a savepoint. @pre It has one operation.
  void run_apart(const step& s) {
    auto before = changed_;
    context_.tx.command("savepoint one");
    try {
      run_step(s);
      context_.tx.command("release savepoint one");
    } catch (const std::exception& x) {
      auto why = fault_of(x);
      if (why.kind != errc::statement_refused)
        throw;
      context_.tx.command("rollback to savepoint one");
      logger()->warn("STORE refuses one operation: {}", why.text);
      changed_ = std::move(before);
      jobs_[s.operations.front()].answer = refusal(answer_of(why));
    }
  }

  actors::committed feed() {
    actors::committed x;
    // It must not fail the operations, which are done: whoever is told less loads what is there.
    auto tell = [](const damaged_row& damaged) {
      logger()->error("{}; `fief audit` lists all of them", damaged.what());
    };
    if (!changed_.accounts.empty())
      x.accounts = read_whole<game::account>(
        context_.tx.run(q_changed_accounts, array_of(changed_.accounts)), read_account, tell);
    if (!changed_.events.empty())
      x.events = read_whole<actors::event_record>(
        context_.tx.run(q_changed_events, array_of(changed_.events)), read_event, tell);
    x.notices = std::move(changed_.notices);
    return x;
  }

private:
  template <class Op>
  void run_kind(const Op& op, const step& s) {
    if constexpr (is_hot<Op>) {
      std::vector<const Op*> all;
      all.reserve(s.operations.size());
      for (auto index : s.operations)
        all.push_back(&std::get<Op>(jobs_[index].what));
      auto results = apply_all(context_, std::span<const Op* const>{all});
      FIEF_ASSERT(results.size() == all.size());
      for (std::size_t i = 0; i < results.size(); ++i)
        set_answer(jobs_[s.operations[i]], std::move(results[i]));
    } else {
      set_answer(jobs_[s.operations.front()], apply(context_, op));
    }
  }

  changes changed_;
  write_context context_;
  std::span<job> jobs_;
};

/// Whether the batch is a single statement, which is a transaction by itself: one way to Postgres
/// and back instead of three, which fixes feel most when Postgres is slow. Sent again it changes
/// nothing, so a lost answer needs no more care than a lost question.
bool is_one_append(const std::vector<step>& steps, std::span<const job> jobs) {
  return steps.size() == 1 && steps.front().operations.size() == jobs.size()
         && std::holds_alternative<actors::append_fixes>(jobs.front().what);
}

} // namespace

std::function<void(caf::response_promise&)> refusal(game::errc why) {
  return [why](caf::response_promise& asker) { asker.deliver(caf::make_error(why)); };
}

actors::committed run_batch(connection& c, std::span<job> jobs, const game::mining_rules& mining,
                            isolation how) {
  std::vector<const operation*> operations;
  for (auto& j : jobs)
    operations.push_back(&j.what);
  const auto steps = plan(operations);
  if (how == isolation::together && is_one_append(steps, jobs)) {
    c.renew_plans();
    pqxx::nontransaction work{c.raw()};
    transaction tx{c, work};
    batch_run run{tx, jobs, mining};
    run.run_step(steps.front());
    return run.feed();
  }
  std::optional<pqxx::work> work;
  begin(c, work);
  transaction tx{c, *work};
  batch_run run{tx, jobs, mining};
  for (const auto& s : steps) {
    if (how == isolation::together) {
      run.run_step(s);
      continue;
    }
    for (auto index : s.operations)
      run.run_apart({{index}});
  }
  auto feed = run.feed();
  pulse::wait open{c.line()};
  work->commit();
  return feed;
}

} // namespace fief::persistence
