#include "persistence/fence.hpp"

#include "base/assert.hpp"
#include "persistence/connection_options.hpp"
#include "persistence/sql.hpp"

namespace fief::persistence {

namespace {

constexpr int connect_timeout_s = 5;
/// Each is waited for in turn; those after the first have had its time too.
constexpr query q_fence{"fence_off", "select pg_terminate_backend(pid, 10000)"
                                     " from pg_stat_activity where application_name = $1"
                                     " and datname = current_database() and usename = current_user"
                                     " and pid <> pg_backend_pid()"};

} // namespace

std::size_t fence_off(const std::string& options, const std::string& name) {
  FIEF_ASSERT(!name.empty());
  connection c{with_connect_timeout(options, connect_timeout_s), 0};
  pqxx::nontransaction work{c.raw()};
  transaction tx{c, work};
  auto ended = tx.run(q_fence, name);
  for (const auto& row : ended)
    if (!row[0].as<bool>())
      throw std::runtime_error("a connection of the server before this one does not end; look for"
                               " application_name '"
                               + name + "' in pg_stat_activity, end it, and start again");
  return static_cast<std::size_t>(ended.size());
}

} // namespace fief::persistence
