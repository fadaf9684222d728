#include "persistence/errc.hpp"

#include <pqxx/except>
#include <string_view>

namespace fief::persistence {

namespace {

errc kind_of(std::string_view state) {
  auto is_class = [&](std::string_view prefix) { return state.starts_with(prefix); };
  if (is_class("40") || state == "55P03" || state == "57014")
    return errc::contention;
  if (is_class("08"))
    return errc::connection_lost;
  if (is_class("53") || is_class("57") || is_class("58") || state == "25006")
    return errc::server_busy;
  return errc::statement_refused;
}

} // namespace

fault fault_of(const std::exception& x) {
  if (dynamic_cast<const pqxx::in_doubt_error*>(&x))
    return {errc::in_doubt, "", x.what()};
  if (const auto* refused = dynamic_cast<const pqxx::sql_error*>(&x)) {
    auto state = refused->sqlstate();
    // Without a state the server did not answer: libpq itself failed.
    return {state.empty() ? errc::connection_lost : kind_of(state), state, x.what()};
  }
  if (dynamic_cast<const pqxx::transaction_rollback*>(&x)) // Not an sql_error in this version.
    return {errc::contention, "40000", x.what()};
  if (dynamic_cast<const pqxx::broken_connection*>(&x))
    return {errc::connection_lost, "", x.what()};
  return {errc::statement_refused, "", x.what()};
}

game::errc answer_of(const fault& x) {
  if (x.sqlstate == "23503") // A foreign key: what the command names is not there.
    return game::errc::not_found;
  if (x.sqlstate.starts_with("22") || x.sqlstate.starts_with("23"))
    return game::errc::invalid_argument;
  return game::errc::unavailable;
}

} // namespace fief::persistence
