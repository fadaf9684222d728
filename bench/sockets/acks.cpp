// How long a phone waits until its fixes are on disk, while others send theirs. An open loop: the
// batches come when they come, whether the server is ready or not, and each is timed from when it
// was due, so that a server that stalls does not hide what came meanwhile.

#include "bench/sockets/crowd.hpp"

#include "base/rng.hpp"
#include "bench/loops/fix_stream.hpp"

#include <boost/asio/steady_timer.hpp>
#include <cmath>
#include <deque>
#include <optional>
#include <sstream>

namespace fief::bench {

namespace {

using clock = latencies::clock;

struct phone {
  struct batch {
    std::int64_t last_seq;
    clock::time_point due;
  };
  fix_stream fixes;
  std::deque<batch> waiting;
};

class open_loop {
public:
  open_loop(asio::io_context& io, const crowd_options& options)
    : io_(io), options_(options), crowd_(io, options), timer_(io), random_(options.load.seed) {
    const auto& load = options.load;
    if (load.credentials.size() < load.connections)
      fail("every connection needs a run of its own");
    for (std::size_t i = 0; i < load.connections; ++i) {
      const auto who = credential_of(load, i);
      phones_.push_back({fix_stream{who.run, options.first_t_ms, load.seed + i}, {}});
      crowd_.add({hello_line(who.token, who.run, false)}).on_text =
        [this, i](std::string_view text) { heard(phones_[i], text); };
    }
  }

  void start() {
    crowd_.gather([this] {
      measure_from_ = clock::now() + of_seconds(options_.load.warmup_s);
      end_ = measure_from_ + of_seconds(options_.load.seconds);
      due_ = clock::now();
      send_due();
    });
  }

  [[nodiscard]] std::string to_json() {
    std::ostringstream out;
    out << "{\"rate\": " << options_.rate << ", \"phones\": " << phones_.size()
        << ", \"sent_late_us\": " << lateness_.to_json() << ", \"latency\": " << latency_.to_json()
        << ", \"cpu_us\": " << cpu_us_ << '}';
    return out.str();
  }

private:
  static clock::duration of_seconds(double x) {
    return std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>{x});
  }

  /// Sends whatever is due. Phones know nothing of each other, so the gaps are exponential.
  void send_due() {
    const auto now = clock::now();
    if (!cpu_ && now >= measure_from_)
      cpu_.emplace(options_.load.processes);
    for (; due_ <= now && due_ < end_; due_ += next_gap())
      send(due_);
    if (due_ >= end_)
      return stop_sending();
    timer_.expires_at(due_);
    timer_.async_wait([this](error_code) { send_due(); });
  }

  clock::duration next_gap() { return of_seconds(-std::log(1 - random_.unit()) / options_.rate); }

  void send(clock::time_point due) {
    auto& x = phones_[next_];
    auto& by = crowd_.at(next_);
    next_ = (next_ + 1) % phones_.size();
    auto text = x.fixes.next();
    x.waiting.push_back({x.fixes.last_seq(), due});
    ++under_way_;
    by.send(std::move(text));
    if (due >= measure_from_)
      lateness_.add(due);
  }

  void heard(phone& x, std::string_view text) {
    if (text.starts_with(R"({"type":"error")"))
      fail(std::string{text});
    if (!text.starts_with(R"({"type":"ack")"))
      return; // Tiles passed.
    const auto ack = number_of(text, "ack");
    while (!x.waiting.empty() && x.waiting.front().last_seq <= ack) {
      const auto due = x.waiting.front().due;
      if (due >= measure_from_ && due < end_)
        latency_.add(due);
      x.waiting.pop_front();
      --under_way_;
    }
    if (sent_all_ && under_way_ == 0)
      io_.stop();
  }

  void stop_sending() {
    sent_all_ = true;
    cpu_us_ = cpu_->to_json(options_.rate * options_.load.seconds);
    if (under_way_ == 0)
      io_.stop();
    after(io_, 30, [] { fail("some batches were never acknowledged"); });
  }

  asio::io_context& io_;
  const crowd_options& options_;
  crowd crowd_;
  asio::steady_timer timer_;
  base::rng random_;
  std::vector<phone> phones_;
  std::size_t next_ = 0;
  std::size_t under_way_ = 0;
  clock::time_point due_{};
  clock::time_point measure_from_{};
  clock::time_point end_{};
  std::optional<cpu_account> cpu_;
  std::string cpu_us_;
  latencies latency_;
  latencies lateness_;
  bool sent_all_ = false;
};

} // namespace

std::string time_acks(const crowd_options& options) {
  asio::io_context io{1};
  open_loop all{io, options};
  all.start();
  io.run();
  return all.to_json();
}

} // namespace fief::bench
