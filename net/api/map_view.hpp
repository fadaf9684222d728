#pragma once

#include "net/api/map_mirror.hpp"

#include "game/tiling.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace fief::net {

/// The map inside one box, as the mirrors of its areas have it, and what its watchers were told of
/// it. Subscriptions of equal boxes share one view, so each change is encoded once for all of them.
///
/// Its texts are the members of a message that follow `id`, which differs from subscription to
/// subscription: `map_message` makes a message of one.
class map_view {
public:
  using text = std::shared_ptr<const std::string>;

  struct area {
    game::area_id id;
    const map_mirror* mirror = nullptr; ///< Outlives the view.
  };

  /// @pre `areas` are those that touch the box.
  map_view(const game::bbox& box, const std::vector<area>& areas);

  /// Whether every area is there.
  [[nodiscard]] bool ready() const;

  // All below: @pre `ready()`.

  /// Everything held now. Whoever gets it is told again what changed since the last `take_delta`,
  /// which does no harm. Cost: linear in the tiles of the areas.
  [[nodiscard]] std::string snapshot() const;

  /// What changed after a version of this view, or nothing when it is not known any more.
  [[nodiscard]] std::optional<std::string> changes_after(std::uint64_t since,
                                                         game::instant now) const;

  /// What changed since the last call, which then counts as told; nothing if that is nothing.
  std::optional<std::string> take_delta();

  /// Everything there is counts as told.
  void mark_told();

  /// What everybody who was told everything so far may give as `since`: every change up to it was
  /// in what he was told. The smallest of the areas' `known_through`, and not the greatest of their
  /// versions: another area's change may be older than that and still be under way.
  [[nodiscard]] std::uint64_t version() const;

  [[nodiscard]] const game::bbox& box() const { return box_; }

private:
  struct slot {
    const map_mirror* mirror;
    bool whole;             // wholly inside the box: no tile needs to be looked at
    std::uint64_t told = 0; // revision
  };
  class encoder;

  [[nodiscard]] bool shows(const slot& in, game::tile_id tile) const {
    return in.whole || game::intersects(box_, tile);
  }

  game::bbox box_;
  std::vector<slot> slots_;
};

/// `type` is `snapshot` or `delta`.
std::shared_ptr<const std::string> map_message(std::string_view type, std::string_view id,
                                               std::string_view members);

/// Whether an area lies in the box with all its tiles. May say no when it does, by some metres.
bool surely_inside(const game::bbox& box, game::area_id area);

} // namespace fief::net
