#include "net/api/map_board.hpp"
#include "net/json_reader.hpp"

#include "base/rng.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <stdexcept>

using namespace fief;
using namespace std::chrono_literals;

namespace {

const game::tiling tiles_17{17};

/// A city of four areas or more.
const game::bbox city{13.30, 52.48, 13.36, 52.52};

game::tile_id tile_near(double lat, double lon) {
  return tiles_17.tile_at(static_cast<std::int32_t>(lat * 1e7),
                          static_cast<std::int32_t>(lon * 1e7));
}

game::user_id user(std::uint64_t n) {
  return game::user_id{{7, n}};
}

/// AREA, but for its life: holds tiles, numbers changes, keeps deltas until they are flushed.
struct fake_area {
  std::uint64_t version = 0;
  std::uint64_t told = 0;
  std::uint64_t opened_at = 0;
  bool watched = false;
  std::map<game::tile_id, actors::public_tile> tiles;
};

/// The AREAs, as a port that answers when the test says so, and the game's clock.
struct fake_world final : net::map_port {
  using snapshot_handler = std::function<void(const actors::area_snapshot*)>;

  void watch(game::area_id area, snapshot_handler handler) override {
    ++watches;
    asked.emplace_back(area, std::move(handler));
  }
  void unwatch(game::area_id area) override {
    unwatched.insert(area);
    at(area).watched = false;
  }
  game::instant now() const override { return base::from_ms(clock); }

  fake_area& at(game::area_id id) {
    auto& x = areas[id];
    if (x.opened_at == 0)
      x.opened_at = x.version = x.told = static_cast<std::uint64_t>(clock);
    return x;
  }
  void change(game::tile_id tile, game::user_id owner, std::int64_t holds_until) {
    auto& x = at(tiles_17.area_of(tile));
    x.version = std::max(x.version + 1, static_cast<std::uint64_t>(clock));
    if (owner.is_nil())
      holds_until = 0;
    x.tiles[tile] = {tile, owner, base::from_ms(holds_until), x.version};
  }
  /// The AREA ends without a word, and comes back from what is stored.
  void restart(game::area_id id) {
    auto& x = at(id);
    x.opened_at = x.version = x.told = static_cast<std::uint64_t>(clock);
    x.watched = false;
    std::erase_if(x.tiles, [](const auto& each) { return each.second.owner.is_nil(); });
    for (auto& [tile, each] : x.tiles)
      each.changed = x.version;
  }
  template <class T>
  void name_all(T& x) {
    std::set<game::user_id> seen;
    for (const auto& tile : x.tiles)
      if (!tile.owner.is_nil() && seen.insert(tile.owner).second) {
        x.owners.push_back(tile.owner);
        x.usernames.push_back("runner " + std::to_string(tile.owner.value.lo));
      }
  }
  void flush(game::area_id id, net::map_board& to) {
    auto& x = at(id);
    if (x.told == x.version)
      return;
    const auto from = std::exchange(x.told, x.version);
    if (!x.watched)
      return;
    actors::area_delta delta{id, from, x.version, {}, {}, {}};
    for (const auto& [tile, each] : x.tiles)
      if (each.changed > from)
        delta.tiles.push_back(each);
    name_all(delta);
    to.on_delta(delta);
  }
  void answer_all(net::map_board& to) {
    for (auto& [area, handler] : std::exchange(asked, {})) {
      flush(area, to);
      auto& x = at(area);
      x.watched = true;
      actors::area_snapshot out{area, x.version, x.opened_at, {}, {}, {}};
      for (const auto& [tile, each] : x.tiles)
        out.tiles.push_back(each);
      name_all(out);
      handler(&out);
    }
  }
  void refuse_all() {
    for (auto& [area, handler] : std::exchange(asked, {}))
      handler(nullptr);
  }

  std::int64_t clock = 1'750'000'000'000;
  std::size_t watches = 0;
  std::vector<std::pair<game::area_id, snapshot_handler>> asked;
  std::set<game::area_id> unwatched;
  std::map<game::area_id, fake_area> areas;
};

/// What a client knows from the messages that it applied.
struct fake_client {
  std::map<std::string, std::string> tiles; ///< Token to "owner until".
  std::map<std::string, std::string> owners;
  std::uint64_t version = 0;
  std::size_t snapshots = 0;
  std::size_t deltas = 0;

