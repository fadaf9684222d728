#include "actors/system.hpp"
#include "net/api/live_sockets.hpp"
#include "tests/support/net/client.hpp"
#include "tests/support/net/served.hpp"

#include <catch2/catch.hpp>

#include <caf/all.hpp>

using namespace fief;
using namespace std::chrono_literals;
using test::client;

namespace {

const game::user_id ana{{1, 1}};
const game::run_id run{{2, 2}};
const std::string run_text = base::to_string(run);

class fake_access final : public net::access_port {
public:
  std::optional<net::caller> verify(unsigned, std::string_view token) override {
    if (token == "ana")
      return net::caller{ana, 1};
    if (token == "bea")
      return net::caller{game::user_id{{1, 2}}, 1};
    return std::nullopt;
  }
  std::string issue(const net::caller&) const override { return {}; }
  std::chrono::seconds ttl() const override { return 900s; }
};

/// DIRECTORY, USER and AREA in one: answers as the script of the test says, and lets the test hold
/// answers back and push.
struct script {
  std::mutex mutex;
  bool hold_fixes = false;
  game::errc attach_error{};
  game::errc fixes_error{};
  bool missing = false;
  std::vector<caf::typed_response_promise<actors::fixes_stored>> held;
  actors::session_ref session;
  caf::actor watcher;
  test::journal book;
};

caf::behavior fake_directory(caf::event_based_actor* self, script* s) {
  return {[s](std::uint32_t ack) {
            std::lock_guard lock{s->mutex};
            s->held.front().deliver(actors::fixes_stored{run, ack, {}});
            s->held.erase(s->held.begin());
          },
          [self, s](const actors::deliver& x) -> caf::result<caf::message> {
            std::lock_guard lock{s->mutex};
            const auto& m = x.content;
            if (m.match_elements<actors::attach_session>()) {
              const auto& in = m.get_as<actors::attach_session>(0);
              s->book.note(in.run.is_nil() ? "attach" : "attach run");
              if (s->attach_error != game::errc{} && !in.run.is_nil())
                return caf::make_error(s->attach_error);
              s->session = in.session;
              actors::session_attached out;
              out.server_time = base::from_ms(1'000);
              out.user.id = in.user;
              out.user.username = "ana";
              out.run.run = in.run;
              out.run.ack = 5;
              out.run.want = {{6, 7}};
              return caf::make_message(std::move(out));
            }
            if (m.match_elements<actors::add_fixes>()) {
              const auto& in = m.get_as<actors::add_fixes>(0);
              s->book.note("fixes " + std::to_string(in.fixes.front().seq));
              if (s->fixes_error != game::errc{})
                return caf::make_error(s->fixes_error);
              if (s->hold_fixes) {
                s->held.push_back(self->make_response_promise<actors::fixes_stored>());
                return caf::delegated<caf::message>{};
              }
              return caf::make_message(actors::fixes_stored{in.run, in.fixes.back().seq, {}});
            }
            if (m.match_elements<actors::finish_run>()) {
              actors::run_finished out;
              out.missing = s->missing;
              out.ack = 3;
              out.want = {{4, 9}};
              out.run.id = m.get_as<actors::finish_run>(0).run;
              out.run.state = actors::run_state::accepted;
              return caf::make_message(std::move(out));
            }
            if (m.match_elements<actors::watch_area>()) {
              const auto& in = m.get_as<actors::watch_area>(0);
              s->watcher = in.gateway;
              s->book.note("watch");
              return caf::make_message(actors::area_snapshot{in.area, 1'000, 1'000, {}, {}, {}});
            }
            if (m.match_elements<actors::detach_session>())
              s->book.note("detach");
            return caf::make_message();
          }};
}

struct live {
  explicit live(std::size_t anonymous_max = 9'000) {
    context.limits.anonymous_max = anonymous_max;
    actors::configure(system_config);
    system = std::make_unique<caf::actor_system>(system_config);
    directory = system->spawn(fake_directory, &book);
    context.directory = caf::actor_cast<caf::strong_actor_ptr>(directory);
    context.now = [] { return base::from_ms(1'000); };
    context.access = &access;
    context.limits.fixes_in_flight_max = 3;
    net::server_parts parts{routes, metrics, system.get()};
    parts.sockets = net::make_live_sockets(context, metrics);
    auto config = test::quick_config();
    config.limits.entity_routes_max = 0; // DIRECTORY plays all parts.
    running.emplace(config, std::move(parts));
    running->start();
  }
  ~live() {
    running->drain(0ms, "test", 0ms);
    running.reset();
    book.session = {};
    book.watcher = {};
    book.held.clear();
    caf::anon_send_exit(directory, caf::exit_reason::kill);
    directory = {};
    context.directory = {};
  }
  template <class T>
  void push(T message) {
    std::lock_guard lock{book.mutex};
    message.session = book.session.session;
    caf::anon_send(book.session.gateway, std::move(message));
  }

  script book; // outlives the actors that write in it
  caf::actor_system_config system_config;
  std::unique_ptr<caf::actor_system> system;
  caf::actor directory;
  fake_access access;
  net::api_context context;
  net::router routes;
  net::metrics_registry metrics;
  std::optional<net::server> running;
};

std::string receive(client& c) {
  auto x = c.receive_frame();
  REQUIRE(x);
  return x->opcode == 8 ? "close " + std::to_string(x->close_code()) : x->payload;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::string fixes(int first, const std::string& of = run_text) {
  return R"({"type":"fixes","run":")" + of + R"(","first_seq":)" + std::to_string(first)
         + R"(,"fixes":[[1000,52.5,13.3,5]]})";
}

void hello(client& c, const std::string& more = "") {
  REQUIRE(c.upgrade()->status == 101);
  c.send_text(R"({"type":"hello","token":"ana")" + more + "}");
}

} // namespace

TEST_CASE("a run goes over a socket from hello to its result", "[net][live]") {
  live f;
  client c{f.running->port()};
  hello(c, R"(,"run":")" + run_text + R"(","device_time":900)");
  CHECK(receive(c)
        == R"({"type":"welcome","server_time":1000,"user":{"id":")" + base::to_string(ana)
             + R"(","username":"ana"},"run":")" + run_text + R"(","ack":5,"want":[[6,7]]})");
  c.send_text(fixes(6));
  CHECK(receive(c) == R"({"type":"ack","run":")" + run_text + R"(","ack":6,"want":[]})");
  f.push(actors::tiles_passed{0, run, {game::tile_id{0x47a851d400000000}}});
  CHECK(has(receive(c), R"("type":"tiles")"));
  f.book.missing = true;
  c.send_text(R"({"type":"finish","run":")" + run_text + R"(","total_seq":9})");
  const auto missing = receive(c);
  CHECK(has(missing, R"("code":"fixes_missing")"));
  CHECK(has(missing, R"("ref":")" + run_text + R"(","ack":3,"want":[[4,9]])"));
  f.book.missing = false;
  c.send_text(R"({"type":"finish","run":")" + run_text + R"(","total_seq":6})");
  const auto saved = receive(c);
  CHECK(has(saved, R"({"type":"run","run":{"id":")" + run_text));
  CHECK(has(saved, R"("state":"accepted")"));
  c.send_text(R"({"type":"ping","n":7})");
  CHECK(receive(c) == R"({"type":"pong","n":7})");
  CHECK(test::metric(f.metrics, "fief_net_live_fixes_acked_total") == 1);
  c.reset();
  CHECK(f.book.book.wait_for("detach"));
}

TEST_CASE("a token in the header opens the session without hello", "[net][live]") {
  live f;
  client c{f.running->port()};
  REQUIRE(c.upgrade("/v1/live", "Authorization: Bearer ana\r\n")->status == 101);
  CHECK(has(receive(c), R"("type":"welcome")"));
  c.send_text(R"({"type":"hello","run":")" + run_text + "\"}");
  CHECK(has(receive(c), R"("run":")" + run_text));
  client d{f.running->port()};
  REQUIRE(d.upgrade("/v1/live", "Authorization: Bearer nobody\r\n")->status == 101);
  CHECK(has(receive(d), R"("code":"token_expired")"));
  CHECK(receive(d) == "close 1008");
}

TEST_CASE("what is wrong is named, and the socket stays open", "[net][live]") {
  live f;
  client c{f.running->port()};
  REQUIRE(c.upgrade()->status == 101);
  auto refused = [&](const std::string& message) {
    c.send_text(message);
    return receive(c);
  };
  CHECK(has(refused(fixes(1)), R"("code":"hello_required")"));
  CHECK(
    has(refused(R"({"type":"hello","run":")" + run_text + "\"}"), R"("code":"unauthenticated")"));
  CHECK(has(refused(R"({"type":"hello","token":"x"})"), R"("code":"token_expired")"));
  CHECK(has(refused(R"({"type":"ping","n":1})"), R"("code":"hello_required")"));
  c.send_text(R"({"type":"hello","token":"ana"})");
  CHECK(has(receive(c), R"("type":"welcome")"));
  CHECK(has(refused(R"({"type":"hello","token":"bea"})"), R"("code":"forbidden")"));
  CHECK(has(refused(R"({"type":"hello"})"), R"("code":"unauthenticated")"));
  CHECK(has(refused("{"), R"("code":"malformed_json")"));
  CHECK(has(refused("[1]"), R"("type":"error")"));
  CHECK(has(refused(R"({"type":"dance"})"), R"("code":"unknown_type","detail":)"));
  CHECK(has(refused(R"({"type":7})"), R"("code":"invalid_argument")"));
  CHECK(has(refused(R"({"type":"ping"})"), R"("ref":"ping")"));
  CHECK(has(refused(R"({"type":"ping","n":1,"x":1})"), R"("code":"invalid_argument")"));
  CHECK(has(refused(R"({"type":"finish","run":")" + run_text + R"(","total_seq":-1})"),
            R"("ref":")" + run_text));
  CHECK(has(refused(R"({"type":"subscribe","id":"m","bbox":[1,2,3]})"), R"("ref":"m")"));
  CHECK(has(refused(R"({"type":"subscribe","id":"m","bbox":[-180,-90,180,90]})"),
            R"("code":"too_many_areas")"));
  CHECK(has(refused(R"({"type":"unsubscribe","id":"m"})"), R"("code":"not_found")"));
  c.send_text(R"({"type":"subscribe","id":"kept","bbox":[15.97,45.80,15.98,45.81]})");
  CHECK(has(receive(c), R"("type":"snapshot")"));
  CHECK(has(refused(R"({"type":"subscribe","id":"kept","bbox":[-180,-90,180,90]})"),
            R"("code":"too_many_areas")"));
  c.send_text(R"({"type":"unsubscribe","id":"kept"})"); // It was still there: no error comes.
  f.book.fixes_error = game::errc::unavailable;
  CHECK(has(refused(fixes(1)), R"("code":"unavailable")"));
  f.book.fixes_error = game::errc::fix_in_future;
  CHECK(has(refused(fixes(1)), R"("code":"fix_in_future")"));
  c.send_text(R"({"type":"ping","n":1})");
  CHECK(has(receive(c), "pong"));
}

TEST_CASE("a client that only sends nonsense is closed", "[net][live]") {
  live f;
  client c{f.running->port()};
  hello(c);
  receive(c);
  for (int i = 0; i < 33; ++i)
    c.send_text("nonsense");
  for (int i = 0; i < 33; ++i)
    CHECK(has(receive(c), R"("code":"malformed_json")"));
  CHECK(receive(c) == "close 1008");
}

TEST_CASE("batches that wait for their commit stop the reading, and no more than agreed wait",
          "[net][live]") {
  live f;
  f.book.hold_fixes = true;
  client c{f.running->port()};
  hello(c);
  receive(c);
  for (int i = 1; i <= 10; ++i)
    c.send_text(fixes(i));
  REQUIRE(f.book.book.wait_for("fixes 3"));
  for (std::uint32_t i = 1; i <= 10; ++i) {
    REQUIRE(f.book.book.wait_for("fixes " + std::to_string(i)));
    std::lock_guard lock{f.book.mutex};
    CHECK(f.book.held.size() <= 3);
    REQUIRE_FALSE(f.book.held.empty());
    caf::anon_send(f.directory, i);
  }
  for (int i = 1; i <= 10; ++i)
    CHECK(has(receive(c), R"("ack":)" + std::to_string(i) + ","));
  CHECK(test::metric(f.metrics, "fief_net_live_pauses_total") >= 1);
}

TEST_CASE("a run that cannot be resumed is refused, and the session listens all the same",
          "[net][live]") {
  live f;
  f.book.attach_error = game::errc::run_not_recording;
  client c{f.running->port()};
  hello(c, R"(,"run":")" + run_text + "\"");
  const auto refused = receive(c);
  CHECK(has(refused, R"("code":"run_not_recording")"));
  CHECK(has(refused, R"("ref":")" + run_text));
  const auto welcome = receive(c);
  CHECK(has(welcome, R"("type":"welcome")"));
  CHECK_FALSE(has(welcome, R"("ack")"));
}

TEST_CASE("a session that its user lost attaches again before the next fixes", "[net][live]") {
  live f;
  client c{f.running->port()};
  hello(c, R"(,"run":")" + run_text + "\"");
  receive(c);
  f.book.fixes_error = game::errc::stale;
  c.send_text(fixes(1));
  CHECK(has(receive(c), R"("code":"unavailable")"));
  f.book.fixes_error = {};
  c.send_text(fixes(1));
  CHECK(has(receive(c), R"("type":"ack")"));
  CHECK(f.book.book.entries()
        == std::vector<std::string>{"attach run", "fixes 1", "attach run", "fixes 1"});
}

TEST_CASE("what the user is told reaches the socket, and the end of a session closes it",
          "[net][live]") {
  live f;
  client c{f.running->port()};
  hello(c);
  receive(c);
  f.push(actors::mining_changed{});
  CHECK(has(receive(c), R"({"type":"mining","tiles":0)"));
  actors::event_changed event;
  event.event.starts_at = base::from_ms(2'000);
  event.event.cut_at = base::from_ms(3'000);
  f.push(event);
  CHECK(has(receive(c), R"({"type":"event","event":{"id")"));
  actors::notice_raised notice;
  notice.notice.kind = actors::notice_kind::mining_full;
  f.push(notice);
  CHECK(has(receive(c), R"({"type":"notice","notification":{)"));
  actors::run_changed changed;
  changed.run.id = run;
  f.push(changed);
  CHECK(has(receive(c), R"({"type":"run","run":{)"));
  SECTION("superseded") {
    f.push(actors::session_superseded{0, run});
    CHECK(receive(c) == R"({"type":"bye","reason":"superseded","retry_after_ms":0})");
    CHECK(receive(c) == "close 1000");
  }
  SECTION("banned") {
    f.push(actors::session_ended{0, "banned"});
    CHECK(has(receive(c), R"("reason":"banned")"));
    CHECK(receive(c) == "close 1008");
  }
}

TEST_CASE("the map of a box comes as a snapshot and then as deltas", "[net][live]") {
  live f;
  client c{f.running->port()};
  hello(c);
  receive(c);
  const auto box = R"("bbox":[13.33,52.5,13.3301,52.5001]})";
  c.send_text(std::string{R"({"type":"subscribe","id":"m",)"} + box);
  CHECK(receive(c) == R"({"type":"snapshot","id":"m","version":1000,"tiles":[],"owners":{}})");
  const auto tile = f.context.tiling.tile_at(525'000'500, 133'300'500);
  actors::area_delta delta{f.context.tiling.area_of(tile), 1'000, 1'001, {}, {ana}, {"ana"}};
  delta.tiles.push_back({tile, ana, base::from_ms(5'000), 1'001});
  {
    std::lock_guard lock{f.book.mutex};
    caf::anon_send(f.book.watcher, delta);
  }
  const auto id = base::to_string(ana);
  CHECK(receive(c)
        == R"({"type":"delta","id":"m","version":1000,"tiles":[[")" + game::to_token(tile)
             + R"(",")" + id + R"(",5000]],"owners":{")" + id + R"(":"ana"}})");
  for (const auto* name : {"n", "o", "p"}) {
    c.send_text(R"({"type":"subscribe","id":")" + std::string{name} + "\"," + box);
    CHECK(has(receive(c), R"({"type":"snapshot","id":")" + std::string{name}));
  }
  c.send_text(std::string{R"({"type":"subscribe","id":"q",)"} + box);
  CHECK(has(receive(c), R"("code":"too_many_subscriptions")"));
  c.send_text(R"({"type":"unsubscribe","id":"n"})");
  c.send_text(std::string{R"({"type":"subscribe","id":"q","since":1000,)"} + box);
  CHECK(has(receive(c), R"({"type":"delta","id":"q")"));
}

