#include "persistence/migrate.hpp"

#include "persistence/connection_options.hpp"
#include "persistence/sql.hpp"

#include <algorithm>
#include <stdexcept>

namespace fief::persistence {

namespace {

constexpr int connect_timeout_s = 5;
constexpr const char* lock =
  "select pg_advisory_xact_lock(7161738)"; // Any number nobody else uses.

constexpr query q_has_table{"has_migrations", "select to_regclass('schema_migration') is not null"};
constexpr query q_has_users{"has_users", "select to_regclass('app_user') is not null"};
constexpr query q_any_user{"any_user", "select exists (select 1 from app_user)"};
constexpr query q_applied{"applied_migrations",
                          "select version, name, checksum from schema_migration order by version"};
constexpr query q_record{"record_migration",
                         "insert into schema_migration (version, name, checksum)"
                         " values ($1::integer, $2, $3)"};
constexpr query q_level{"tile_level", "select tile_level from world"};
constexpr query q_fix_level{"fix_tile_level", "insert into world (tile_level) values ($1::smallint)"
                                              " on conflict do nothing"};

struct applied_migration {
  int version = 0;
  std::string name;
  std::string checksum;
};

std::vector<applied_migration> find_applied(transaction& tx) {
  const auto row = tx.run(q_has_table).front();
  if (!row_reader{row}.boolean())
    return {};
  std::vector<applied_migration> all;
  for (const auto& fields : tx.run(q_applied)) {
    row_reader each{fields};
    auto version = static_cast<int>(each.integer());
    auto name = each.text();
    all.push_back({version, std::move(name), each.text()});
  }
  return all;
}

/// What is wrong with what was applied, if anything.
std::optional<std::string> find_conflict(const std::vector<applied_migration>& applied) {
  auto known = migrations();
  for (const auto& each : applied) {
    auto index = static_cast<std::size_t>(each.version) - 1;
    if (each.version < 1 || index >= known.size())
      return "the database has schema version " + std::to_string(each.version)
             + ", newer than this program's " + std::to_string(known.size())
             + ": start the version of fief that migrated it, or a later one";
    if (each.checksum != checksum_of(known[index].sql))
      return "migration " + each.name
             + " was changed after it was applied here: restore the file"
               " as it was, and put changes into a new migration";
  }
  return std::nullopt;
}

int version_of(const std::vector<applied_migration>& applied) {
  return applied.empty() ? 0 : applied.back().version;
}

connection open(const std::string& options) {
  return connection{with_connect_timeout(options, connect_timeout_s), 0};
}

/// Applies the first migration that is missing. Nothing: none is.
std::optional<migration> apply_next(connection& c, int& from) {
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  tx.command(lock);
  tx.command("create table if not exists schema_migration (version integer not null,"
             " name text not null, checksum text not null,"
             " constraint schema_migration_pk primary key (version))");
  auto applied = find_applied(tx);
  if (auto conflict = find_conflict(applied))
    throw std::runtime_error{*conflict};
  auto done = static_cast<std::size_t>(version_of(applied));
  from = std::min(from, version_of(applied));
  if (done == migrations().size())
    return std::nullopt;
  auto next = migrations()[done];
  tx.command(std::string{next.sql});
  tx.run(q_record, next.version, next.name, checksum_of(next.sql));
  work.commit();
  return next;
}

} // namespace

std::string checksum_of(std::string_view sql) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (auto c : sql)
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4)
    text += digits[(hash >> shift) & 0xf];
  return text;
}

migrated migrate(const std::string& options) {
  auto c = open(options);
  migrated result;
  result.from = static_cast<int>(migrations().size());
  while (auto next = apply_next(c, result.from))
    result.applied.emplace_back(next->name);
  result.to = static_cast<int>(migrations().size());
  return result;
}

std::optional<std::string> check_schema(const std::string& options) {
  try {
    auto c = open(options);
    pqxx::work work{c.raw()};
    transaction tx{c, work};
    auto applied = find_applied(tx);
    if (auto conflict = find_conflict(applied))
      return conflict;
    if (static_cast<std::size_t>(version_of(applied)) < migrations().size())
      return "the database has schema version " + std::to_string(version_of(applied))
             + ", this program needs " + std::to_string(migrations().size())
             + ": run `fief migrate` first";
    return std::nullopt;
  } catch (const std::exception& x) {
    return "Postgres does not answer: " + std::string{x.what()};
  }
}

int schema_version(const std::string& options) {
  auto c = open(options);
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  return version_of(find_applied(tx));
}

bool has_accounts(const std::string& options) {
  auto c = open(options);
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  const auto table = tx.run(q_has_users).front();
  if (!row_reader{table}.boolean())
    return false;
  const auto row = tx.run(q_any_user).front();
  return row_reader{row}.boolean();
}

std::optional<int> tile_level(const std::string& options) {
  auto c = open(options);
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  auto rows = tx.run(q_level);
  if (rows.empty())
    return std::nullopt;
  const auto row = rows.front();
  return static_cast<int>(row_reader{row}.integer());
}

int fix_tile_level(const std::string& options, int level) {
  auto c = open(options);
  pqxx::work work{c.raw()};
  transaction tx{c, work};
  tx.run(q_fix_level, level);
  const auto row = tx.run(q_level).front();
  work.commit();
  return static_cast<int>(row_reader{row}.integer());
}

} // namespace fief::persistence
