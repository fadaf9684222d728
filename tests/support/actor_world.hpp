#pragma once

#include "actors/address.hpp"
#include "actors/convert.hpp"
#include "tests/support/store/conformance.hpp"
#include "tests/support/store/memory_commands.hpp"
#include "tests/support/store/memory_store.hpp"
#include "tests/support/world.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fief::test {

/// The game's clock, as a test sets it.
struct settable_time final : actors::time_source {
  [[nodiscard]] game::instant now() const override { return value; }
  game::instant value = at(0);
};

/// What came back of one request.
template <class Reply>
struct asked {
  caf::optional<Reply> value;
  caf::error error;
  int answers = 0;

  [[nodiscard]] game::outcome<Reply> outcome() const {
    if (value)
      return *value;
    return actors::errc_of(error);
  }
};

template <class Reply>
using asked_ptr = std::shared_ptr<asked<Reply>>;

/// What a gateway was told, in order, by kind.
struct pushes {
  std::vector<actors::session_superseded> superseded;
  std::vector<actors::tiles_passed> passed;
  std::vector<actors::run_changed> runs;
  std::vector<actors::event_changed> events;
  std::vector<actors::mining_changed> mining;
  std::vector<actors::notice_raised> notices;
  std::vector<actors::session_ended> ended;
  std::vector<actors::area_delta> deltas;
};

/// DIRECTORY with every entity over the memory STORE and READER, a clock to set, and a client. One
/// message at a time, in an order that follows from the seed.
class actor_world : public world {
public:
  explicit actor_world(std::uint64_t seed = 1, const actors::settings& rules = {});
  ~actor_world();

  // -- the world before anybody looks, without faults -------------------------------------------

  /// Runs a command on the tables, as somebody else's server would.
  template <class Command>
  auto put(const Command& x) {
    memory_change change{*db, rules->mining};
    auto done = apply(change, x);
    change.finish();
    return must(std::move(done));
  }
  /// Registers users 1 to `count`.
  void populate(std::uint64_t count, std::int64_t coins_cents = 10'000);
  /// An accepted free run of this user with these claims in the log, not merged.
  void put_accepted_run(std::uint64_t n, std::uint64_t user,
                        const std::vector<game::claim>& claims);

  // -- asking -----------------------------------------------------------------------------------

  template <class Interface, class Message>
  using reply_of = std::tuple_element_t<
    0, typename caf::response_type<typename Interface::signatures, Message>::tuple_type>;

  /// Asks and goes on; the slot fills when the reply is delivered. The client's requests leave in
  /// the order of these calls.
  template <class Reply, class Message>
  asked_ptr<Reply> send(const actors::entity_key& to, Message x) {
    return send_as<Reply>(client_, to, std::move(x));
  }
  /// The same from an actor that `open_gateway` gave. Who asks and ends is not answered.
  template <class Reply, class Message>
  asked_ptr<Reply> send_as(const caf::actor& asker, const actors::entity_key& to, Message x) {
    auto slot = std::make_shared<asked<Reply>>();
    actors::ask(self_of(asker), directory, to, std::move(x))
      .then([slot](Reply& reply) { slot->value = std::move(reply), ++slot->answers; },
            [slot](caf::error& why) { slot->error = std::move(why), ++slot->answers; });
    return slot;
  }
  template <class Message>
  auto send_user(const Message& x) {
    return send<reply_of<actors::user_actor, Message>>(actors::key_of(x.user), x);
  }
  template <class Message>
  auto send_event(const Message& x) {
    return send<reply_of<actors::event_actor, Message>>(actors::key_of(x.event), x);
  }
  template <class Message>
  auto send_area(const Message& x) {
    return send<reply_of<actors::area_actor, Message>>(actors::key_of(x.area), x);
  }

  /// Asks and delivers everything that follows at this instant. There is exactly one answer.
  template <class Message>
  auto ask_user(const Message& x) {
    return answered(send_user(x));
  }
  template <class Message>
  auto ask_event(const Message& x) {
    return answered(send_event(x));
  }
  template <class Message>
  auto ask_area(const Message& x) {
    return answered(send_area(x));
  }
  template <class Reply>
  game::outcome<Reply> answered(asked_ptr<Reply> slot) {
    drain();
    CHECK(slot->answers == 1);
    return slot->outcome();
  }

  /// Without a reply; delivers everything that follows.
  template <class Message>
  void tell(const actors::entity_key& to, Message x) {
    actors::tell(directory, to, std::move(x));
    drain();
  }

  // -- faults and lives -------------------------------------------------------------------------

  /// What befalls the next operations of this name (`append_fixes`), one each.
  void fail_next(const std::string& operation, std::vector<store_fault> faults);
  /// Operations of this name so far, refused ones included.
  [[nodiscard]] int count_of(const std::string& operation) const;

  /// From now on a node has its CLOCK.
  void start_clock();
  /// Ends the node where it stands: every actor of it, with what STORE has not committed. Then
  /// starts another one on what is committed. Gateways and clients stay: they are elsewhere.
  void crash();

  /// Ends the entity's actor, as its own broken invariant would. Nothing if it is not live.
  void kill(const actors::entity_key& who);
  [[nodiscard]] bool is_live(const actors::entity_key& who) const;
  /// The state of a live entity.
  template <class Handle, class State>
  const State& peek(const actors::entity_key& who) const {
    return state<State>(caf::actor_cast<Handle>(caf::actor_cast<caf::actor>(live_.at(who))));
  }
  [[nodiscard]] actors::directory_status status();

  /// Moves both clocks, the game's and the actors'.
  void advance(caf::timespan duration, caf::timespan quantum = std::chrono::milliseconds{500});

  /// One more gateway; what it hears is in `heard(gateway)`.
  caf::actor open_gateway();
  pushes& heard(const caf::actor& gateway) { return *heard_.at(gateway.address()); }

  std::shared_ptr<memory_database> db = std::make_shared<memory_database>();
  std::shared_ptr<settable_time> time = std::make_shared<settable_time>();
  std::shared_ptr<const actors::settings> rules;
  /// Asked for operations that `fail_next` does not name.
  std::function<store_fault(const std::string&)> weather;
  /// Told of every commit of STORE, with the name of the operation.
  std::function<void(const std::string&)> committed;
  /// How long STORE and READER keep what they delay.
  caf::timespan store_delay = std::chrono::milliseconds{10};
  actors::store_actor store;
  actors::reader_actor reader;
  caf::actor directory;

protected:
  /// What requests of `asker`, a gateway of this world, are sent with.
  caf::event_based_actor* self_of(const caf::actor& asker);

private:
  void boot();
  caf::event_based_actor* client_self() { return self_of(client_); }
  store_fault befalls(const char* operation);
  actors::entity_factory remembering(actors::entity_factory inner);
  void remember(const actors::entity_key& who, const caf::actor& actor);

  std::map<std::string, std::deque<store_fault>> script_;
  std::map<std::string, int> counts_;
  std::map<actors::entity_key, caf::actor_addr> live_;
  caf::actor clock_;
  bool with_clock_ = false;
  std::map<caf::actor_addr, std::shared_ptr<pushes>> heard_;
  caf::actor client_;
};

/// The context that DIRECTORY gives to its entities, for actors that a test spawns itself.
actors::context_ptr context_of(const actor_world& w);

} // namespace fief::test
