#pragma once

#include "net/api/live_metrics.hpp"
#include "net/api/map_view.hpp"
#include "net/socket.hpp"
#include "net/timer_wheel.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fief::net {

class map_feed;

/// One session's wish to see a box. Whoever holds it holds the subscription.
class map_subscription {
public:
  /// `key` is the subscription's own on the socket, which outlives it.
  map_subscription(map_feed& feed, socket& to, std::uint64_t key, std::string id,
                   std::optional<std::uint64_t> since);
  map_subscription(const map_subscription&) = delete;
  map_subscription& operator=(const map_subscription&) = delete;
  ~map_subscription();

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] std::uint64_t key() const { return key_; }

  /// For `socket_handler::on_caught_up`.
  void caught_up();

private:
  friend class map_feed;
  enum class phase : std::uint8_t {
    waiting, ///< for the areas
    live,
    behind, ///< the socket takes nothing; a snapshot comes when it does
    unpaid, ///< no memory for its snapshot; it comes when there is
  };

  void begin();
  void send_whole();
  void send_delta(const socket::payload& message);

  map_feed& feed_;
  socket& to_;
  std::uint64_t key_;
  std::string id_;
  std::optional<std::uint64_t> since_;
  phase at_ = phase::waiting;
};

/// A view with its watchers, and the pace of both: at most one delta in `period`, and at most one
/// snapshot encoded between two of them however many join. Texts that several subscriptions may
/// get are shared: by all with the same id the whole message.
/// Owner: the board of an I/O thread.
class map_feed {
public:
  static constexpr std::chrono::milliseconds period{500};

  /// `deserted` is called when the last watcher has left; it may destroy the feed.
  map_feed(const game::bbox& box, const std::vector<map_view::area>& areas, timer_wheel& wheel,
           std::function<game::instant()> now, live_metrics& metrics,
           std::function<void()> deserted);
  map_feed(const map_feed&) = delete;
  map_feed& operator=(const map_feed&) = delete;
  ~map_feed();

  /// An area's mirror has something new.
  void changed();

  [[nodiscard]] const game::bbox& box() const { return view_.box(); }

private:
  friend class map_subscription;
  struct group {
    std::vector<map_subscription*> members;
    socket::payload whole; ///< The snapshot for this id, while it is fresh.
  };

  void enter(map_subscription& x);
  void leave(map_subscription& x);
  void rest();
  void flush();
  void on_rested();
  void forget_whole();
  /// Null when there is no memory for it.
  socket::payload whole_for(const std::string& id);
  socket::payload first_for(const map_subscription& x);
  void send_unpaid();

  map_view view_;
  timer_wheel& wheel_;
  std::function<game::instant()> now_;
  live_metrics& metrics_;
  std::function<void()> deserted_;
  timer_wheel::timer rest_;
  std::map<std::string, group> groups_; ///< By the subscriptions' id.
  std::optional<std::string> whole_;    ///< The snapshot, while it is fresh.
  bool started_ = false;
  bool dirty_ = false;
  bool unpaid_ = false; ///< Somebody is.
};

} // namespace fief::net
