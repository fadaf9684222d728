#include "bench/sockets/crowd.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <sstream>

namespace fief::bench {

client& crowd::add(std::vector<client::line> opening) {
  const auto source = 2 + static_cast<unsigned>(clients_.size() / per_source);
  clients_.push_back(std::make_unique<client>(io_, options_.load.port, source, std::move(opening)));
  return *clients_.back();
}

void crowd::gather(std::function<void()> then) {
  then_ = std::move(then);
  for (auto& x : clients_)
    x->on_ready = [this] {
      if (++ready_ == clients_.size())
        return then_();
      connect_next();
    };
  for (std::size_t i = 0; i < connecting_max; ++i)
    connect_next();
}

void crowd::connect_next() {
  if (started_ < clients_.size())
    clients_[started_++]->start();
}

credential credential_of(const load_options& options, std::size_t i) {
  const auto& line = options.credentials[i % options.credentials.size()];
  const auto space = line.find(' ');
  if (space == std::string::npos)
    return {line, {}};
  return {line.substr(0, space), line.substr(space + 1)};
}

void after(asio::io_context& io, double seconds, std::function<void()> then) {
  auto timer = std::make_shared<asio::steady_timer>(io);
  timer->expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
    std::chrono::duration<double>{seconds}));
  timer->async_wait([timer, then = std::move(then)](error_code) { then(); });
}

void latencies::add(clock::time_point due, clock::time_point done) {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(done - due).count();
  us_.push_back(static_cast<std::uint32_t>(std::max<std::int64_t>(took, 0)));
}

std::string latencies::to_json() {
  if (us_.empty())
    fail("nothing was timed");
  std::ranges::sort(us_);
  auto at = [this](double part) {
    return us_[std::min(us_.size() - 1,
                        static_cast<std::size_t>(part * static_cast<double>(us_.size())))];
  };
  std::ostringstream out;
  out << "{\"count\": " << us_.size() << ", \"p50_us\": " << at(0.5) << ", \"p90_us\": " << at(0.9)
      << ", \"p99_us\": " << at(0.99) << ", \"p999_us\": " << at(0.999)
      << ", \"max_us\": " << us_.back() << '}';
  return out.str();
}

cpu_account::cpu_account(const std::vector<watched_process>& who) : who_(who) {
  for (const auto& x : who_)
    at_first_.push_back(cpu_ns(x));
}

std::string cpu_account::to_json(double operations) const {
  std::ostringstream out;
  out << '{';
  for (std::size_t i = 0; i < who_.size(); ++i)
    out << (i == 0 ? "" : ", ") << '"' << who_[i].name
        << "\": " << static_cast<double>(cpu_ns(who_[i]) - at_first_[i]) / 1e3 / operations;
  out << '}';
  return out.str();
}

std::uint64_t resident_bytes(pid_t pid) {
  std::ifstream in{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmRSS:"))
      return std::stoull(line.substr(6)) * 1024;
  fail("no memory of process " + std::to_string(pid));
}

} // namespace fief::bench
