// Loads that are about sockets: many of them, or what one feels while there are many. One thread.
//   bench_sockets idle    --connections N             memory of the watched process for each socket
//   bench_sockets watch   --connections N --first-t-ms T   a tile changes, N watchers are told
//   bench_sockets acks    --connections N --rate R --first-t-ms T   latency of durable acks
//   bench_sockets upload  --connections N --fixes N --first-t-ms T   runs, before the rush
//   bench_sockets rush    the same, and --until-ms T  everybody finishes in the 30 s before T
// Options of all: --port N --warmup S --seconds S --seed N --watch NAME=PID[+] (again and again),
// --bare yes for the bare server, with --bytes N of what it sends. Credentials come on standard
// input, a line `TOKEN [RUN]` a client. Prints one line of JSON.

#include "bench/sockets/crowd.hpp"

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>

using namespace fief::bench;

namespace {

using setter = std::function<void(crowd_options&, const std::string&)>;

const std::map<std::string, setter>& setters() {
  static const std::map<std::string, setter> all{
    {"--port", [](auto& x, auto& v) { x.load.port = static_cast<std::uint16_t>(std::stoul(v)); }},
    {"--connections", [](auto& x, auto& v) { x.load.connections = std::stoul(v); }},
    {"--warmup", [](auto& x, auto& v) { x.load.warmup_s = std::stod(v); }},
    {"--seconds", [](auto& x, auto& v) { x.load.seconds = std::stod(v); }},
    {"--seed", [](auto& x, auto& v) { x.load.seed = std::stoull(v); }},
    {"--watch", [](auto& x, auto& v) { x.load.processes.push_back(parse_watched(v)); }},
    {"--bare", [](auto& x, auto& v) { x.echo = v == "yes"; }},
    {"--bytes", [](auto& x, auto& v) { x.bytes = std::stoul(v); }},
    {"--rate", [](auto& x, auto& v) { x.rate = std::stod(v); }},
    {"--fixes", [](auto& x, auto& v) { x.fixes = std::stoul(v); }},
    {"--first-t-ms", [](auto& x, auto& v) { x.first_t_ms = std::stoll(v); }},
    {"--until-ms", [](auto& x, auto& v) { x.until_ms = std::stoll(v); }},
  };
  return all;
}

std::string run(const std::string& kind, const crowd_options& x) {
  if (kind == "idle")
    return hold_idle(x);
  if (kind == "watch")
    return watch_map(x);
  if (kind == "acks")
    return time_acks(x);
  if (kind == "upload")
    return upload_runs(x);
  if (kind == "rush")
    return rush_to_finish(x);
  fail("unknown kind of load " + kind);
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0)
    fail("usage: bench_sockets idle|watch|acks|upload|rush [--option value]...");
  crowd_options x;
  for (int i = 2; i + 1 < argc; i += 2) {
    const auto at = setters().find(argv[i]);
    if (at == setters().end())
      fail(std::string{"unknown option "} + argv[i]);
    at->second(x, argv[i + 1]);
  }
  for (std::string line; std::getline(std::cin, line);)
    if (!line.empty())
      x.load.credentials.push_back(line);
  if (x.load.credentials.empty())
    x.load.credentials.emplace_back();
  std::cout << run(argv[1], x) << '\n';
  std::cout.flush();
  std::_Exit(0); // Closing thousands of sockets one by one is no part of it.
}
