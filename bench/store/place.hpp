#pragma once

#include "actors/interfaces.hpp"
#include "actors/settings.hpp"
#include "actors/time_source.hpp"
#include "tests/support/grown_city.hpp"

#include <atomic>
#include <caf/all.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fief::bench {

using test::filling;
using test::id_of;
using test::kind;
using test::tile_at;

/// What something took. Units: milliseconds. `server` is CPU of this process, which is the server
/// and whoever loads it; `postgres` that of the connections to this database, without the
/// checkpointer and its like, which work when they please.
struct cost {
  double wall = 0;
  double server = 0;
  double postgres = 0;
  friend cost operator-(const cost& a, const cost& b) {
    return {a.wall - b.wall, a.server - b.server, a.postgres - b.postgres};
  }
};

/// A migrated database in the private Postgres of this program, which keeps what it commits. With
/// `FIEF_BENCH_PLANS=FILE` in the environment that file gets every statement's plan with its times.
class database {
public:
  database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;
  ~database();

  [[nodiscard]] const std::string& url() const { return url_; }
  /// Runs statements, then looks at nothing.
  void execute(const std::string& sql) const;
  /// Makes Postgres know what was filled in, and writes it out, so that no bench pays for that.
  void settle() const;
  /// The first column of every row.
  [[nodiscard]] std::vector<std::string> column(const std::string& sql) const;
  [[nodiscard]] std::int64_t number(const std::string& sql) const;
  [[nodiscard]] std::filesystem::path log() const;
  /// What was spent up to now.
  [[nodiscard]] cost spent() const;

private:
  std::string url_;
  std::string name_;
  pid_t postmaster_ = 0;
};

/// The clock of a bench, which stands still unless it is set.
struct bench_time final : actors::time_source {
  [[nodiscard]] base::instant now() const override { return base::from_ms(ms.load()); }
  std::atomic<std::int64_t> ms{0};
};

/// STORE, READER and DIRECTORY on a database, as `src/app.cpp` puts them together, and one asker.
class live_game {
public:
  live_game(const database& where, std::int64_t now_ms, actors::settings rules = {});
  ~live_game();

  template <class Reply, class Handle, class Message>
  Reply ask(const Handle& whom, Message x) {
    std::optional<Reply> reply;
    (*self)
      ->request(whom, caf::infinite, std::move(x))
      .receive([&](Reply& got) { reply = std::move(got); },
               [&](const caf::error& why) { fail(why); });
    return std::move(*reply);
  }
  /// Asks READER.
  template <class Query>
  auto read(Query x) {
    return ask<std::tuple_element_t<
      0, typename caf::response_type<actors::reader_actor::signatures, Query>::tuple_type>>(
      reader, std::move(x));
  }
  template <class Reply, class Message>
  Reply ask_entity(const actors::entity_key& whom, Message x) {
    return ask<Reply>(directory, actors::deliver{whom, caf::make_message(std::move(x)), false});
  }
  /// Ends the program: a bench whose operations are refused measures nothing.
  [[noreturn]] void fail(const caf::error& why) const;
  [[noreturn]] void fail(std::uint64_t number, const char* of_what) const;

  std::shared_ptr<bench_time> time = std::make_shared<bench_time>();
  std::shared_ptr<actors::settings> rules;
  caf::actor_system_config config;
  std::optional<caf::actor_system> system;
  actors::store_actor store;
  actors::reader_actor reader;
  caf::actor directory; ///< A `directory_actor`; untyped because a reply comes from the entity.
  std::optional<caf::scoped_actor> self;
};

/// Sends `count` requests with at most `window` unanswered: `send(i)` sends, each `Reply` counts.
template <class Reply, class Send, class Got>
void pipeline(live_game& game, std::size_t count, std::size_t window, Send send, Got got) {
  std::size_t sent = 0;
  for (std::size_t done = 0; done < count; ++done) {
    while (sent < count && sent < done + window)
      send(sent++);
    (*game.self)->receive([&](Reply& x) { got(x); }, [&](caf::error& why) { game.fail(why); });
  }
}

/// The resident set of this process. Units: bytes.
std::uint64_t resident_bytes();
/// Its greatest since `forget_peak`.
std::uint64_t peak_bytes();
void forget_peak();

// What `main` chooses among; each prints one line of JSON.
int write_batch(const std::vector<std::string>& args);
int claims(const std::vector<std::string>& args);
int event_of(const std::vector<std::string>& args);
int growth(const std::vector<std::string>& args);

} // namespace fief::bench
