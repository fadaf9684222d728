#pragma once

#include "base/rng.hpp"
#include "net/timer_wheel.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
} // namespace boost::asio

namespace fief::net {

class entity_routes;
class gateway;
class io_thread;
struct server_shared;

/// What sockets are told when the server drains.
struct drain_notice {
  std::shared_ptr<const std::string> bye;
};

/// One connection as its I/O thread knows it: enlisted from birth to death.
class connection {
public:
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  /// Ends soon: an idle one now, others after their answer.
  virtual void drain(const drain_notice& notice) = 0;
  /// Ends now.
  virtual void abort() = 0;

protected:
  explicit connection(io_thread& thread);
  ~connection();

private:
  io_thread& enlisted_at_;
  std::list<connection*>::iterator place_;
};

/// What code that serves connections may use of its thread. Everything but `post` belongs to the
/// thread itself.
class io_thread {
public:
  io_thread(server_shared& shared, unsigned index);
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;
  ~io_thread();

  [[nodiscard]] unsigned index() const { return index_; }
  timer_wheel& wheel();
  /// @pre The server was given an actor system.
  gateway& actors();
  /// @pre As above.
  entity_routes& entities();
  /// Runs `f` on this thread, soon. Any thread may call it while the server lives.
  void post(std::function<void()> f);
  /// The same after a delay that the wheel is too coarse for. On this thread only; a timer each.
  void post_after(std::chrono::milliseconds delay, std::function<void()> f);

  /// For ids that need not be secret.
  base::rng& random() { return random_; }
  /// The present as HTTP writes it (RFC 9110 section 5.6.7), renewed with the wheel's tick.
  [[nodiscard]] std::string_view http_date() const { return date_; }

  // For the server and its connections.
  boost::asio::io_context& context();
  server_shared& shared() { return shared_; }
  /// Binds and listens; gives the port. Errors: `boost::system::system_error`.
  std::uint16_t listen(const std::string& host, std::uint16_t port);
  void run();
  void stop_accepting();
  void drain_all(const drain_notice& notice);
  void abort_all();
  void stop();

private:
  friend class connection;
  struct impl;
  void accept();
  void on_accepted();
  void schedule_tick();
  void renew_date();

  server_shared& shared_;
  unsigned index_;
  base::rng random_;
  std::string date_;
  std::list<connection*> connections_;
  std::unique_ptr<impl> impl_;
};

} // namespace fief::net
