// Two minutes before 22:00: everybody has run, and in the last 30 s all of them finish.

#include "bench/sockets/crowd.hpp"

#include "base/rng.hpp"
#include "bench/loops/fix_stream.hpp"

#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <sstream>

namespace fief::bench {

namespace {

using clock = latencies::clock;
using std::chrono::milliseconds;

constexpr std::int64_t rush_ms = 30'000;

/// The next `count` fixes as one message, and not ten by ten.
std::string long_batch(fix_stream& from, const std::string& run, std::size_t count) {
  auto out = R"({"type":"fixes","run":")" + run + R"(","first_seq":)"
             + std::to_string(from.last_seq() + 1) + R"(,"fixes":[)";
  constexpr std::string_view head = R"("fixes":[)";
  for (std::size_t i = 0; i < count; i += fix_stream::batch) {
    const auto text = from.next();
    const auto begin = text.find(head) + head.size();
    out += (i == 0 ? "" : ",") + text.substr(begin, text.size() - begin - 2);
  }
  return out + "]}";
}

fix_stream stream_of(const crowd_options& options, std::size_t i) {
  return {credential_of(options.load, i).run, options.first_t_ms, options.load.seed + i};
}

/// One who finishes, and what he has heard of it.
struct runner {
  client* by = nullptr;
  std::string run;
  fix_stream fixes;
  clock::time_point due{};
  std::int64_t last_seq = 0;
  bool acked = false;
  bool saved = false;
  bool judged = false;
};

class finishing {
public:
  finishing(asio::io_context& io, const crowd_options& options)
    : io_(io), options_(options), crowd_(io, options), random_(options.load.seed) {
    for (std::size_t i = 0; i < options.load.connections; ++i) {
      const auto who = credential_of(options.load, i);
      auto& by = crowd_.add({hello_line(who.token, who.run, false)});
      runners_.push_back({&by, who.run, stream_of(options, i)});
      by.on_text = [this, i](std::string_view text) { heard(runners_[i], text); };
      long_batch(runners_[i].fixes, who.run, options.fixes); // Uploaded before.
    }
  }

  void start() {
    ask_the_time();
    crowd_.gather([this] { go(); });
  }

  [[nodiscard]] std::string to_json() {
    std::ostringstream out;
    out << "{\"runners\": " << runners_.size() << ", \"accepted\": " << accepted_
        << ", \"sent_late_us\": " << lateness_.to_json() << ", \"ack\": " << ack_.to_json()
        << ", \"saved\": " << saved_.to_json() << ", \"judged\": " << judged_.to_json()
        << ", \"cpu_us\": " << cpu_us_ << '}';
    return out.str();
  }

private:
  /// The server's clock is not ours: the first `welcome` tells what it says.
  void ask_the_time() {
    const auto who = credential_of(options_.load, 0);
    asker_.emplace(
      io_, options_.load.port, 1,
      std::vector{client::line{hello_line(who.token, {}, false).text, R"({"type":"welcome")"}});
    asker_->on_ready = [this] {
      asker_->send(hello_line(credential_of(options_.load, 0).token, {}, false).text);
    };
    asker_->on_text = [this](std::string_view text) {
      if (text.starts_with(R"({"type":"welcome")"))
        cut_ = clock::now() + milliseconds{options_.until_ms - number_of(text, "server_time")};
    };
    asker_->start();
  }

  void go() {
    const auto from = cut_ - milliseconds{rush_ms};
    if (cut_ == clock::time_point{} || clock::now() > from)
      fail("too late: the last half minute has begun");
    cpu_.emplace(options_.load.processes);
    for (auto& x : runners_) {
      x.due = from + milliseconds{random_.below(rush_ms - 500)};
      auto timer = std::make_shared<asio::steady_timer>(io_, x.due);
      timer->async_wait([this, timer, &x](error_code) { finish(x); });
    }
  }

  void finish(runner& x) {
    lateness_.add(x.due);
    auto text = x.fixes.next();
    x.last_seq = x.fixes.last_seq();
    x.by->send(std::move(text));
    x.by->send(R"({"type":"finish","run":")" + x.run + R"(","total_seq":)"
               + std::to_string(x.last_seq) + '}');
  }

  void heard(runner& x, std::string_view text) {
    if (text.starts_with(R"({"type":"error")"))
      fail(std::string{text});
    if (text.starts_with(R"({"type":"ack")"))
      return note(x.acked, number_of(text, "ack") >= x.last_seq, x, ack_);
    if (!text.starts_with(R"({"type":"run")"))
      return;
    note(x.saved, true, x, saved_);
    const bool judged = text.find(R"("state":"processing")") == text.npos;
    if (judged && !x.judged && text.find(R"("state":"accepted")") != text.npos)
      ++accepted_;
    note(x.judged, judged, x, judged_);
    if (judged_.count() == runners_.size())
      end();
  }

  static void note(bool& once, bool now, const runner& x, latencies& into) {
    if (once || !now)
      return;
    once = true;
    into.add(x.due);
  }

  void end() {
    if (cpu_us_.empty())
      cpu_us_ = cpu_->to_json(static_cast<double>(runners_.size()));
    io_.stop();
  }

  asio::io_context& io_;
  const crowd_options& options_;
  crowd crowd_;
  base::rng random_;
  std::optional<client> asker_;
  std::vector<runner> runners_;
  clock::time_point cut_{};
  std::optional<cpu_account> cpu_;
  std::string cpu_us_;
  std::size_t accepted_ = 0;
  latencies lateness_;
  latencies ack_;
  latencies saved_;
  latencies judged_;
};

} // namespace

std::string upload_runs(const crowd_options& options) {
  asio::io_context io{1};
  crowd all{io, options};
  const auto began = clock::now();
  for (std::size_t i = 0; i < options.load.connections; ++i) {
    const auto who = credential_of(options.load, i);
    auto fixes = stream_of(options, i);
    all.add({hello_line(who.token, who.run, false),
             {long_batch(fixes, who.run, options.fixes), R"({"type":"ack")"}});
  }
  all.gather([&] { io.stop(); });
  io.run();
  const auto took = std::chrono::duration<double>{clock::now() - began}.count();
  return "{\"runs\": " + std::to_string(all.size()) + ", \"seconds\": " + std::to_string(took)
         + "}";
}

std::string rush_to_finish(const crowd_options& options) {
  asio::io_context io{1};
  finishing all{io, options};
  all.start();
  io.run();
  return all.to_json();
}

} // namespace fief::bench
