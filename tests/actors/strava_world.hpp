#pragma once

#include "actors/strava.hpp"
#include "tests/support/store/conformance.hpp"
#include "tests/support/store/memory_store.hpp"
#include "tests/support/world.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fief::test {

/// The game's clock, as a test sets it.
struct strava_time final : actors::time_source {
  [[nodiscard]] game::instant now() const override { return value; }
  game::instant value = at(0);
};

/// Strava, as far as the port shows it: tokens that rotate, a limit, activities. A sealed text is
/// `<athlete>/<number of the pair>`, a code is the athlete.
struct fake_strava {
  struct athlete {
    std::int64_t pair = 0; ///< The one that is alive.
    bool authorized = true;
    std::map<std::int64_t, actors::strava_activity> activities;
    std::set<std::int64_t> without_streams;
  };
  std::map<std::int64_t, athlete> athletes;
  std::shared_ptr<const strava_time> time;
  std::int32_t quarter_max = 100;
  std::int32_t day_max = 1'000;
  std::map<std::int64_t, std::int32_t> quarters; ///< Requests in each.
  std::map<std::int64_t, std::int32_t> days;
  int refreshes = 0;
  int revocations = 0;
  std::vector<std::int64_t> streamed;         ///< Athletes, in the order in which they were served.
  std::deque<actors::strava_outcome> befalls; ///< The next requests with a token.
  bool lose_refresh = false;                  ///< It rotates, and its answer is lost.
  std::function<void()> during_streams;       ///< Happens while they are fetched.
};

/// What DIRECTORY leads to: USERs that keep runs by activity.
struct fake_users {
  struct import {
    game::run_id run;
    game::sport sport = game::sport::run;
    std::size_t fixes = 0;
  };
  std::map<std::pair<game::user_id, std::string>, import> runs;
  std::set<game::run_id> ever; ///< Runs that were there once.
  int imports = 0;             ///< Asked for.
  int forgets = 0;
  std::deque<game::errc> refuse_import; ///< What the next ones hear; the run is stored for
                                        ///< `unavailable`: the answer was lost.
};

/// STRAVA over the memory STORE, with everything outside faked. The clock is the test's.
class strava_world : public world {
public:
  explicit strava_world(std::uint64_t seed = 1, const actors::strava_config& config = {});
  ~strava_world();

  /// User n becomes athlete n × 100.
  game::outcome<actors::strava_status> connect(std::uint64_t user);
  /// An activity at Strava, of the user's athlete.
  actors::strava_activity& add(std::uint64_t user, std::int64_t id, std::int64_t start_ms = -hour);
  game::outcome<actors::store_done> hook(std::uint64_t user, std::int64_t id, bool deleted = false);
  game::outcome<actors::store_done> deauthorized(std::uint64_t user);

  template <class Reply, class Message>
  game::outcome<Reply> ask(const Message& x) {
    game::outcome<Reply> out = game::errc::unavailable;
    client_self()
      ->request(strava, caf::infinite, x)
      .then([&out](Reply& reply) { out = std::move(reply); },
            [&out](const caf::error& why) { out = actors::errc_of(why); });
    drain();
    return out;
  }
  void advance(std::chrono::milliseconds duration,
               std::chrono::milliseconds quantum = std::chrono::milliseconds{1'000});
  /// Ends STRAVA where it stands and starts another one.
  void crash();
  /// What befalls the next operations of STORE of this name, one each.
  void fail_next(const std::string& operation, std::vector<store_fault> faults);
  [[nodiscard]] int count_of(const std::string& operation) const;

  [[nodiscard]] const actors::strava_import& row(std::uint64_t user, std::int64_t id) const {
    return db->strava_imports.at({user_of(user), id});
  }
  [[nodiscard]] const actors::strava_connection& connection(std::uint64_t user) const {
    return db->strava.at(user_of(user));
  }
  [[nodiscard]] bool has_run(std::uint64_t user, std::int64_t id) const {
    return users.runs.contains({user_of(user), std::to_string(id)});
  }
  [[nodiscard]] game::run_id run(std::uint64_t user, std::int64_t id) const {
    return users.runs.at({user_of(user), std::to_string(id)}).run;
  }

  std::shared_ptr<memory_database> db = std::make_shared<memory_database>();
  std::shared_ptr<strava_time> time = std::make_shared<strava_time>();
  fake_strava outside;
  fake_users users;
  actors::store_actor store;
  actors::reader_actor reader;
  actors::strava_actor strava;

private:
  void boot();
  caf::event_based_actor* client_self();
  store_fault befalls(const char* operation);

  actors::strava_config config_;
  caf::actor client_;
  caf::actor directory_;
  actors::strava_api_actor api_;
  std::map<std::string, std::deque<store_fault>> script_;
  std::map<std::string, int> counts_;
};

} // namespace fief::test