  void apply(const std::string& text) {
    net::json_document document;
    simdjson::dom::element root;
    REQUIRE_FALSE(document.parse_raw(text, root));
    const auto type = std::string{std::string_view{root["type"]}};
    if (type == "snapshot") {
      tiles.clear();
      owners.clear();
      ++snapshots;
    } else {
      REQUIRE(type == "delta");
      ++deltas;
    }
    version = root["version"];
    for (auto each : simdjson::dom::array{root["tiles"]}) {
      const std::string tile{std::string_view{each.at(0)}};
      if (each.at(1).is_null()) {
        CHECK(type == "delta");
        CHECK(each.at(2).is_null());
        tiles.erase(tile);
      } else {
        tiles[tile] = std::string{std::string_view{each.at(1)}} + " "
                      + std::to_string(std::int64_t{each.at(2)});
      }
    }
    for (auto [id, name] : simdjson::dom::object{root["owners"]})
      owners[std::string{id}] = std::string{std::string_view{name}};
  }
};

/// A socket with one place for each key and a reader who takes what he likes.
struct fake_socket final : net::socket {
  void send_priority(payload) override {}
  bool send_command(payload) override { return true; }
  net::bulk_result send_bulk(std::uint64_t key, payload message) override {
    if (full) {
      waiting.erase(key);
      behind.insert(key);
      return net::bulk_result::behind;
    }
    behind.erase(key);
    const bool fresh = waiting.insert_or_assign(key, std::move(message)).second;
    return fresh ? net::bulk_result::queued : net::bulk_result::replaced;
  }
  void drop_bulk(std::uint64_t key) override {
    waiting.erase(key);
    behind.erase(key);
  }
  void close(net::close_code, std::string_view) override {}
  void pause_reading() override {}
  void resume_reading() override {}
  [[nodiscard]] bool open() const override { return true; }
  [[nodiscard]] std::size_t bytes_queued() const override { return 0; }
  [[nodiscard]] std::string_view authorization() const override { return {}; }
  [[nodiscard]] std::string_view remote_address() const override { return {}; }
  [[nodiscard]] std::string_view request_id() const override { return {}; }
  net::io_thread& thread() override { throw std::logic_error{"there is none"}; }

  std::map<std::uint64_t, payload> waiting;
  std::set<std::uint64_t> behind;
  bool full = false;
};

struct fixture {
  explicit fixture(std::size_t map_texts_max = 512 << 20) : metrics{registry, map_texts_max} {}

  net::metrics_registry registry;
  net::live_metrics metrics;
  fake_world world;
  net::timer_wheel::clock::time_point time{};
  net::timer_wheel wheel{time, 50ms};
  net::map_board board{world, wheel, tiles_17, metrics};

  void pass(std::chrono::milliseconds d) {
    time += d;
    world.clock += d.count();
    wheel.advance(time);
  }
  std::unique_ptr<net::map_subscription> subscribe(fake_socket& to, const game::bbox& box,
                                                   std::optional<std::uint64_t> since = {},
                                                   std::string id = "map") {
    auto why = net::map_board::refusal::none;
    return board.subscribe(to, {box, std::move(id), since, 1}, why);
  }
  net::map_board::refusal refusal_of(const game::bbox& box) {
    fake_socket to;
    auto why = net::map_board::refusal::none;
    board.subscribe(to, {box, "map", {}, 1}, why);
    return why;
  }
  /// The truth: what the AREAs hold inside the box.
  std::map<std::string, std::string> truth(const game::bbox& box) const {
    std::map<std::string, std::string> out;
    for (const auto& [id, area] : world.areas)
      for (const auto& [tile, x] : area.tiles)
        if (!x.owner.is_nil() && game::intersects(box, tile))
          out[game::to_token(tile)] =
            base::to_string(x.owner) + " " + std::to_string(base::to_ms(x.holds_until));
    return out;
  }
};

void read_all(fake_socket& from, fake_client& to) {
  for (auto& [key, message] : std::exchange(from.waiting, {}))
    to.apply(*message);
}

} // namespace

