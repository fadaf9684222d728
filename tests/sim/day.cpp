#include "tests/sim/day.hpp"

#include "tests/sim/checkers.hpp"
#include "tests/sim/office.hpp"
#include "tests/sim/phone.hpp"

namespace fief::test {

namespace {

constexpr int steps_with_faults = 140;
constexpr int steps_calm = 120;
constexpr int steps_patience = 120; ///< For what is still open then.

class simulated_day {
public:
  simulated_day(std::uint64_t seed, std::ostream* trace)
    : w_(seed), told_(w_), mining_(w_), settlements_(w_), office_(w_, told_) {
    w_.trace = trace;
    auto event = new_event(1, city::operator_n);
    event.metric = w_.work.chance(1, 2) ? game::metric::distance : game::metric::territory;
    event.pot_cents = static_cast<std::int64_t>(w_.work.below(3)) * 1'001;
    w_.put(actors::create_event{event});
    w_.committed = [this](const std::string& operation) {
      w_.note("    ", operation, " committed");
      mining_.follow();
      settlements_.follow(operation);
      check_always(w_);
      ++commits_;
    };
    for (std::uint64_t n = 1; n <= city::people; ++n)
      phones_.push_back(std::make_unique<phone>(w_, told_, n));
    w_.start_clock();
  }

  day_report live() {
    for (int n = 0; n < steps_with_faults; ++n) {
      befall();
      step(std::chrono::seconds{w_.work.below(180)});
    }
    become_calm();
    for (int n = 0; n < steps_calm; ++n)
      step(std::chrono::seconds{30});
    pass_to(end_of_everything());
    check();
    // Long after, when nobody holds anything any more.
    pass_to(w_.time->now() + std::chrono::hours{24 * 40});
    check();
    w_.found.expect(w_.db->counted.empty(), "tiles count after their end");
    return report();
  }

private:
  phone& anybody() { return *phones_[w_.work.below(phones_.size())]; }

  /// What goes wrong before the next step.
  void befall() {
    auto hits = [this](std::uint32_t permille) { return w_.faults.chance(permille, 1'000); };
    auto& who = *phones_[w_.faults.below(phones_.size())];
    if (hits(w_.sky.kill_permille))
      kill_somebody(who);
    if (hits(w_.sky.vanish_permille))
      who.vanish(w_.faults.below(2)), ++faults_;
    if (hits(w_.sky.crash_permille)) {
      ++faults_;
      w_.note("CRASH");
      w_.crash();
    }
    if (hits(w_.sky.jump_permille))
      jump();
  }

  void kill_somebody(const phone& who) {
    ++faults_;
    if (w_.faults.chance(1, 2)) {
      if (!who.is_delicate())
        kill(actors::key_of(who.user()));
      return;
    }
    if (w_.faults.chance(1, 2) || w_.db->tiles.empty()) {
      auto event = w_.db->events.begin();
      std::advance(event, w_.faults.below(w_.db->events.size()));
      kill(actors::key_of(event->first));
      return;
    }
    auto tile = w_.db->tiles.begin();
    std::advance(tile, w_.faults.below(w_.db->tiles.size()));
    kill(actors::key_of(w_.rules->tiling.area_of(tile->first)));
  }

  void kill(const actors::entity_key& who) {
    w_.note("KILL ", to_string(who.id));
    w_.kill(who);
  }

  /// Forward by hours, as after a long sleep; back by minutes, as a clock that is set.
  void jump() {
    if (w_.faults.chance(1, 2))
      w_.time->value += std::chrono::minutes{w_.faults.below(300)};
    else
      w_.time->value -= std::chrono::seconds{w_.faults.below(300)};
    w_.note("JUMP to ", base::to_ms(w_.time->value));
  }

  void step(std::chrono::seconds pause) {
    for (int n = 0; n < 4; ++n)
      anybody().act();
    if (w_.work.chance(1, 10))
      anybody().stolen = anybody().last_track();
    office_.act();
    w_.look_after_errands();
    w_.time->value += pause;
    w_.pass_second();
    remember();
  }

  void become_calm() {
    w_.note("CALM");
    w_.calm = true;
    office_.watch();
  }

  /// When every event is over and every silent run is given up.
  [[nodiscard]] game::instant end_of_everything() const {
    auto end = w_.time->now() + w_.rules->silence_max;
    for (const auto& [id, event] : w_.db->events)
      end = std::max(end, event.settle_at);
    return end + std::chrono::hours{1};
  }

  void pass_to(game::instant end) {
    w_.time->value = std::max(w_.time->value, end);
    for (int n = 0; n < 20 || (n < steps_patience && w_.open_errands() > 0); ++n)
      step(std::chrono::seconds{1});
    office_.watch();
    w_.pass_second();
    office_.ask_maps();
    w_.pass_second();
  }

  void check() {
    w_.found.expect(w_.open_errands() == 0,
                    "never answered for good: ", w_.open_errands() > 0 ? w_.open_errand() : "");
    told_.check_again();
    settlements_.check_again();
    check_always(w_);
    check_money(w_);
    check_territory(w_);
    check_runs(w_);
    check_tickets(w_);
    check_notices(w_);
    office_.check_maps();
    for (const auto& p : phones_)
      for (const auto& [run, fixes] : p->done)
        w_.found.expect(p->is_closed() || stored_fixes(w_, run) == fixes, "run ", to_string(run),
                        " is not stored as it was recorded");
  }

  void mix(std::uint64_t x) { history_ = (history_ ^ x) * 0x100000001b3ULL; }

  void remember() {
    mix(commits_);
    mix(w_.db->ledger.size());
    mix(w_.db->claims.size());
    for (const auto& [id, row] : w_.db->runs)
      mix(static_cast<std::uint64_t>(row.run.state) << 32 | row.chunks.size());
    for (const auto& [id, row] : w_.db->users)
      mix(static_cast<std::uint64_t>(row.account.coins_cents ^ row.account.mining.acc));
  }

  day_report report() {
    day_report out;
    out.found = w_.found;
    out.history = history_;
    out.asked = w_.asked_count;
    out.promises = told_.count();
    out.faults = faults_ + w_.transient_count;
    out.tiles = w_.db->tiles.size();
    out.winners = settlements_.winners();
    out.reviews = office_.reviews();
    for (const auto& [id, row] : w_.db->users)
      out.mined_micro += row.account.mined_total_micro;
    return out;
  }

  city w_;
  promises told_;
  mining_model mining_;
  settlement_model settlements_;
  office office_;
  std::vector<std::unique_ptr<phone>> phones_;
  std::uint64_t history_ = 0xcbf29ce484222325ULL;
  std::uint64_t commits_ = 0;
  std::uint64_t faults_ = 0;
};

} // namespace

day_report live_a_day(std::uint64_t seed, std::ostream* trace) {
  return simulated_day{seed, trace}.live();
}

} // namespace fief::test
