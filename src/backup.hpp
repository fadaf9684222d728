#pragma once

#include "persistence/audit.hpp"
#include "src/embedded_postgres.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace fief {

/// What a backup is: one file in Postgres' own custom format, made by its `pg_dump` in one snapshot
/// of the `fief` database. The server's key is not in it.
struct backup_report {
  std::uintmax_t bytes = 0;
};

/// Writes a backup of the private Postgres of `data_dir`, also beside a running server. The file
/// appears under its name whole, on disk and with mode 0600, or not at all.
/// Errors: no database there; the file exists and not `force`; it cannot be written.
postgres_outcome<backup_report> make_backup(const std::filesystem::path& data_dir,
                                            const std::filesystem::path& file, bool force);

struct restore_report {
  int version_from = 0; ///< Of the schema in the backup; it was migrated when older than ours.
  int version_to = 0;
  bool kept_old = false; ///< As the database `fief_before_restore`, until the next restore.
  std::vector<persistence::finding> findings; ///< Of the audit of what was restored.
};

/// Puts a backup in place of the database of `data_dir`, which is made if missing. All happens in a
/// database of its own beside it; the two change names in one transaction at the end, so that
/// whatever goes wrong leaves the present data as it is.
/// Errors: a server runs there; it has accounts and not `replace`; the file is no backup, is
/// damaged or is of a newer schema.
postgres_outcome<restore_report> restore_backup(const std::filesystem::path& data_dir,
                                                const std::filesystem::path& file, bool replace);

} // namespace fief
