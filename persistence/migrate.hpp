#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fief::persistence {

/// One numbered file of `migrations/`, built into the program.
struct migration {
  int version = 0;
  std::string_view name; ///< File name.
  std::string_view sql;
};

/// All of them, by version, without a gap from 1.
std::span<const migration> migrations();

/// Tells a changed file from the one that was applied. FNV-1a of 64 bits, in hexadecimal.
std::string checksum_of(std::string_view sql);

struct migrated {
  int from = 0;
  int to = 0;
  std::vector<std::string> applied; ///< Names.
};

/// Brings a database to the program's version, each file in its own transaction, one migrator at a
/// time however many are started.
/// Errors: throws `std::runtime_error` with a text for an operator: unreachable, a file changed
/// after it was applied, a database that is newer than the program.
migrated migrate(const std::string& options);

/// Why `serve` must not start on this database, with what to do about it; nothing when it may.
std::optional<std::string> check_schema(const std::string& options);

/// The version of the database's schema; 0 where no migration was ever applied.
int schema_version(const std::string& options);

/// Whether anybody has an account here: whether there is something to lose.
/// Errors: throws what libpqxx throws, also for a table that cannot be read.
bool has_accounts(const std::string& options);

/// The world's tile level, or nothing before the first start.
std::optional<int> tile_level(const std::string& options);

/// Fixes the tile level at the first start. Returns the level that counts: the stored one.
int fix_tile_level(const std::string& options, int level);

} // namespace fief::persistence
