#pragma once

#include "actors/messages/event.hpp"
#include "actors/messages/store_read.hpp"
#include "actors/settings.hpp"
#include "game/ranking.hpp"

#include <map>
#include <unordered_set>
#include <vector>

namespace fief::actors {

/// Roster and results of one event, and the ranking that follows. Pure.
class scoreboard {
public:
  /// Replaces everything by what READER found.
  void load(const event_loaded& x);

  // Cost: O(log n), since a large event has a hundred thousand of each.
  void put_ticket(const ticket_record& ticket, const std::string& username);
  void put_result(const run_scored& x);
  void withdraw(game::run_id run);

  /// Whether every consumed ticket's run is processed, so that nothing can change any more.
  [[nodiscard]] bool is_complete() const { return open_.empty(); }

  /// Best first, with the prize that each would get. Rules 4 and 4.2.
  /// Cost: O(n log n) in the results and claims.
  [[nodiscard]] std::vector<event_standing> rank(const event_record& event,
                                                 const settings& rules) const;
  /// What is paid out if there is a finisher. Units: cents.
  [[nodiscard]] std::int64_t pool_cents(const event_record& event, const settings& rules) const;

  /// Everyone who holds or held a ticket.
  [[nodiscard]] std::vector<game::user_id> holders() const;

private:
  [[nodiscard]] std::vector<game::entry> entries(const event_record& event) const;

  std::map<game::ticket_id, participant> roster_; ///< `run_open` as loaded; `open_` counts.
  std::unordered_set<game::run_id> open_;         ///< Of consumed tickets, not processed yet.
  std::map<game::run_id, event_result> results_;
  std::map<game::run_id, std::vector<game::claim>> claims_;
};

} // namespace fief::actors
