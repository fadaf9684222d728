#include "persistence/rights.hpp"

#include "persistence/connection_options.hpp"
#include "persistence/sql.hpp"

namespace fief::persistence {

namespace {

constexpr int connect_timeout_s = 5;
constexpr query q_rights{"special_rights",
                         "select id, case when banned or deleted or roles not between 0 and 7"
                         " then 0 else roles end" // A damaged row is no reason not to start.
                         " from app_user where banned or deleted or roles <> 1"};
static_assert(actors::role_runner == 1);

} // namespace

std::map<game::user_id, std::uint8_t> special_rights(const std::string& options) {
  connection c{with_connect_timeout(options, connect_timeout_s), 0};
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  std::map<game::user_id, std::uint8_t> found;
  for (const auto& fields : tx.run(q_rights)) {
    row_reader row{fields};
    auto user = row.id<game::user_id>();
    found[user] = row.small<std::uint8_t>();
  }
  return found;
}

} // namespace fief::persistence
