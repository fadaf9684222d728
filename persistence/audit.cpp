#include "persistence/audit.hpp"

#include "persistence/audit_checks.hpp"
#include "persistence/connection_options.hpp"

namespace fief::persistence {

namespace {

constexpr int connect_timeout_s = 5;

/// Runs one check. Its query stays whole: Postgres counts, and sends a few keys.
void run_check(transaction& tx, const audit_check& x, std::vector<finding>& findings) {
  auto sql = "select k, count(*) over () from (" + std::string{x.rows.sql} + ") found (k) limit "
             + std::to_string(audit_keys_max);
  finding found{x.rows.name, x.text, 0, {}};
  for (const auto& fields : tx.command(sql)) {
    row_reader row{fields};
    found.keys.push_back(row.text());
    found.count = row.integer();
  }
  if (found.count > 0)
    findings.push_back(std::move(found));
}

} // namespace

std::vector<finding> audit(const std::string& options) {
  connection c{with_connect_timeout(options, connect_timeout_s), 0};
  pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{c.raw()};
  transaction tx{c, work};
  std::vector<finding> findings;
  for (const auto& each : audit_checks())
    run_check(tx, each, findings);
  audit_rows(tx, findings);
  return findings;
}

} // namespace fief::persistence
