#include "tests/support/store/store_world.hpp"

#include "actors/system.hpp"
#include "tests/support/store/memory_store.hpp"

namespace fief::test {

namespace {

class memory_ports final : public store_ports {
public:
  memory_ports(caf::actor_system& system, const game::mining_rules& mining) {
    auto database = std::make_shared<memory_database>();
    memory_store_config config;
    config.mining = mining;
    store = system.spawn(memory_store, database, config);
    reader = system.spawn(memory_reader, database, config);
  }
};

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

} // namespace

test_config::test_config() {
  actors::configure(*this);
  set("scheduler.max-threads", std::size_t{2});
}

std::unique_ptr<store_ports> make_memory_ports(caf::actor_system& system,
                                               const game::mining_rules& mining) {
  return std::make_unique<memory_ports>(system, mining);
}

namespace {

/// Observes commits, asks, and passes on what it was told until the answer.
caf::behavior curious(caf::event_based_actor* self, actors::store_actor store,
                      actors::buy_ticket question, caf::actor to) {
  auto told = std::make_shared<actors::committed>();
  self->send(store, actors::observe_commits{caf::actor_cast<caf::actor>(self)});
  self->request(store, store_world::patience, std::move(question))
    .then(
      [=](const actors::ticket_bought&) {
        self->send(to, *told);
        self->quit();
      },
      [=](const caf::error&) { self->quit(); });
  return {[=](const actors::committed& more) {
    append(told->accounts, more.accounts);
    append(told->notices, more.notices);
    append(told->events, more.events);
  }};
}

} // namespace

store_world::store_world(backend which, const game::mining_rules& mining)
  : system_(config_), self_(system_) {
  ports_ = which == backend::memory ? make_memory_ports(system_, mining)
                                    : make_postgres_ports(system_, mining);
}

store_world::~store_world() {
  for (auto port :
       {caf::actor_cast<caf::actor>(ports_->store), caf::actor_cast<caf::actor>(ports_->reader)})
    if (port) {
      caf::anon_send_exit(port, caf::exit_reason::user_shutdown);
      self_->wait_for(port);
    }
}

void store_world::observe() {
  self_->send(ports_->store, actors::observe_commits{caf::actor_cast<caf::actor>(self_.ptr())});
}

actors::committed store_world::feed(std::size_t accounts, std::size_t notices, std::size_t events) {
  bool is_waiting = true;
  while (is_waiting
         && (told_.accounts.size() < accounts || told_.notices.size() < notices
             || told_.events.size() < events))
    self_->receive(
      [&](const actors::committed& more) {
        append(told_.accounts, more.accounts);
        append(told_.notices, more.notices);
        append(told_.events, more.events);
      },
      caf::after(patience) >> [&] { is_waiting = false; });
  return std::exchange(told_, {});
}

actors::committed store_world::told_before_answer(const actors::buy_ticket& x) {
  system_.spawn(curious, ports_->store, x, caf::actor_cast<caf::actor>(self_.ptr()));
  actors::committed told;
  self_->receive([&](actors::committed& all) { told = std::move(all); },
                 caf::after(patience) >> [] {});
  return told;
}

} // namespace fief::test
