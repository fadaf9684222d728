#pragma once

#include "persistence/audit.hpp"
#include "persistence/sql.hpp"

#include <span>

namespace fief::persistence {

/// A query for the keys of rows that must not exist, one text each. Its name is the check's.
struct audit_check {
  query rows;
  const char* text;
};

/// Every contradiction that Postgres finds by itself.
std::span<const audit_check> audit_checks();

/// Most keys that one finding names.
inline constexpr std::size_t audit_keys_max = 20;

/// Reads every row of every table in the way the server does, and decodes every chunk. Findings of
/// what the server would refuse.
void audit_rows(transaction& tx, std::vector<finding>& findings);

} // namespace fief::persistence
