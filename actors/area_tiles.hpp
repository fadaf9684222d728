#pragma once

#include "actors/messages/area.hpp"
#include "actors/messages/store_read.hpp"

#include <map>
#include <vector>

namespace fief::actors {

/// The tiles of one area at rest: records in a flat array, sorted by tile, and the owners' names
/// once each.
///
/// Cost: 56 bytes a tile that was ever claimed; nothing for the others.
class area_tiles {
public:
  struct record {
    game::tile_id tile;
    std::uint32_t owner = 0; ///< Index in the table of owners; 0: nobody.
    std::uint32_t generation = 0;
    game::run_id run;
    instant crossed_at{};
    instant holds_until{};
    std::uint64_t changed_enclosed = 0; ///< Version of the last change << 1 | enclosed.
  };

  /// `version`: what the records count as changed at.
  void load(const area_loaded& loaded, std::uint64_t version);

  /// Takes `row` as the tile's state if it is news: a later generation, or a better claim of the
  /// same one. Returns whether anything changed.
  bool put(const tile_record& row, const std::string& username, std::uint64_t version);

  /// Marks tiles that ran out in (`from`, `to`] as changed at `version`. Returns how many.
  std::size_t expire(instant from, instant to, std::uint64_t version);

  [[nodiscard]] const record* find(game::tile_id tile) const;
  /// What a TILE starts from; a row without a claim for a tile that never had one.
  [[nodiscard]] tile_record row_of(game::tile_id tile) const;

  /// Tiles as the public sees them at `now`, with the names of their owners: those held, and of the
  /// others those changed after `since`.
  struct view {
    std::vector<public_tile> tiles;
    std::vector<game::user_id> owners;
    std::vector<std::string> usernames;
  };
  [[nodiscard]] view held_at(instant now, std::uint64_t free_since) const;
  [[nodiscard]] view changed_after(std::uint64_t version, instant now) const;

  [[nodiscard]] area_count count(game::area_id area, instant now) const;
  [[nodiscard]] game::user_id owner_of(const record& r) const { return owners_[r.owner].id; }
  [[nodiscard]] const std::string& name_of(const record& r) const { return owners_[r.owner].name; }
  [[nodiscard]] std::size_t size() const { return records_.size(); }

private:
  struct owner {
    game::user_id id;
    std::string name;
  };

  std::uint32_t owner_index(game::user_id user, const std::string& username);
  void add_to(view& out, std::vector<bool>& named, const record& r, instant now) const;

  std::vector<record> records_;
  std::vector<owner> owners_{owner{}}; ///< Index 0 is nobody.
  std::map<game::user_id, std::uint32_t> owner_of_;
};

} // namespace fief::actors