TEST_CASE("whoever says hello without a token watches the map and does no more", "[net][live]") {
  live f;
  client c{f.running->port()};
  REQUIRE(c.upgrade()->status == 101);
  auto answer = [&](const std::string& message) {
    c.send_text(message);
    return receive(c);
  };
  const std::string welcome = R"({"type":"welcome","server_time":1000})";
  CHECK(answer(R"({"type":"hello","device_time":900})") == welcome);
  CHECK(answer(R"({"type":"hello"})") == welcome);
  CHECK(test::metric(f.metrics, "fief_net_live_anonymous_count") == 1);
  CHECK(answer(R"({"type":"ping","n":7})") == R"({"type":"pong","n":7})");
  CHECK(has(answer(R"({"type":"subscribe","id":"m","bbox":[13.33,52.5,13.3301,52.5001]})"),
            R"({"type":"snapshot","id":"m")"));
  const auto of_run = R"("ref":")" + run_text;
  for (const auto& message :
       {fixes(1), R"({"type":"finish","run":")" + run_text + R"(","total_seq":1})",
        R"({"type":"finish","run":")" + run_text + R"("})"}) {
    const auto refused = answer(message);
    CHECK(has(refused, R"("code":"unauthenticated")"));
    CHECK(has(refused, of_run));
  }
  CHECK(has(answer(R"({"type":"hello","run":")" + run_text + "\"}"), R"("unauthenticated")"));
  CHECK(has(answer(R"({"type":"hello","token":"x"})"), R"("code":"token_expired")"));
  CHECK(has(answer(R"({"type":"unsubscribe","id":"x"})"), R"("code":"not_found")"));
  CHECK(f.book.book.entries() == std::vector<std::string>{"watch"}); // No USER heard of it.
  CHECK(test::metric(f.metrics, "fief_net_live_sessions_count") == 0);

  // And becomes somebody's, with all it had.
  CHECK(has(answer(R"({"type":"hello","token":"ana"})"), R"("username":"ana")"));
  CHECK(test::metric(f.metrics, "fief_net_live_anonymous_count") == 0);
  CHECK(test::metric(f.metrics, "fief_net_live_sessions_count") == 1);
  CHECK(has(answer(fixes(1)), R"("type":"ack")"));
  CHECK(has(answer(R"({"type":"hello"})"), R"("code":"unauthenticated")"));
  c.send_text(R"({"type":"unsubscribe","id":"m"})");
  CHECK(has(answer(R"({"type":"ping","n":8})"), "pong"));
  c.reset();
  CHECK(f.book.book.wait_for("detach"));
}

