#pragma once

#include "actors/messages/gateway.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace fief::net {

/// What one I/O thread knows of one area. Fed by AREA's snapshot and deltas, read by every view
/// whose box touches the area, so that a watcher costs AREA nothing.
///
/// Two clocks count in it. `version` and `public_tile::changed` are AREA's, and mean the same to
/// every node. `revision` is the mirror's own, one more for each message applied: what a view has
/// shown is told by it, whatever became of AREA in between.
class map_mirror {
public:
  struct entry {
    actors::public_tile tile;   ///< A free one stays, so that it can be told.
    std::uint64_t revision = 0; ///< Of the message that last changed it here.
  };

  [[nodiscard]] bool loaded() const { return revision_ > 0; }

  /// Takes a snapshot, the first or one more: then what it does not name is free, and only what
  /// differs counts as changed. `asked_at` is when the question left, `now` when this came.
  void load(const actors::area_snapshot& x, game::instant asked_at, game::instant now);

  /// Takes the next delta. False, and nothing taken, if it is not the next one: a snapshot is
  /// needed then. One before the first snapshot is in it already and goes unheeded.
  [[nodiscard]] bool apply(const actors::area_delta& x, game::instant now);

  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  /// Who knows everything up to a version from here on needs only what changed after it.
  [[nodiscard]] std::uint64_t complete_since() const { return complete_since_; }
  /// Every change of this version or an earlier one is here, and none still to come has one, not
  /// even from an AREA activated anew. Versions are milliseconds of the game's clock but may run
  /// ahead of it in a burst; this never does.
  [[nodiscard]] std::uint64_t known_through() const { return known_through_; }

  /// Ascending by tile; at most the 1,024 of an area.
  [[nodiscard]] const std::vector<entry>& entries() const { return entries_; }
  /// Empty for somebody who holds nothing here.
  [[nodiscard]] std::string_view name_of(game::user_id user) const;

private:
  void put(const actors::public_tile& x);
  void learn_names(const std::vector<game::user_id>& owners,
                   const std::vector<std::string>& usernames);
  void know_through(std::uint64_t version, game::instant now);

  std::vector<entry> entries_;
  std::unordered_map<game::user_id, std::string> names_;
  std::uint64_t version_ = 0;
  std::uint64_t complete_since_ = 0;
  std::uint64_t known_through_ = 0;
  std::uint64_t revision_ = 0;
};

} // namespace fief::net
