// The load generator: closed loops over keep-alive connections, one thread.
//   bench_loops http  --port N --target /v1/... [options]
//   bench_loops fixes --port N --first-t-ms T   [options]
//   bench_loops echo  --port N --first-t-ms T   [options]
// Options: --connections N  --warmup S  --seconds S  --seed N  --watch NAME=PID[+] (again and
// again). Credentials come on standard input, one line a client. Prints one line of JSON.

#include "bench/loops/measurement.hpp"

#include <cstdlib>
#include <iostream>
#include <string>

using namespace fief::bench;

namespace {

struct arguments {
  load_options load;
  std::string target = "/";
  std::int64_t first_t_ms = 0;
};

void set_option(arguments& to, const std::string& name, const std::string& value) {
  if (name == "--port")
    to.load.port = static_cast<std::uint16_t>(std::stoul(value));
  else if (name == "--connections")
    to.load.connections = std::stoul(value);
  else if (name == "--warmup")
    to.load.warmup_s = std::stod(value);
  else if (name == "--seconds")
    to.load.seconds = std::stod(value);
  else if (name == "--seed")
    to.load.seed = std::stoull(value);
  else if (name == "--watch")
    to.load.processes.push_back(parse_watched(value));
  else if (name == "--target")
    to.target = value;
  else if (name == "--first-t-ms")
    to.first_t_ms = std::stoll(value);
  else
    fail("unknown option " + name);
}

std::string run(const std::string& kind, const arguments& x) {
  if (kind == "http")
    return load_http(x.load, x.target);
  if (kind == "fixes" || kind == "echo")
    return load_fixes(x.load, kind == "echo", x.first_t_ms);
  fail("unknown kind of load " + kind);
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0)
    fail("usage: bench_loops http|fixes|echo [--option value]...");
  arguments x;
  for (int i = 2; i + 1 < argc; i += 2)
    set_option(x, argv[i], argv[i + 1]);
  for (std::string line; std::getline(std::cin, line);)
    x.load.credentials.push_back(line);
  if (x.load.credentials.empty())
    x.load.credentials.emplace_back();
  std::cout << run(argv[1], x) << '\n';
}
