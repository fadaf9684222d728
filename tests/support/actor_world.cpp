#include "tests/support/actor_world.hpp"

#include "actors/clock.hpp"

namespace fief::test {

using namespace actors;

namespace {

/// The name of a type without its namespaces.
std::string bare(const char* operation) {
  std::string name{operation};
  name.erase(0, name.rfind(':') + 1); // Also without any: npos + 1 is 0.
  return name;
}

caf::behavior client(caf::event_based_actor*) {
  return {[](atom::tick) {}};
}

caf::behavior gateway(caf::event_based_actor*, std::shared_ptr<pushes> told) {
  return {
    [=](const session_superseded& x) { told->superseded.push_back(x); },
    [=](const tiles_passed& x) { told->passed.push_back(x); },
    [=](const run_changed& x) { told->runs.push_back(x); },
    [=](const event_changed& x) { told->events.push_back(x); },
    [=](const mining_changed& x) { told->mining.push_back(x); },
    [=](const notice_raised& x) { told->notices.push_back(x); },
    [=](const session_ended& x) { told->ended.push_back(x); },
    [=](const area_delta& x) { told->deltas.push_back(x); },
  };
}

} // namespace

actor_world::actor_world(std::uint64_t seed, const settings& given)
  : world(seed), rules(std::make_shared<settings>(given)) {
  boot();
  client_ = spawn(client);
}

void actor_world::boot() {
  memory_store_config config;
  config.mining = rules->mining;
  config.fault = [this](const char* operation) { return befalls(operation); };
  config.committed = [this](const char* operation) {
    if (committed)
      committed(bare(operation));
  };
  config.delay = store_delay;
  store = spawn(memory_store, db, config);
  reader = spawn(memory_reader, db, config);
  directory_config entities;
  entities.store = store;
  entities.reader = reader;
  entities.time = time;
  entities.rules = rules;
  entities.factory = remembering(make_entities());
  directory = caf::actor_cast<caf::actor>(spawn(actors::directory, std::move(entities)));
  if (with_clock_)
    start_clock();
}

void actor_world::start_clock() {
  with_clock_ = true;
  clock_ = caf::actor_cast<caf::actor>(spawn(actors::clock, context_of(*this)));
}

void actor_world::crash() {
  for (const auto& actor :
       {directory, clock_, caf::actor_cast<caf::actor>(store), caf::actor_cast<caf::actor>(reader)})
    if (actor)
      caf::anon_send_exit(actor, caf::exit_reason::kill);
  for (const auto& [who, address] : live_)
    if (is_live(who))
      caf::anon_send_exit(caf::actor_cast<caf::actor>(address), caf::exit_reason::kill);
  drain();
  live_.clear();
  boot();
}

actor_world::~actor_world() {
  for (const auto& actor : {directory, client_, caf::actor_cast<caf::actor>(store),
                            caf::actor_cast<caf::actor>(reader)})
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  drain(); // While the faults and the factory still stand.
}

void actor_world::populate(std::uint64_t count, std::int64_t coins_cents) {
  for (std::uint64_t n = 1; n <= count; ++n)
    put(new_user(n, coins_cents));
}

void actor_world::put_accepted_run(std::uint64_t n, std::uint64_t user,
                                   const std::vector<game::claim>& claims) {
  auto run = put(create_run{new_run(n, user)});
  save_run save;
  save.run = put(finish_recording{run.id, run.user, 0, false, time->now()});
  save.run.state = run_state::accepted;
  save.claims = claims;
  save.now = time->now();
  put(save);
}

caf::event_based_actor* actor_world::self_of(const caf::actor& asker) {
  auto* self = static_cast<caf::event_based_actor*>(caf::actor_cast<caf::abstract_actor*>(asker));
  self->context(nullptr); // What it last ran on is gone.
  return self;
}

void actor_world::fail_next(const std::string& operation, std::vector<store_fault> faults) {
  auto& queue = script_[operation];
  queue.insert(queue.end(), faults.begin(), faults.end());
}

int actor_world::count_of(const std::string& operation) const {
  auto it = counts_.find(operation);
  return it != counts_.end() ? it->second : 0;
}

store_fault actor_world::befalls(const char* operation) {
  auto name = bare(operation);
  ++counts_[name];
  if (auto it = script_.find(name); it != script_.end() && !it->second.empty()) {
    auto fault = it->second.front();
    it->second.pop_front();
    return fault;
  }
  return weather ? weather(name) : store_fault::none;
}

entity_factory actor_world::remembering(entity_factory inner) {
  entity_factory out;
  out.user = [this, inner](caf::local_actor* parent, const context_ptr& ctx, user_loaded x) {
    auto key = key_of(x.user.id);
    auto actor = inner.user(parent, ctx, std::move(x));
    remember(key, actor);
    return actor;
  };
  out.event = [this, inner](caf::local_actor* parent, const context_ptr& ctx, event_loaded x) {
    auto key = key_of(x.event.id);
    auto actor = inner.event(parent, ctx, std::move(x));
    remember(key, actor);
    return actor;
  };
  out.area = [this, inner](caf::local_actor* parent, const context_ptr& ctx, area_loaded x,
                           game::area_id id) {
    auto actor = inner.area(parent, ctx, std::move(x), id);
    remember(key_of(id), actor);
    return actor;
  };
  return out;
}

void actor_world::remember(const entity_key& who, const caf::actor& actor) {
  live_[who] = actor.address();
}

void actor_world::kill(const entity_key& who) {
  if (is_live(who))
    caf::anon_send_exit(caf::actor_cast<caf::actor>(live_.at(who)), caf::exit_reason::kill);
  drain();
}

bool actor_world::is_live(const entity_key& who) const {
  auto it = live_.find(who);
  if (it == live_.end())
    return false;
  auto actor = caf::actor_cast<caf::strong_actor_ptr>(it->second);
  return actor
         && !caf::actor_cast<caf::abstract_actor*>(actor)->getf(
           caf::abstract_actor::is_terminated_flag);
}

directory_status actor_world::status() {
  directory_status out;
  client_self()
    ->request(directory, caf::infinite, get_directory_status{})
    .then([&out](const directory_status& x) { out = x; });
  drain();
  return out;
}

void actor_world::advance(caf::timespan duration, caf::timespan quantum) {
  for (auto t = caf::timespan{0}; t < duration; t += quantum) {
    time->value += std::chrono::duration_cast<game::milliseconds>(quantum);
    run_for(quantum, quantum);
  }
}

caf::actor actor_world::open_gateway() {
  auto told = std::make_shared<pushes>();
  auto actor = caf::actor_cast<caf::actor>(spawn(gateway, told));
  heard_[actor.address()] = told;
  return actor;
}

context_ptr context_of(const actor_world& w) {
  auto ctx = std::make_shared<context>();
  ctx->store = w.store;
  ctx->reader = w.reader;
  ctx->directory = w.directory;
  ctx->time = w.time;
  ctx->rules = w.rules;
  return ctx;
}

} // namespace fief::test
