#include "actors/interfaces.hpp"
#include "actors/system.hpp"
#include "base/rng.hpp"

#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <catch2/catch.hpp>
#include <type_traits>
#include <utility>
#include <vector>

using namespace fief;

namespace {

/// An inspector that writes a random value into every field it is shown, and counts them.
class filler {
public:
  using result_type = void;
  static constexpr bool reads_state = false;
  static constexpr bool writes_state = true;

  filler(base::rng& random, const caf::actor& somebody) : random_(random), somebody_(somebody) {}

  template <class... Ts>
  void operator()(Ts&... xs) {
    fields = sizeof...(xs);
    (fill(xs), ...);
  }

  std::size_t fields = 0; ///< Of the struct that was filled last.

private:
  template <class T>
  void fill(T& x) {
    if constexpr (std::is_same_v<T, bool>) {
      x = random_.chance(1, 2);
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      x = static_cast<T>(random_.next());
    } else if constexpr (std::is_floating_point_v<T>) {
      x = (random_.unit() - 0.5) * 1e9;
    } else {
      filler nested{random_, somebody_};
      inspect(nested, x);
    }
  }

  void fill(std::string& x) {
    x.clear();
    for (auto size = random_.below(12); size > 0; --size)
      x += static_cast<char>(random_.next());
  }

  template <class Rep, class Period>
  void fill(std::chrono::duration<Rep, Period>& x) {
    x = std::chrono::duration<Rep, Period>{static_cast<Rep>(random_.next())};
  }

  template <class Clock, class Duration>
  void fill(std::chrono::time_point<Clock, Duration>& x) {
    x = std::chrono::time_point<Clock, Duration>{
      Duration{static_cast<typename Duration::rep>(random_.next())}};
  }

  template <class T>
  void fill(std::vector<T>& xs) {
    xs.resize(random_.below(4));
    for (auto& x : xs)
      fill(x);
  }

  template <class T>
  void fill(caf::optional<T>& x) {
    if (!random_.chance(1, 2))
      return;
    T value{};
    fill(value);
    x = std::move(value);
  }

  void fill(caf::actor& x) {
    if (random_.chance(1, 2))
      x = somebody_;
  }

  void fill(caf::message& x) {
    actors::get_profile content;
    fill(content);
    x = caf::make_message(content);
  }

  base::rng& random_;
  const caf::actor& somebody_;
};

/// Stands for a value of any type when the members of an aggregate are counted.
struct anything {
  template <class T>
  operator T() const; // Never called.
};

template <class T, std::size_t... Is>
constexpr bool takes(std::index_sequence<Is...>) {
  return requires {
    T{(static_cast<void>(Is), anything{})...};
  };
}

/// Members of an aggregate, or fewer where a member's type (an optional) takes no stand-in.
template <class T, std::size_t Count = 40>
constexpr std::size_t members() {
  if constexpr (Count == 0 || takes<T>(std::make_index_sequence<Count>{}))
    return Count;
  else
    return members<T, Count - 1>();
}

template <class T>
std::vector<char> serialized(caf::actor_system& system, T& x) {
  std::vector<char> bytes;
  caf::binary_serializer sink{system, bytes};
  auto error = sink(x);
  CHECK_FALSE(error);
  return bytes;
}

template <class T>
void check_round_trip(caf::actor_system& system, base::rng& random, const caf::actor& somebody) {
  INFO(caf::type_name<T>::value);
  for (int times = 0; times < 10; ++times) {
    T original{};
    filler fill{random, somebody};
    inspect(fill, original);
    CHECK(fill.fields >= members<T>()); // Every member is listed in `inspect`.
    auto bytes = serialized(system, original);
    T copy{};
    caf::binary_deserializer source{system, bytes};
    auto error = source(copy);
    CHECK_FALSE(error);
    CHECK(source.remaining() == 0);
    CHECK(serialized(system, copy) == bytes);
    if constexpr (requires { original == copy; })
      CHECK(static_cast<bool>(original == copy));
  }
}

template <std::size_t... Is>
void check_all(caf::actor_system& system, base::rng& random, const caf::actor& somebody,
               std::index_sequence<Is...>) {
  constexpr auto first = caf::id_block::fief_first_type_id;
  (check_round_trip<typename caf::type_by_id<first + Is>::type>(system, random, somebody), ...);
}

} // namespace

TEST_CASE("every message survives the way to another node") {
  caf::actor_system_config config;
  actors::configure(config);
  config.set("scheduler.max-threads", std::size_t{1});
  caf::actor_system system{config};
  auto somebody =
    system.spawn([](caf::event_based_actor*) -> caf::behavior { return {[](atom::tick) {}}; });
  auto seed = GENERATE(range(1, 6));
  CAPTURE(seed);
  base::rng random{static_cast<std::uint64_t>(seed)};
  constexpr auto count = caf::id_block::fief_last_type_id - caf::id_block::fief_first_type_id + 1;
  STATIC_REQUIRE(count > 150);
  check_all(system, random, somebody, std::make_index_sequence<count>{});
  caf::anon_send_exit(somebody, caf::exit_reason::user_shutdown);
}

TEST_CASE("a member that inspect forgets would be noticed") {
  STATIC_REQUIRE(members<actors::create_user>() == 3);
  STATIC_REQUIRE(members<actors::run_record>() == 30);
  STATIC_REQUIRE(members<game::account>() == 7);
  STATIC_REQUIRE(members<actors::get_store_health>() == 0);
}
