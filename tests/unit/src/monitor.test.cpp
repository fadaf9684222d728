#include "src/monitor.hpp"

#include "tests/support/world.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace fief;
using namespace std::chrono_literals;
using actors::directory_status;
using actors::get_directory_status;
using actors::get_status;
using actors::get_store_health;
using actors::server_status;
using actors::store_health;

constexpr auto start = base::from_ms(1'778'439'600'000);

/// MONITOR over a STORE and a DIRECTORY that say what the case has them say, or nothing, and a wall
/// clock that the case moves.
struct watched : test::world {
  explicit watched(const monitor_config& config = {}) : world(1) {
    auto store = spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const get_store_health&) -> caf::result<store_health> {
        ++asked;
        if (!store_answers)
          return caf::delegated<store_health>{}; // Never.
        return health;
      }};
    });
    auto directory = spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](const get_directory_status&) -> caf::result<directory_status> {
        if (!directory_answers)
          return caf::delegated<directory_status>{};
        return live;
      }};
    });
    asker = spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
    monitor_ports ports;
    ports.store = caf::actor_cast<actors::store_actor>(store);
    ports.directory = caf::actor_cast<actors::directory_actor>(directory);
    ports.version = "1.2.3";
    ports.now = [this] { return wall; };
    ports.read = [this](const store_health& x, const directory_status& y) {
      auto out = counters;
      out.store = x;
      out.live = y;
      return out;
    };
    ports.silent = [this] { return silent; };
    ports.errors = [this] { return errors; };
    monitor = sys.spawn(fief::monitor, std::move(ports),
                        config); // It has not run yet.
  }
  ~watched() {
    caf::anon_send_exit(monitor, caf::exit_reason::user_shutdown);
    drain(); // While there is something to read.
  }

  /// Moves both clocks.
  void pass(base::milliseconds time) {
    wall += time;
    run_for(time, 100ms);
  }

  struct answer {
    std::optional<server_status> value;
    int failures = 0;
  };
  std::shared_ptr<answer> ask() {
    auto slot = std::make_shared<answer>();
    auto* self = static_cast<caf::event_based_actor*>(caf::actor_cast<caf::abstract_actor*>(asker));
    self->context(nullptr); // What it last ran on is gone.
    self->request(monitor, caf::infinite, get_status{})
      .then([slot](const server_status& x) { slot->value = x; },
            [slot](const caf::error&) { ++slot->failures; });
    drain();
    return slot;
  }
  server_status status() {
    auto slot = ask();
    REQUIRE(slot->value.has_value());
    return *slot->value;
  }

  base::instant wall = start;
  store_health health{true, 0, 1'000, 0, 0, 0, 0, 0};
  directory_status live;
  server_reading counters;
  base::milliseconds silent{0};
  std::vector<actors::log_line> errors;
  bool store_answers = true;
  bool directory_answers = true;
  int asked = 0;
  actors::monitor_actor monitor;
  caf::actor asker;
};

} // namespace

TEST_CASE("a fresh server has its first sample, and whoever asks before gets it", "[src]") {
  watched w;
  w.silent = 40ms;
  w.errors = {{start, "error", "net", "something"}};
  auto early = w.ask(); // Nothing has run yet.
  REQUIRE(early->value.has_value());
  const auto& x = *early->value;
  CHECK(x.version == "1.2.3");
  CHECK(x.started_at == start);
  CHECK(x.now == start);
  CHECK(x.connected);
  CHECK(x.silent == 40ms);
  REQUIRE(x.samples.size() == 1);
  CHECK(x.samples[0].at == start);
  CHECK(x.samples[0].requests_per_s == 0);
  REQUIRE(x.errors.size() == 1);
  CHECK(x.errors[0].text == "something");
}

