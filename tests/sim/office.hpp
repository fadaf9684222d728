#pragma once

#include "tests/sim/promises.hpp"

namespace fief::test {

/// The operator, who also organises: events made, edited and called off, coins granted, runs
/// reviewed, people watching the map.
class office {
public:
  office(city& of, promises& told);

  void act();
  /// Watches every area that has a tile, to compare what was told with what is.
  void watch();
  /// Asks for every area watched; `check_maps` compares what came.
  void ask_maps();
  /// @pre The map was quiet since `ask_maps`.
  void check_maps();

  [[nodiscard]] std::uint64_t reviews() const { return reviews_; }

private:
  /// An area as a watcher knows it.
  struct mirror {
    std::uint64_t version = 0;
    std::uint64_t opened = 0; ///< Names the AREA's life.
    bool torn = false;        ///< A delta did not follow on: the watcher has to ask again.
    std::map<game::tile_id, actors::public_tile> tiles;
  };

  /// For the next errand: the same when that is asked again.
  actors::action_note note();
  void host();
  void edit();
  void call_off();
  void grant();
  void review();
  void take_back();
  void put(mirror& into, const actors::public_tile& x) const;
  void read_deltas();
  template <class Message, class Then>
  void errand(const actors::entity_key& to, Message x, Then then) {
    w_.errand([this] { return desk_; }, to, std::move(x), std::move(then));
  }

  city& w_;
  promises& told_;
  caf::actor desk_;
  std::map<game::area_id, mirror> mirrors_;
  std::vector<actors::area_snapshot> shown_;
  std::size_t deltas_read_ = 0;
  std::uint64_t next_ = 1;
  std::uint64_t reviews_ = 0;
  std::uint64_t actions_ = 0;
};

} // namespace fief::test
