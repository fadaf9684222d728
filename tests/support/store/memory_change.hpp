#pragma once

#include "game/errc.hpp"
#include "tests/support/store/memory_database.hpp"

#include <set>

namespace fief::test {

/// One transaction over a `memory_database`: the steps that several commands share, and the list of
/// what has changed for the commit feed. A command checks all its conditions before its first step,
/// so there is nothing to roll back.
class memory_change {
public:
  memory_change(memory_database& database, const game::mining_rules& rules)
    : db(database), rules_(rules) {}

  /// The user's row. Nothing for an unknown or, unless `also_deleted`, a deleted one.
  memory_database::user_row* find_user(game::user_id user, bool also_deleted = false);

  /// The account for writing. Its version grows by one when `seal` or `finish` finds it changed.
  game::account& account(game::user_id user);
  /// The account as the reply shows it.
  const game::account& seal(game::user_id user);

  /// Books `amount` under `cause` and moves the balance, unless the cause is booked already.
  void post(game::user_id user, const actors::ledger_entry& entry);
  /// Logs what somebody did, once per id of the note; nothing for a nil one.
  void log(const actors::action_note& note, actors::action_kind kind, const base::uuid& target,
           const std::string& detail, game::instant at);
  /// What verdicts on this run told goes; that there were any stays.
  void erase_verdicts(game::run_id run);
  /// Leaves a notification once per user and cause. Returns its row.
  memory_database::notice_row& notify(actors::notification notice);
  /// Puts a stored notification into the feed.
  void publish(memory_database::notice_row& row);
  /// The event for writing: its version is raised, once in this change.
  actors::event_record& event(game::event_id event);

  /// Expires the user's tiles that ran out by `now`, each as of its own instant, then settles.
  void settle(game::user_id user, game::instant now);
  /// Takes the tile out of its owner's count, or puts it in unless it has run out, as of `now`.
  /// @pre The owner is settled at `now`.
  void uncount(const game::claim& top, game::instant now);
  void count(const game::claim& top, game::instant now);

  /// Recomputes a tile from the claims that are not revoked and raises its generation.
  void recompute(game::tile_id tile, game::instant now);
  /// Revokes claims and recomputes the tiles of those that were not revoked before. Returns all
  /// tiles of the claims, so that asking again tells the same.
  std::vector<actors::tile_record> revoke(const std::vector<memory_database::claim_row*>& rows,
                                          game::instant now);

  [[nodiscard]] const game::mining_rules& rules() const { return rules_; }

  /// What the feed tells of this change.
  actors::committed finish();

  memory_database& db;

private:
  const game::mining_rules& rules_;
  std::map<game::user_id, game::account> accounts_before_;
  std::set<game::event_id> events_;
  std::vector<actors::notification> notices_;
};

} // namespace fief::test
