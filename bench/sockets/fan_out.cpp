// One change of one tile, told to everybody who watches the area it lies in.

#include "bench/sockets/crowd.hpp"

#include "bench/loops/fix_stream.hpp"
#include "bench/sockets/laps.hpp"

#include <optional>
#include <sstream>

namespace fief::bench {

namespace {

constexpr double pause_s = 1; // Longer than the server's between two deltas of a box.

/// Watchers, and what makes something to watch. Each event is a finished run that takes one tile;
/// at the bare server, a word to send so many bytes to everybody.
class spectacle {
public:
  spectacle(asio::io_context& io, const crowd_options& options)
    : io_(io), options_(options), watchers_(io, options), actors_(io, options) {
    const auto& load = options.load;
    for (std::size_t i = 0; i < load.connections; ++i)
      watch(credential_of(load, i));
    // Those who act come after those who watch.
    const auto acting = options.echo ? events_max : load.credentials.size() - load.connections;
    for (std::size_t i = 0; i < acting; ++i)
      act(i);
  }

  void start() {
    actors_.gather(
      [this] { watchers_.gather([this] { after(io_, pause_s, [this] { begin(); }); }); });
  }

  [[nodiscard]] std::string to_json() {
    const auto told = static_cast<double>(heard_) / static_cast<double>(watchers_.size());
    std::ostringstream out;
    out << "{\"watchers\": " << watchers_.size() << ", \"events\": " << events_
        << ", \"messages\": " << heard_ << ", \"messages_each\": " << told
        << ", \"bytes\": " << bytes_ / heard_ << ", \"cpu_us\": " << cpu_us_
        << ", \"latency\": " << latency_.to_json() << '}';
    return out.str();
  }

private:
  static constexpr std::size_t events_max = 60;

  void watch(const credential& who) {
    auto opening = std::vector{hello_line(who.token, {}, options_.echo)};
    if (options_.echo)
      opening.push_back({"watch", "watch"});
    else
      opening.push_back(
        {R"({"type":"subscribe","id":"main","bbox":)" + lap_box() + '}', R"({"type":"snapshot")"});
    auto& x = watchers_.add(std::move(opening));
    x.on_text = [this](std::string_view text) { heard(text); };
  }

  /// Has its run uploaded before the measurement: only the finish is in it.
  void act(std::size_t i) {
    if (options_.echo) {
      if (i == 0)
        actors_.add({{"actor", "actor"}});
      return;
    }
    const auto who = credential_of(options_.load, options_.load.connections + i);
    actors_.add(
      {hello_line(who.token, who.run, false),
       {lap_fixes(who.run, i, options_.first_t_ms, options_.load.seed + i), R"({"type":"ack")"}});
  }

  void begin() {
    cpu_.emplace(options_.load.processes);
    measuring_ = true;
    const auto end = events_at_most();
    next_event(end);
  }

  [[nodiscard]] std::size_t events_at_most() const {
    const auto wanted = static_cast<std::size_t>(options_.load.seconds / pause_s);
    return options_.echo ? wanted : std::min(wanted, actors_.size());
  }

  void next_event(std::size_t end) {
    if (events_ == end)
      return finish();
    began_ = latencies::clock::now();
    if (options_.echo) {
      actors_.at(0).send("publish " + std::to_string(options_.bytes));
    } else {
      const auto who = credential_of(options_.load, options_.load.connections + events_);
      actors_.at(events_).send(lap_finish(who.run));
    }
    ++events_;
    after(io_, pause_s, [this, end] { next_event(end); });
  }

  void heard(std::string_view text) {
    if (!measuring_)
      return;
    if (!options_.echo && !text.starts_with(R"({"type":"delta")"))
      fail("not a delta: " + std::string{text});
    ++heard_;
    bytes_ += text.size();
    latency_.add(began_);
  }

  void finish() {
    measuring_ = false;
    if (heard_ == 0)
      fail("nobody was told anything");
    cpu_us_ = cpu_->to_json(static_cast<double>(heard_));
    io_.stop();
  }

  asio::io_context& io_;
  const crowd_options& options_;
  crowd watchers_;
  crowd actors_;
  std::optional<cpu_account> cpu_;
  std::string cpu_us_;
  latencies latency_;
  latencies::clock::time_point began_{};
  std::size_t events_ = 0;
  std::size_t heard_ = 0;
  std::size_t bytes_ = 0;
  bool measuring_ = false;
};

} // namespace

std::string watch_map(const crowd_options& options) {
  asio::io_context io{1};
  spectacle all{io, options};
  all.start();
  io.run();
  return all.to_json();
}

} // namespace fief::bench
