#include "tests/sim/city.hpp"

namespace fief::test {

namespace {

actors::settings hurried() {
  actors::settings rules;
  rules.passivate_after = std::chrono::seconds{20}; // So that entities come and go.
  rules.tile_quiet = std::chrono::seconds{5};
  rules.loading_max = 4;
  return rules;
}

/// Some worlds have none of it, some a little, some a lot.
std::uint32_t level(base::rng& faults, std::uint32_t much) {
  return static_cast<std::uint32_t>(faults.below(4)) * much / 3;
}

} // namespace

climate draw_climate(base::rng& faults) {
  climate sky;
  sky.store_fault_percent = level(faults, 30);
  sky.loses_answers = faults.chance(1, 2);
  sky.repeats = faults.chance(1, 2);
  sky.kill_permille = level(faults, 60);
  sky.crash_permille = level(faults, 20);
  sky.vanish_permille = level(faults, 60);
  sky.jump_permille = level(faults, 30);
  return sky;
}

city::city(std::uint64_t seed)
  : actor_world(seed, hurried()), work(seed * 3 + 1), faults(seed * 3 + 2) {
  sky = draw_climate(faults);
  store_delay = std::chrono::milliseconds{1 << faults.below(11)}; // Up to a second.
  weather = [this](const std::string& operation) { return befall(operation); };
  populate(people + 1);
}

store_fault city::befall(const std::string& operation) {
  // What happens seldom has to meet a fault as well.
  auto often = operation == "append_fixes" || operation == "merge_claim" || operation == "find_due"
               || operation == "settle_mining";
  if (calm || !faults.chance(sky.store_fault_percent * (often ? 1 : 3), 100))
    return store_fault::none;
  // The one answer nobody can ask for again: the account is closed.
  auto may_lose = sky.loses_answers && operation != "delete_user";
  auto out = store_fault::delay;
  switch (faults.below(6)) {
    case 0: out = may_lose ? store_fault::lose_answer : store_fault::refuse; break;
    case 1: out = sky.repeats ? store_fault::repeat : store_fault::refuse; break;
    case 2: out = store_fault::refuse; break;
    default: break;
  }
  constexpr const char* names[] = {"done",       "refused",       "answer lost",
                                   "done twice", "answered late", "delayed"};
  note("    ", operation, " is ", names[static_cast<std::size_t>(out)]);
  return out;
}

void city::forget(const caf::actor& asker) {
  std::erase_if(pending_, [&](const auto& p) { return p->asker == asker.address(); });
  for (const auto& job : errands_)
    if (job->asker == asker.address())
      job->waiting = false;
}

void city::look_after_errands() {
  constexpr auto slack = std::chrono::seconds{3};
  std::erase_if(pending_, [this, slack](const auto& p) {
    auto overdue = p->answers == 0 && elapsed - p->asked > actors::ask_deadline + slack;
    found.expect(!overdue, "no answer to ", p->what);
    return p->answers > 0 || overdue;
  });
  std::erase_if(errands_, [](const auto& job) { return job->done; });
  for (const auto& job : std::list{errands_})
    if (!job->waiting && work.chance(1, 2))
      job->attempt();
}

void city::pass_second() {
  elapsed += std::chrono::seconds{1};
  advance(std::chrono::seconds{1});
}

} // namespace fief::test
