#include "bench/load/worker.hpp"

#include "bench/load/accounts.hpp"
#include "bench/load/buyer.hpp"
#include "bench/load/checks.hpp"
#include "bench/load/event_end.hpp"
#include "bench/load/runner.hpp"
#include "bench/load/watcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace fief::load {

namespace {

constexpr std::size_t maps_kept_max = 12; // Of one process.
constexpr std::chrono::seconds second{1};

/// One process of the load.
class worker {
public:
  worker(const target& to, const scenario& plan, prepared from, const share& mine,
         const worker_options& options, int pipe)
    : in_(to, plan), mine_(mine), options_(options), pipe_(pipe), signals_(in_.io, SIGINT) {
    in_.check = options.check;
    in_.people = std::move(from.people);
    in_.events = std::move(from.events);
    in_.clock = from.clock;
    in_.begin = steady::now();
    in_.end = in_.begin + length(from.seconds);
    if (from.finish_at_ms) // Our steady clock began to count while others were signed in.
      in_.end = in_.begin
                + length(static_cast<double>(*from.finish_at_ms - in_.clock.now_ms(in_.begin))
                         / 1'000 / in_.clock.speed());
    in_.give_up = in_.end + length(options.patience_s);
    in_.play = play_clock{in_.clock, plan.speed, in_.begin, in_.end};
    if (from.finish_at_ms) // The cut is waited for as well.
      for (const auto& event : in_.events)
        in_.give_up =
          std::max(in_.give_up, in_.play.when(event.cut_at_ms) + length(options.patience_s));
  }

  void run() {
    signals_.async_wait([this](boost::system::error_code ec, int) {
      if (!ec)
        interrupted();
    });
    spawn_everybody();
    asio::co_spawn(in_.io, report(), asio::detached);
    asio::co_spawn(in_.io, until_the_end(), asio::detached);
    in_.io.run();
    send(true);
  }

private:
  static steady::duration length(double seconds) {
    return std::chrono::duration_cast<steady::duration>(
      std::chrono::duration<double>{std::max(0.0, seconds)});
  }

  [[nodiscard]] bool is_mine(std::uint32_t number) const {
    return number % mine_.of == mine_.index;
  }

  /// A bug of ours ends the process, not one runner in silence.
  template <class Role>
  void spawn(Role& role) {
    ++playing_;
    asio::co_spawn(in_.io, role.play(), [this](std::exception_ptr error) {
      if (error)
        std::rethrow_exception(error);
      if (--playing_ == 0)
        everybody_home_.ring();
    });
  }

  void spawn_everybody() {
    const auto& plan = in_.plan;
    auto number = 0U;
    for (auto i = 0U; i < plan.runners.count; ++i, ++number)
      if (is_mine(number))
        spawn(*runners_.emplace_back(std::make_unique<runner>(in_, in_.people[number], i)));
    for (auto i = 0U; i < plan.watchers.count; ++i, ++number)
      if (is_mine(number)) {
        auto keeps = in_.check && watchers_.size() < maps_kept_max;
        watchers_.push_back(std::make_unique<watcher>(in_, in_.people[number], i, keeps));
        spawn(*watchers_.back());
      }
    for (auto i = 0U; i < plan.buyers.count; ++i, ++number)
      if (is_mine(number))
        spawn(*buyers_.emplace_back(std::make_unique<buyer>(in_, in_.people[number], i)));
    if (plan.runners.finish_at_s && mine_.index == 0)
      spawn(event_end_);
  }

  asio::awaitable<void> until_the_end() {
    auto last = in_.give_up + second;
    while (playing_ > 0 && steady::now() < last)
      co_await everybody_home_.until(last);
    if (in_.check)
      co_await check_everything(in_, watchers_);
    in_.io.stop();
  }

  asio::awaitable<void> report() {
    for (auto due = in_.begin + second;; due += second) {
      co_await beat_.until(due);
      send(false);
    }
  }

  void send(bool is_last) {
    snapshot x;
    x.second = second_++;
    x.is_last = is_last;
    x.now = in_.now;
    x.since_last = std::move(in_.counts);
    in_.counts = {};
    if (!send_snapshot(pipe_, x))
      in_.io.stop();
  }

  void interrupted() {
    in_.counts.error("load", "interrupted");
    in_.check = false;
    in_.io.stop();
  }

  world in_;
  share mine_;
  worker_options options_;
  int pipe_;
  asio::signal_set signals_;
  alarm everybody_home_{in_.io};
  alarm beat_{in_.io};
  std::uint32_t second_ = 0;
  std::size_t playing_ = 0;
  std::vector<std::unique_ptr<runner>> runners_;
  std::vector<std::unique_ptr<watcher>> watchers_;
  std::vector<std::unique_ptr<buyer>> buyers_;
  event_end event_end_{in_};
};

} // namespace

bool send_snapshot(int pipe, const snapshot& x) {
  auto text = to_wire(x);
  auto size = static_cast<std::uint32_t>(text.size());
  std::string frame(sizeof size, '\0');
  std::memcpy(frame.data(), &size, sizeof size);
  frame += text;
  for (std::size_t done = 0; done < frame.size();) {
    auto wrote = ::write(pipe, frame.data() + done, frame.size() - done);
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote <= 0)
      return false;
    done += static_cast<std::size_t>(wrote);
  }
  return true;
}

void work(const target& to, const scenario& plan, prepared from, const share& mine,
          const worker_options& options, int pipe) {
  worker{to, plan, std::move(from), mine, options, pipe}.run();
}

} // namespace fief::load
