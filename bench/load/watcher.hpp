#pragma once

#include "bench/load/world.hpp"

#include <array>
#include <memory>
#include <string>
#include <unordered_map>

namespace fief::load {

/// One who looks at the map: subscribes a box, builds the map from snapshot and deltas, moves on
/// now and then, and measures how long after a run's finish its tiles change colour.
class watcher {
public:
  /// Tile to owner; what is free is not in it.
  using picture = std::unordered_map<std::string, std::string>;

  /// `keeps_map`: for the comparison at the end; the memory of all maps would be too much.
  watcher(world& in, person& who, std::uint32_t index, bool keeps_map);

  /// Until `in.end`; it stays connected then.
  asio::awaitable<void> play();

  [[nodiscard]] bool keeps_map() const { return keeps_map_; }
  [[nodiscard]] bool is_shown() const { return version_ >= 0; }
  [[nodiscard]] const std::array<double, 4>& box() const { return box_; }
  [[nodiscard]] const picture& map() const { return map_; }
  [[nodiscard]] const person& who() const { return who_; }

private:
  void attach(steady_time due);
  void subscribe(steady_time due);
  void hear(std::string_view text);
  void hear_map(json_value x, bool is_snapshot);
  void apply(json_value change, bool is_snapshot);
  void ended(const std::string& why);
  void choose_box();

  world& in_;
  person& who_;
  std::uint32_t index_;
  bool keeps_map_;
  base::rng random_;
  alarm alarm_;
  std::array<double, 4> box_{};
  std::unique_ptr<live_link> link_;
  std::unique_ptr<live_link> old_link_;
  steady_time connect_due_{};
  steady_time not_before_{};
  steady_time subscribe_due_{};
  steady_time ping_due_{};
  std::uint64_t pings_ = 0;
  bool is_snapshot_due_ = false;
  bool is_welcome_ = false;
  std::int64_t version_ = -1;
  picture map_;
  std::unordered_map<std::string, steady_time> seen_; ///< Per owner, the finish that was measured.
};

} // namespace fief::load