TEST_CASE("a sample is taken each ten seconds, with what came in between", "[src]") {
  watched w;
  w.drain();
  w.pass(9'900ms);
  CHECK(w.status().samples.size() == 1);
  w.counters.requests = 500;
  w.counters.sockets = 12;
  w.health.commits = 30;
  w.health.operations = 60;
  w.live.users = 4;
  w.pass(100ms);
  auto x = w.status();
  REQUIRE(x.samples.size() == 2);
  CHECK(x.samples[1].at == start + 10s);
  CHECK(x.samples[1].requests_per_s == Approx(50));
  CHECK(x.samples[1].commits_per_s == Approx(3));
  CHECK(x.samples[1].batch_mean == caf::optional<double>{2.0});
  CHECK(x.samples[1].sockets == 12);
  CHECK(x.samples[1].users == 4);
  w.pass(10s);
  x = w.status();
  REQUIRE(x.samples.size() == 3);
  CHECK(x.samples[2].requests_per_s == 0);
  CHECK(x.samples[2].sockets == 12);
  CHECK(x.now == start + 20s);
  CHECK(x.started_at == start);
}

TEST_CASE("rates do not follow a wall clock that is set", "[src]") {
  watched w;
  w.drain();
  w.counters.requests = 500;
  w.wall += 1h;
  w.pass(10s);
  auto x = w.status();
  REQUIRE(x.samples.size() == 2);
  CHECK(x.samples[1].at == start + 1h + 10s);
  CHECK(x.samples[1].requests_per_s == Approx(50));
}

TEST_CASE("the last hour is kept, and no more", "[src]") {
  watched w{{.samples_max = 3}};
  w.drain();
  for (int i = 0; i < 5; ++i)
    w.pass(10s);
  auto x = w.status();
  REQUIRE(x.samples.size() == 3);
  CHECK(x.samples[0].at == start + 30s);
  CHECK(x.samples[2].at == start + 50s);
  CHECK(monitor_config{}.samples_max * monitor_config{}.period == 1h);
}

TEST_CASE("a STORE that says nothing stops no sample, and is told of as not "
          "connected",
          "[src]") {
  watched w;
  w.health.commits = 7;
  w.health.commit_us_last = 2'000;
  w.drain();
  w.store_answers = false;
  w.counters.requests = 300;
  w.live.users = 5;
  w.pass(10s);
  w.pass(2s); // STORE's time is up.
  auto early = w.ask();
  CHECK_FALSE(early->value.has_value());
  w.pass(2s);
  REQUIRE(early->value.has_value());
  CHECK_FALSE(early->value->connected);
  const auto& all = early->value->samples;
  REQUIRE(all.size() == 2);
  CHECK(all[1].at == start + 12s);
  CHECK(all[1].requests_per_s == Approx(25)); // In twelve seconds.
  CHECK(all[1].commit_ms == 2);               // As it was.
  CHECK(all[1].commits_per_s == 0);
  CHECK(all[1].users == 5);
  w.store_answers = true;
  w.health.commits = 27;
  w.pass(6s);
  auto x = w.status();
  CHECK(x.connected);
  REQUIRE(x.samples.size() == 3);
  CHECK(x.samples[2].at == start + 20s);
  CHECK(x.samples[2].commits_per_s == Approx(20.0 / 8));
}

TEST_CASE("nor does a DIRECTORY", "[src]") {
  watched w;
  w.live.users = 5;
  w.drain();
  w.directory_answers = false;
  w.live.users = 6;
  w.pass(12s);
  auto x = w.status();
  REQUIRE(x.samples.size() == 2);
  CHECK(x.samples[1].users == 5); // As it was.
}

TEST_CASE("with a silent STORE from the start, the first answer has a sample "
          "all the same",
          "[src]") {
  watched w;
  w.store_answers = false;
  w.directory_answers = false;
  auto early = w.ask();
  auto another = w.ask();
  CHECK_FALSE(early->value.has_value());
  w.pass(4s);
  CHECK_FALSE(early->value.has_value());
  w.pass(2s);
  for (const auto& each : {early, another}) {
    REQUIRE(each->value.has_value());
    CHECK(each->value->samples.size() == 1);
    CHECK_FALSE(each->value->connected);
  }
}

TEST_CASE("whether Postgres answers is asked anew for each who asks", "[src]") {
  watched w;
  CHECK(w.status().connected);
  w.health.connected = false;
  CHECK_FALSE(w.status().connected);
  CHECK(w.status().samples.size() == 1);
}
