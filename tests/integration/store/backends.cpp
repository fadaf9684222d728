#include "tests/integration/store/backends.hpp"

#include "persistence/reader.hpp"
#include "persistence/store.hpp"
#include "tests/support/postgres_fixture.hpp"

namespace fief::test {

namespace {

class postgres_ports final : public store_ports {
public:
  postgres_ports(caf::actor_system& system, const game::mining_rules& mining) {
    persistence::store_config writing;
    writing.options = postgres_fixture::instance().fresh_database();
    writing.mining = mining;
    persistence::reader_config reading;
    reading.options = writing.options;
    reading.pool_size = 2;
    reading.store_max = mining.store_max;
    store = system.spawn(persistence::store, writing);
    reader = system.spawn(persistence::reader, reading);
  }
};

} // namespace

std::unique_ptr<store_ports> make_postgres_ports(caf::actor_system& system,
                                                 const game::mining_rules& mining) {
  return std::make_unique<postgres_ports>(system, mining);
}

backend each_backend() {
  return GENERATE(values({backend::memory, backend::postgres}));
}

} // namespace fief::test
