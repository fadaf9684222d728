#pragma once

#include "actors/context.hpp"
#include "actors/scoreboard.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <vector>

namespace fief::actors {

/// State of one EVENT: its row, roster and results as known, and the ranking of them.
///
/// The hints that keep the scoreboard live may be lost; the settlement therefore is of what was
/// loaded in one piece, and STORE takes it only while the event's version is the one that was
/// loaded.
class event_state {
public:
  static inline const char* name = "event";

  explicit event_state(event_actor::pointer self) : self_(self) {}

  event_actor::behavior_type make_behavior(context_ptr ctx, event_loaded loaded);

  [[nodiscard]] const event_record& record() const { return event_; }

private:
  caf::result<event_record> on_edit(const edit_event& x);
  caf::result<event_record> on_call_off(const call_off_event& x);
  leaderboard on_leaderboard(const get_leaderboard& x);
  void on_scored(const run_scored& x);
  void on_look();
  void on_retire();

  void load(const event_loaded& x);
  void settle();
  void settle_as_loaded();
  void reload();
  void on_row_changed(const event_record& x);
  void put_record(const event_record& x);
  /// A hint is about to change the board: it is no longer what one load found.
  scoreboard& board_by_hint();
  void tell_holders();
  [[nodiscard]] bool may_change(const asker& by) const;
  [[nodiscard]] game::event_state state_now() const;
  [[nodiscard]] bool is_due() const;

  event_actor::pointer self_;
  context_ptr ctx_;
  event_record event_;
  scoreboard board_;
  std::vector<event_standing> standings_; ///< Final, or of `ranked_` when that is true.
  bool ranked_ = false;
  bool as_loaded_ = false; ///< The row and the board are of one load, and of its version.
  bool settling_ = false;
  std::uint32_t pending_ = 0;
};

/// Spawn entry: by DIRECTORY.
event_actor::behavior_type event(event_actor::stateful_pointer<event_state> self, context_ptr ctx,
                                 event_loaded loaded);

} // namespace fief::actors
