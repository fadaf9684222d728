#include "bench/loops/measurement.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace fief::bench {

namespace {

measurement::clock::duration of_seconds(double x) {
  return std::chrono::duration_cast<measurement::clock::duration>(std::chrono::duration<double>{x});
}

} // namespace

measurement::measurement(asio::io_context& io, const load_options& options)
  : options_(options), timer_(io) {
  latency_us_.reserve(1 << 20);
}

void measurement::start() {
  timer_.expires_after(of_seconds(options_.warmup_s));
  timer_.async_wait([this](error_code) { begin(); });
}

void measurement::begin() {
  phase_ = phase::measuring;
  for (const auto& process : options_.processes)
    cpu_ns_.push_back(cpu_ns(process));
  began_ = clock::now();
  timer_.expires_after(of_seconds(options_.seconds));
  timer_.async_wait([this](error_code) { end(); });
}

void measurement::end() {
  phase_ = phase::over;
  seconds_ = std::chrono::duration<double>(clock::now() - began_).count();
  for (std::size_t i = 0; i < cpu_ns_.size(); ++i)
    cpu_ns_[i] = cpu_ns(options_.processes[i]) - cpu_ns_[i];
}

void measurement::done(clock::time_point began) {
  if (phase_ != phase::measuring)
    return;
  auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - began);
  latency_us_.push_back(static_cast<std::uint32_t>(took.count()));
}

std::string measurement::to_json() {
  if (latency_us_.empty())
    fail("not one operation was done in the time of the measurement");
  std::ranges::sort(latency_us_);
  auto count = latency_us_.size();
  auto operations = static_cast<double>(count);
  std::ostringstream out;
  out << "{\"operations\": " << count << ", \"seconds\": " << seconds_
      << ", \"per_second\": " << operations / seconds_ << ", \"p50_us\": " << latency_us_[count / 2]
      << ", \"p99_us\": " << latency_us_[count * 99 / 100] << ", \"cpu_us\": {";
  for (std::size_t i = 0; i < cpu_ns_.size(); ++i)
    out << (i == 0 ? "" : ", ") << '"' << options_.processes[i].name
        << "\": " << static_cast<double>(cpu_ns_[i]) / 1e3 / operations;
  out << "}}";
  return out.str();
}

void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

plain_socket connect_to(asio::io_context& io, std::uint16_t port) {
  plain_socket socket{io};
  error_code ec;
  socket.connect(tcp::endpoint{asio::ip::address_v4::loopback(), port}, ec);
  if (ec)
    fail("cannot connect to port " + std::to_string(port) + ": " + ec.message());
  socket.set_option(tcp::no_delay{true});
  return socket;
}

} // namespace fief::bench
