#pragma once

#include "tests/sim/findings.hpp"
#include "tests/support/actor_runs.hpp"

#include <functional>
#include <list>
#include <memory>
#include <string>

namespace fief::test {

/// How a world is, drawn from its seed: some calm, some brutal.
struct climate {
  std::uint32_t store_fault_percent = 0;
  bool loses_answers = false;
  bool repeats = false;
  std::uint32_t kill_permille = 0;   ///< An entity ends, per step.
  std::uint32_t crash_permille = 0;  ///< The node ends, per step.
  std::uint32_t vanish_permille = 0; ///< A session ends, per step.
  std::uint32_t jump_permille = 0;   ///< The game's clock jumps, per step.
};
climate draw_climate(base::rng& faults);

/// One simulated world: all actors over the memory STORE, and those who ask them. Streams of their
/// own draw the schedule (`rng`), the workload and the faults, so that a new draw in one does not
/// shift the others.
class city : public actor_world {
public:
  static constexpr std::uint64_t people = 6; ///< Who runs: users 1 to this.
  static constexpr std::uint64_t operator_n = people + 1;

  explicit city(std::uint64_t seed);

  /// Asks. `then` hears the outcome, unless the asker ends before. Exactly one answer has to come
  /// within `actors::ask_deadline`.
  template <class Message, class Then>
  void ask(const caf::actor& asker, const actors::entity_key& to, Message x, Then then) {
    auto waiting = std::make_shared<pending>();
    waiting->what = caf::type_name<Message>::value;
    note(waiting->what, " to ", to_string(to.id));
    waiting->asker = asker.address();
    waiting->asked = elapsed;
    pending_.push_back(waiting);
    ++asked_count;
    using reply = reply_of_any<Message>;
    actors::ask(self_of(asker), directory, to, std::move(x))
      .then([this, waiting, then](reply& r) { answered(*waiting, game::outcome<reply>{r}, then); },
            [this, waiting, then](caf::error& why) {
              answered(*waiting, game::outcome<reply>{actors::errc_of(why)}, then);
            });
  }

  /// A command that is asked again until its answer is final, as a phone does: it must not matter
  /// how often. `from` gives the asker of each attempt; `then` hears the final outcome, once.
  template <class Message, class Then>
  void errand(std::function<caf::actor()> from, const actors::entity_key& to, Message x,
              Then then) {
    auto job = std::make_shared<errand_state>();
    job->what = caf::type_name<Message>::value;
    errands_.push_back(job);
    job->attempt = [this, job = job.get(), from, to, x, then] {
      auto asker = from();
      job->asker = asker.address();
      job->waiting = true;
      ask(asker, to, x, [job, then](const auto& outcome) {
        job->waiting = false;
        if (!outcome && is_transient(outcome.error()))
          return;
        job->done = true;
        then(outcome);
      });
    };
    job->attempt();
  }

  /// Whether asking again later is the answer to this error.
  static bool is_transient(game::errc why) {
    return why == game::errc::unavailable || why == game::errc::overloaded;
  }

  /// The asker has gone: what it asked is not answered any more.
  void forget(const caf::actor& asker);
  /// Asks again what was not answered for good, and looks for answers that are overdue.
  void look_after_errands();
  [[nodiscard]] std::size_t open_errands() const { return errands_.size(); }
  [[nodiscard]] std::string open_errand() const { return errands_.front()->what; }

  /// Moves both clocks by a second, delivering what is due.
  void pass_second();

  base::rng work;
  base::rng faults;
  climate sky;
  findings found;
  caf::timespan elapsed{0}; ///< Of the actors' clock.
  bool calm = false;        ///< The faults have stopped.
  std::uint64_t asked_count = 0;
  std::uint64_t transient_count = 0;

  /// Writes a line of the trace, if there is one.
  template <class... Parts>
  void note(const Parts&... parts) const {
    if (trace == nullptr)
      return;
    *trace << std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count() << ' ';
    ((*trace << parts), ...) << '\n';
  }
  std::ostream* trace = nullptr;

private:
  struct pending {
    std::string what;
    caf::actor_addr asker;
    caf::timespan asked{0};
    int answers = 0;
  };
  struct errand_state {
    std::string what;
    caf::actor_addr asker;
    std::function<void()> attempt;
    bool waiting = false;
    bool done = false;
  };

  template <class Message>
  static auto reply_type() {
    if constexpr (requires { typename reply_of<actors::user_actor, Message>; })
      return std::type_identity<reply_of<actors::user_actor, Message>>{};
    else if constexpr (requires { typename reply_of<actors::event_actor, Message>; })
      return std::type_identity<reply_of<actors::event_actor, Message>>{};
    else
      return std::type_identity<reply_of<actors::area_actor, Message>>{};
  }
  template <class Message>
  using reply_of_any = typename decltype(reply_type<Message>())::type;

  template <class Reply, class Then>
  void answered(pending& waiting, const game::outcome<Reply>& outcome, const Then& then) {
    found.expect(++waiting.answers == 1, "two answers to one ", waiting.what);
    transient_count += !outcome && is_transient(outcome.error()) ? 1 : 0;
    note("  ", waiting.what, ": ", outcome ? "done" : game::to_string(outcome.error()));
    then(outcome);
  }
  store_fault befall(const std::string& operation);

  std::list<std::shared_ptr<pending>> pending_;
  std::list<std::shared_ptr<errand_state>> errands_;
};

} // namespace fief::test
