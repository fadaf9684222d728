#pragma once

// What entities tell a session. A session is a row of the GATEWAY of its I/O thread: one CAF actor
// a thread, so that a change of the map costs one message a thread and not one a watcher.

#include "actors/messages/records.hpp"

#include <caf/actor.hpp>

namespace fief::actors {

/// Where a session lives. Held as a hint only: a dead one is told nothing and is forgotten when
/// its gateway says so or goes down.
struct session_ref {
  caf::actor gateway;
  std::uint64_t session = 0;
  friend bool operator==(const session_ref& a, const session_ref& b) {
    return a.session == b.session && a.gateway == b.gateway;
  }
};
FIEF_INSPECT(session_ref, x.gateway, x.session)

/// Another session of the user has taken the recording run over.
struct session_superseded {
  std::uint64_t session = 0;
  game::run_id run;
};
FIEF_INSPECT(session_superseded, x.session, x.run)

/// Tiles passed so far, for the runner's own eyes; those new since the last message.
struct tiles_passed {
  std::uint64_t session = 0;
  game::run_id run;
  std::vector<game::tile_id> tiles;
};
FIEF_INSPECT(tiles_passed, x.session, x.run, x.tiles)

/// A run changed its state.
struct run_changed {
  std::uint64_t session = 0;
  run_record run;
};
FIEF_INSPECT(run_changed, x.session, x.run)

/// An event that the user holds a ticket of has changed.
struct event_changed {
  std::uint64_t session = 0;
  event_record event;
};
FIEF_INSPECT(event_changed, x.session, x.event)

/// The mining state has changed: a claim, a tile won or lost, the store full.
struct mining_changed {
  std::uint64_t session = 0;
  game::account account;
};
FIEF_INSPECT(mining_changed, x.session, x.account)

/// A notification for the user.
struct notice_raised {
  std::uint64_t session = 0;
  notification notice;
};
FIEF_INSPECT(notice_raised, x.session, x.notice)

/// The user's right to be connected has ended: banned, deleted.
struct session_ended {
  std::uint64_t session = 0;
  std::string reason;
};
FIEF_INSPECT(session_ended, x.session, x.reason)

/// One tile as everybody may see it.
struct public_tile {
  game::tile_id tile;
  game::user_id owner; ///< Nil: free.
  instant holds_until{};
  std::uint64_t changed = 0; ///< The area's version that last changed it.
};
FIEF_INSPECT(public_tile, x.tile, x.owner, x.holds_until, x.changed)

/// The whole of an area at a version. Reply to `watch_area`, or sent again to whom a delta would
/// not reach back.
struct area_snapshot {
  game::area_id area;
  std::uint64_t version = 0;        ///< Milliseconds since 1970, raised by at least one per change.
  std::uint64_t complete_since = 0; ///< Who knows a version from here on needs only later changes.
  std::vector<public_tile> tiles;   ///< Owned ones, and those that became free since then.
  std::vector<game::user_id> owners;
  std::vector<std::string> usernames; ///< At the same index as `owners`.
};
FIEF_INSPECT(area_snapshot, x.area, x.version, x.complete_since, x.tiles, x.owners, x.usernames)

/// The newest state of every tile that changed between two versions, to each gateway once.
struct area_delta {
  game::area_id area;
  std::uint64_t from_version = 0;
  std::uint64_t version = 0;
  std::vector<public_tile> tiles;
  std::vector<game::user_id> owners;
  std::vector<std::string> usernames;
};
FIEF_INSPECT(area_delta, x.area, x.from_version, x.version, x.tiles, x.owners, x.usernames)

} // namespace fief::actors
