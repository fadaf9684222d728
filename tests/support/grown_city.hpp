#pragma once

#include "game/ids.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace fief::test {

/// What an id of a filled database names.
enum class kind : std::uint8_t { user = 1, event, ticket, run };

/// The id of the n-th thing of a kind. They sort by `n`, as the server's ids do by creation.
base::uuid id_of(kind what, std::uint64_t n);

/// The n-th of the tiles that are filled in, which lie one behind the other. A million fit.
game::tile_id tile_at(std::uint64_t n);

/// Statements, in one transaction, with numbers in the place of `:name:`. `:id(kind, n)` is `id_of`
/// and `:tile(n)` is `tile_at`; nobody else writes to the database, so foreign keys hold by
/// construction and are not looked at.
std::string filling(std::string sql, const std::map<std::string, std::int64_t>& numbers);

/// A city after a day of running, whose tables grow together: how much a user, a tile, an area or
/// an event has does not depend on its size.
struct grown_city {
  static constexpr std::int64_t now_ms = 1'778'407'200'000;
  static constexpr std::int64_t runs_each = 10;     ///< Of a user, all of that day.
  static constexpr std::int64_t claims_each = 4;    ///< Of a run; each tile was claimed as often.
  static constexpr std::int64_t holders_each = 100; ///< Of an event, all settled but the last two.
  static constexpr std::int64_t waiting = 1'000; ///< Runs at the end whose claims are not merged.

  std::int64_t runs = 100'000; ///< And tiles. A multiple of 10'000.

  [[nodiscard]] std::int64_t users() const { return runs / runs_each; }
  [[nodiscard]] std::int64_t tiles() const { return runs; }
  [[nodiscard]] std::int64_t events() const { return users() / holders_each; }
  /// What makes it, to be run in a migrated database that is empty.
  [[nodiscard]] std::string sql() const;
};

} // namespace fief::test