TEST_CASE("a client that applies what it gets sees the map, whatever is coalesced", "[net][map]") {
  const auto seed = GENERATE(range(1, 21));
  CAPTURE(seed);
  base::rng random{static_cast<std::uint64_t>(seed)};
  fixture f;
  struct watcher {
    fake_socket socket;
    fake_client client;
    game::bbox box;
    std::unique_ptr<net::map_subscription> subscription;
  };
  std::vector<std::unique_ptr<watcher>> watchers;
  auto subscribe = [&](watcher& x, std::optional<std::uint64_t> since) {
    x.subscription = f.subscribe(x.socket, x.box, since);
    REQUIRE(x.subscription);
  };
  for (int i = 0; i < 6; ++i) {
    auto& x = *watchers.emplace_back(std::make_unique<watcher>());
    x.box = city;
    if (i % 2 == 1) { // A smaller one, whose edges cut through tiles.
      x.box.east -= 0.01 + 0.001 * static_cast<double>(random.below(20));
      x.box.north -= 0.001 * static_cast<double>(random.below(20));
    }
  }
  auto change_one = [&] {
    const auto lat = 52.48 + 0.0001 * static_cast<double>(random.below(400));
    const auto lon = 13.30 + 0.0001 * static_cast<double>(random.below(600));
    f.world.change(tile_near(lat, lon),
                   random.below(4) == 0 ? game::user_id{} : user(random.below(5)),
                   f.world.clock + static_cast<std::int64_t>(random.below(1'000'000)) + 1);
  };
  auto some_area = [&] {
    auto at = f.world.areas.begin();
    std::advance(at, static_cast<long>(random.below(f.world.areas.size())));
    return at->first;
  };
  for (int step = 0; step < 600; ++step) {
    auto& x = *watchers[random.below(watchers.size())];
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2:
      case 3: change_one(); break;
      case 4: f.pass(std::chrono::milliseconds{random.below(400)}); break;
      case 5:
      case 6:
        if (!f.world.areas.empty())
          f.world.flush(some_area(), f.board);
        break;
      case 7: f.world.answer_all(f.board); break;
      case 8: read_all(x.socket, x.client); break;
      case 9: x.socket.full = !x.socket.full; break;
      case 10: // Comes back, with what it had.
        x.subscription.reset();
        subscribe(x, x.client.snapshots > 0 ? std::optional{x.client.version} : std::nullopt);
        break;
      case 11:
        if (!f.world.areas.empty() && random.below(4) == 0) {
          f.pass(5ms); // It takes longer than a millisecond to come back.
          f.world.restart(some_area());
        }
        break;
    }
  }
  // Then everything calms down, and everybody must see the same.
  for (auto& x : watchers)
    if (!x->subscription)
      subscribe(*x, {});
  for (int i = 0; i < 2'000; ++i) {
    f.pass(50ms); // Past the next renewal, which finds AREAs that had restarted.
    f.world.answer_all(f.board);
    for (auto& [id, area] : f.world.areas)
      f.world.flush(id, f.board);
    for (auto& x : watchers) {
      x->socket.full = false;
      for (auto key : std::exchange(x->socket.behind, {}))
        if (key == x->subscription->key())
          x->subscription->caught_up();
      read_all(x->socket, x->client);
    }
  }
  for (auto& x : watchers) {
    CHECK(x->client.snapshots + x->client.deltas > 0);
    CHECK(x->client.tiles == f.truth(x->box));
    for (const auto& [tile, holder] : x->client.tiles)
      CHECK(x->client.owners.count(holder.substr(0, 36)) == 1);
  }
  for (auto& x : watchers)
    x->subscription.reset();
}

