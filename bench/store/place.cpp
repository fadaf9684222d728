#include "bench/store/place.hpp"

#include "actors/convert.hpp"
#include "actors/directory.hpp"
#include "actors/system.hpp"
#include "bench/loops/process_cpu.hpp"
#include "persistence/reader.hpp"
#include "persistence/store.hpp"
#include "tests/support/postgres_fixture.hpp"

#include <fstream>
#include <pqxx/pqxx>
#include <sstream>
#include <unistd.h>

namespace fief::bench {

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// The number behind `name:` in /proc/self/status. Units: bytes.
std::uint64_t status_bytes(const std::string& name) {
  std::istringstream lines{text_of("/proc/self/status")};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + ":"))
      return std::strtoull(line.c_str() + name.size() + 1, nullptr, 10) * 1024;
  return 0;
}

void keep_plans() {
  if (const auto* file = std::getenv("FIEF_BENCH_PLANS"))
    std::filesystem::copy_file(test::postgres_fixture::instance().log(), file,
                               std::filesystem::copy_options::overwrite_existing);
}

} // namespace

database::database() {
  auto& postgres = test::postgres_fixture::instance();
  url_ = postgres.fresh_database();
  postmaster_ = postgres.pid();
  name_ = column("select current_database()").front();
}

database::~database() {
  keep_plans();
}

void database::execute(const std::string& sql) const {
  pqxx::connection connection{url_};
  pqxx::nontransaction work{connection};
  work.exec(sql);
}

void database::settle() const {
  pqxx::connection connection{url_};
  pqxx::nontransaction work{connection};
  work.exec("vacuum analyze");
  work.exec("checkpoint");
  if (std::getenv("FIEF_BENCH_PLANS") == nullptr)
    return;
  for (const auto* setting :
       {"session_preload_libraries = auto_explain", "auto_explain.log_min_duration = 0",
        "auto_explain.log_nested_statements = on", "auto_explain.log_analyze = on"})
    work.exec("alter database " + name_ + " set " + setting);
}

std::vector<std::string> database::column(const std::string& sql) const {
  pqxx::connection connection{url_};
  pqxx::nontransaction work{connection};
  std::vector<std::string> out;
  for (const auto& row : work.exec(sql))
    out.emplace_back(row[0].c_str());
  return out;
}

std::filesystem::path database::log() const {
  return test::postgres_fixture::instance().log();
}

std::int64_t database::number(const std::string& sql) const {
  return std::stoll(column(sql).at(0));
}

cost database::spent() const {
  cost now;
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  now.wall = static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  now.server = static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
  std::istringstream children{text_of("/proc/" + std::to_string(postmaster_) + "/task/"
                                      + std::to_string(postmaster_) + "/children")};
  for (pid_t pid = 0; children >> pid;) {
    auto title = text_of("/proc/" + std::to_string(pid) + "/cmdline");
    if (title.find(" " + name_ + " ") != title.npos)
      now.postgres += static_cast<double>(cpu_ns({"", pid, false})) / 1e6;
  }
  return now;
}

live_game::live_game(const database& where, std::int64_t now_ms, actors::settings given)
  : rules(std::make_shared<actors::settings>(given)) {
  time->ms = now_ms;
  actors::configure(config);
  config.set("scheduler.max-throughput", 100);
  system.emplace(config);
  persistence::store_config writing;
  writing.options = where.url();
  writing.mining = rules->mining;
  store = system->spawn(persistence::store, writing);
  persistence::reader_config reading;
  reading.options = where.url();
  reading.store_max = rules->mining.store_max;
  reading.tiling = rules->tiling;
  reader = system->spawn(persistence::reader, reading);
  directory = caf::actor_cast<caf::actor>(
    system->spawn(actors::directory,
                  actors::directory_config{store, reader, time, rules, actors::make_entities()}));
  self.emplace(*system);
  ask<actors::due_found>(reader, actors::find_due{}); // Everything is connected.
}

live_game::~live_game() {
  self.reset();
  caf::anon_send_exit(directory, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(reader, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(store, caf::exit_reason::user_shutdown);
  directory = nullptr;
  reader = nullptr;
  store = nullptr;
  system.reset();
}

void live_game::fail(const caf::error& why) const {
  std::fprintf(stderr, "refused: %s\n", std::string{game::to_string(actors::errc_of(why))}.c_str());
  std::exit(1);
}

void live_game::fail(std::uint64_t number, const char* of_what) const {
  std::fprintf(stderr, "not as it should be: %llu %s\n", static_cast<unsigned long long>(number),
               of_what);
  keep_plans();
  std::exit(1);
}

std::uint64_t resident_bytes() {
  return status_bytes("VmRSS");
}

std::uint64_t peak_bytes() {
  return status_bytes("VmHWM");
}

void forget_peak() {
  std::ofstream{"/proc/self/clear_refs"} << 5;
}

} // namespace fief::bench
