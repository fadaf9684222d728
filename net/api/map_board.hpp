#pragma once

#include "net/api/map_feed.hpp"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace fief::net {

/// How the board reaches the AREAs. A port, so that it is tested without actors.
class map_port {
public:
  virtual ~map_port() = default;
  /// Asks for the area's deltas; the handler gets its snapshot, or null if there was no answer. It
  /// is not called before this returns. What arrives afterwards comes by `map_board::on_delta`.
  virtual void watch(game::area_id area,
                     std::function<void(const actors::area_snapshot*)> handler) = 0;
  virtual void unwatch(game::area_id area) = 0;
  [[nodiscard]] virtual game::instant now() const = 0;
};

struct map_board_config {
  std::size_t areas_max = 400;              ///< Per subscription.
  std::size_t mirrors_max = 50'000;         ///< Of one board; beyond it `overloaded`.
  std::chrono::milliseconds linger{30'000}; ///< An area nobody looks at any more stays this long.
  std::chrono::milliseconds renew{60'000};  ///< A snapshot again: an AREA that ended is silent.
  std::chrono::milliseconds retry{2'000};   ///< When there was no answer.
};

/// The map of one I/O thread: a mirror of each watched area, asked for once whoever needs it, and
/// a feed for each box.
/// Owner: one I/O thread. Lifecycle: outlives its subscriptions.
class map_board {
public:
  enum class refusal : std::uint8_t { none, bad_box, too_many_areas, overloaded };

  struct wish {
    game::bbox box;
    std::string id;
    std::optional<std::uint64_t> since;
    std::uint64_t key = 0;   ///< On the socket.
    bool is_nobodys = false; ///< Then half of the mirrors are not for it.
  };

  map_board(map_port& port, timer_wheel& wheel, const game::tiling& tiling, live_metrics& metrics,
            const map_board_config& config = {});
  map_board(const map_board&) = delete;
  map_board& operator=(const map_board&) = delete;
  ~map_board();

  /// Nothing, and why, when the box is refused. Its first message follows once all areas are there.
  std::unique_ptr<map_subscription> subscribe(socket& to, const wish& what, refusal& why);

  /// @pre From an AREA, in the order that it sent them.
  void on_delta(const actors::area_delta& x);

  [[nodiscard]] std::size_t mirrors() const { return areas_.size(); }
  [[nodiscard]] std::size_t feeds() const { return feeds_.size(); }

private:
  using box_key = std::array<double, 4>;

  struct watched {
    explicit watched(std::function<void()> due) : timer(std::move(due)) {}
    map_mirror mirror;
    std::vector<map_feed*> feeds;
    timer_wheel::timer timer; ///< To linger, to renew or to try again.
    bool asking = false;
  };

  map_feed& feed_of(const game::bbox& box, const std::vector<game::area_id>& areas);
  void drop_feed(const box_key& key);
  watched& enter(game::area_id area);
  void ask(game::area_id area, watched& x);
  void on_snapshot(game::area_id area, game::instant asked_at, const actors::area_snapshot* x);
  void on_due(game::area_id area);
  void tell_feeds(watched& x);

  map_port& port_;
  timer_wheel& wheel_;
  game::tiling tiling_;
  live_metrics& metrics_;
  map_board_config config_;
  std::unordered_map<game::area_id, std::unique_ptr<watched>> areas_;
  std::map<box_key, std::unique_ptr<map_feed>> feeds_;
};

} // namespace fief::net