TEST_CASE("equal boxes cost one question and one encoding, however many watch", "[net][map]") {
  fixture f;
  std::vector<std::unique_ptr<fake_socket>> sockets;
  std::vector<std::unique_ptr<net::map_subscription>> subscriptions;
  for (int i = 0; i < 100; ++i) {
    sockets.push_back(std::make_unique<fake_socket>());
    subscriptions.push_back(f.subscribe(*sockets.back(), city, {}, i < 50 ? "a" : "b"));
  }
  CHECK(f.world.watches == f.board.mirrors());
  CHECK(f.board.feeds() == 1);
  f.world.change(tile_near(52.5, 13.33), user(1), f.world.clock + 1'000);
  f.world.answer_all(f.board);
  CHECK(f.metrics.encodings.value() == 1);
  CHECK(f.metrics.snapshots.value() == 100);
  f.pass(1s);
  for (auto& x : sockets)
    x->waiting.clear();
  f.world.change(tile_near(52.5, 13.33), user(2), f.world.clock + 1'000);
  f.world.flush(tiles_17.area_of(tile_near(52.5, 13.33)), f.board);
  CHECK(f.metrics.encodings.value() == 2);
  CHECK(f.metrics.deltas.value() == 100);
  const auto first = sockets.front()->waiting.at(1);
  CHECK(first == sockets[49]->waiting.at(1)); // the very same bytes
  CHECK(*first != *sockets.back()->waiting.at(1));
}

TEST_CASE("deltas of a subscription are at most two a second, and hold the newest", "[net][map]") {
  fixture f;
  fake_socket socket;
  fake_client client;
  auto subscription = f.subscribe(socket, city);
  f.world.answer_all(f.board);
  const auto tile = tile_near(52.5, 13.33);
  for (int i = 0; i < 100; ++i) { // 10 seconds
    read_all(socket, client);
    f.world.change(tile, user(static_cast<std::uint64_t>(i)), f.world.clock + 60'000);
    f.world.flush(tiles_17.area_of(tile), f.board);
    f.pass(100ms);
  }
  f.pass(600ms);
  read_all(socket, client);
  CHECK(client.deltas <= 21);
  CHECK(client.deltas >= 15);
  CHECK(client.tiles == f.truth(city));
}

TEST_CASE("who comes back with a version gets what changed since, if that is known", "[net][map]") {
  fixture f;
  fake_socket socket;
  fake_client client;
  f.world.change(tile_near(52.5, 13.33), user(1), f.world.clock + 60'000);
  auto subscription = f.subscribe(socket, city);
  f.world.answer_all(f.board);
  read_all(socket, client);
  REQUIRE(client.snapshots == 1);
  subscription.reset();
  const auto other = tile_near(52.51, 13.33);
  f.pass(1s);
  f.world.change(other, user(2), f.world.clock + 60'000);
  f.world.flush(tiles_17.area_of(other), f.board);
  SECTION("a known version") {
    subscription = f.subscribe(socket, city, client.version);
    read_all(socket, client);
    CHECK(client.snapshots == 1);
    CHECK(client.deltas == 1);
  }
  SECTION("one from before the AREAs were activated") {
    subscription = f.subscribe(socket, city, client.version - 1'000);
    read_all(socket, client);
    CHECK(client.snapshots == 2);
  }
  SECTION("one that nobody has given") {
    subscription = f.subscribe(socket, city, client.version + 1'000'000'000);
    read_all(socket, client);
    CHECK(client.snapshots == 2);
  }
  CHECK(client.tiles == f.truth(city));
}

TEST_CASE("an area lingers after its last watcher, then is let go", "[net][map]") {
  fixture f;
  fake_socket socket;
  auto subscription = f.subscribe(socket, city);
  f.world.answer_all(f.board);
  const auto watches = f.world.watches;
  subscription.reset();
  CHECK(f.board.feeds() == 0);
  f.pass(20s);
  CHECK(f.world.unwatched.empty());
  subscription = f.subscribe(socket, city);
  CHECK(socket.waiting.size() == 1);
  CHECK(f.world.watches == watches);
  f.pass(40s);
  CHECK(f.world.unwatched.empty());
  subscription.reset();
  f.pass(31s);
  CHECK(f.world.unwatched.size() == watches);
  CHECK(f.board.mirrors() == 0);
  CHECK(f.metrics.areas.value() == 0);
  CHECK(f.metrics.subscriptions.value() == 0);
}

TEST_CASE("an area that does not answer is asked again", "[net][map]") {
  fixture f;
  fake_socket socket;
  auto subscription = f.subscribe(socket, city);
  f.world.refuse_all();
  CHECK(f.world.asked.empty());
  f.pass(3s);
  CHECK(f.world.asked.size() == f.board.mirrors());
  CHECK(socket.waiting.empty());
  f.world.answer_all(f.board);
  CHECK(socket.waiting.size() == 1);
}

TEST_CASE("a delta that does not follow on asks for a snapshot", "[net][map]") {
  fixture f;
  fake_socket socket;
  fake_client client;
  auto subscription = f.subscribe(socket, city);
  f.world.answer_all(f.board);
  read_all(socket, client);
  const auto tile = tile_near(52.5, 13.33);
  const auto area = tiles_17.area_of(tile);
  f.world.change(tile, user(1), f.world.clock + 60'000);
  f.world.at(area).told = f.world.at(area).version; // Lost on the way.
  f.world.change(tile_near(52.5001, 13.33), user(1), f.world.clock + 60'000);
  f.world.flush(area, f.board);
  CHECK(f.metrics.gaps.value() == 1);
  REQUIRE(f.world.asked.size() == 1);
  f.world.answer_all(f.board);
  f.pass(1s);
  read_all(socket, client);
  CHECK(client.snapshots == 1); // The difference is enough.
  CHECK(client.tiles == f.truth(city));
}

TEST_CASE("a box that is none or too large is refused", "[net][map]") {
  using refusal = net::map_board::refusal;
  fixture f;
  CHECK(f.refusal_of({13, 53, 14, 52}) == refusal::bad_box);
  CHECK(f.refusal_of({13, 52, 14, 91}) == refusal::bad_box);
  CHECK(f.refusal_of({-180, -90, 180, 90}) == refusal::too_many_areas);
  CHECK(f.refusal_of({13.3, 52.4, 13.3, 52.4}) == refusal::none);
  CHECK(f.board.feeds() == 0);
}

TEST_CASE("an area said to lie in a box has no tile outside", "[net][map]") {
  base::rng random{11};
  int inside = 0;
  for (int i = 0; i < 200; ++i) {
    const double lat = static_cast<double>(random.below(1'600)) / 10 - 80;
    const double lon = static_cast<double>(random.below(3'600)) / 10 - 180;
    const double size = 0.02 + static_cast<double>(random.below(100)) / 1'000;
    game::bbox box{lon, lat, lon + size, lat + size};
    if (box.east > 180)
      box.east -= 360;
    CAPTURE(box.west, box.south, box.east, box.north);
    const auto areas = tiles_17.areas_in(box, 1'000);
    REQUIRE(areas);
    for (auto area : *areas) {
      if (!net::surely_inside(box, area))
        continue;
      ++inside;
      for (const auto& p : game::corners(area)) {
        const auto tile = tiles_17.tile_at(static_cast<std::int32_t>(p.lat * 1e7),
                                           static_cast<std::int32_t>(p.lon * 1e7));
        CHECK(game::intersects(box, tile));
      }
    }
  }
  CHECK(inside > 100);
}

TEST_CASE("snapshots that slow readers hold have one memory, and who waits for it gets his later",
          "[net][map]") {
  fixture f{100'000}; // Room for one of them.
  for (int i = 0; i < 900; ++i)
    f.world.change(tile_near(52.48 + 0.001 * (i % 40), 13.30 + 0.002 * (i / 40.0)), user(1),
                   f.world.clock + 1'000'000 + i);
  fake_socket slow, late;
  auto first = f.subscribe(slow, city, {}, "a");
  auto second = f.subscribe(late, city, {}, "b");
  f.world.answer_all(f.board);
  REQUIRE(slow.waiting.size() == 1);
  REQUIRE(slow.waiting.begin()->second->size() > 50'000);
  CHECK(late.waiting.empty());
  CHECK(f.metrics.texts_full.value() > 0);
  f.pass(5s); // The reader takes his time, and so does the memory.
  CHECK(late.waiting.empty());
  CHECK(f.metrics.texts.used() <= f.metrics.texts.max());

  fake_client of_slow, of_late;
  read_all(slow, of_slow);
  f.pass(1s); // Also the feed's own copy is forgotten.
  f.pass(1s);
  read_all(late, of_late);
  CHECK(of_slow.tiles == f.truth(city));
  CHECK(of_late.tiles == f.truth(city));
  f.pass(2s);
  CHECK(f.metrics.texts.used() == 0);
}

TEST_CASE("who has no account fills half of the board at most", "[net][map]") {
  fixture f;
  const auto areas = tiles_17.areas_in(city, 400)->size();
  net::map_board board{f.world, f.wheel, tiles_17, f.metrics, {.mirrors_max = 2 * areas}};
  const game::bbox elsewhere{14.30, 52.48, 14.32, 52.50};
  fake_socket socket;
  auto why = net::map_board::refusal::none;
  auto first = board.subscribe(socket, {city, "a", {}, 1, true}, why);
  CHECK(why == net::map_board::refusal::none);
  CHECK(board.mirrors() == areas);
  CHECK(board.subscribe(socket, {elsewhere, "b", {}, 2, true}, why) == nullptr);
  CHECK(why == net::map_board::refusal::overloaded);
  auto of_a_user = board.subscribe(socket, {elsewhere, "b", {}, 2, false}, why);
  CHECK(why == net::map_board::refusal::none);
  CHECK(of_a_user != nullptr);
  // What is mirrored already takes no room: now also where a user looks, and the board is full.
  auto second = board.subscribe(socket, {elsewhere, "c", {}, 3, true}, why);
  CHECK(why == net::map_board::refusal::none);
  CHECK(second != nullptr);
  CHECK(board.subscribe(socket, {{2.20, 48.70, 2.50, 48.95}, "d", {}, 4, false}, why) == nullptr);
}