TEST_CASE("sockets that are nobody's have a bound, and give their places back", "[net][live]") {
  live f{1};
  std::optional<client> first;
  first.emplace(f.running->port());
  REQUIRE(first->upgrade()->status == 101);
  first->send_text(R"({"type":"hello"})");
  CHECK(has(receive(*first), "welcome"));
  client second{f.running->port()};
  REQUIRE(second.upgrade()->status == 101);
  second.send_text(R"({"type":"hello"})");
  const auto refused = receive(second);
  CHECK(has(refused, R"("code":"overloaded")"));
  CHECK(has(refused, R"("ref":"hello")"));
  CHECK(receive(second) == "close 1013");
  CHECK(test::metric(f.metrics, "fief_net_live_anonymous_refused_total") == 1);
  client user{f.running->port()};
  hello(user);
  CHECK(has(receive(user), R"("username":"ana")")); // Users have other places.
  SECTION("by signing in") {
    first->send_text(R"({"type":"hello","token":"ana"})");
    CHECK(has(receive(*first), R"("username":"ana")"));
  }
  SECTION("by leaving") {
    first->send_frame(8, std::string_view{"\x03\xe8", 2});
    CHECK(receive(*first) == "close 1000");
    first->shut_down_sending();
    CHECK(first->closed()); // So the server has done all that its end means.
  }
  client third{f.running->port()};
  REQUIRE(third.upgrade()->status == 101);
  third.send_text(R"({"type":"hello"})");
  CHECK(has(receive(third), "welcome"));
}
