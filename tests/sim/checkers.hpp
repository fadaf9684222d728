#pragma once

#include "tests/sim/city.hpp"

namespace fief::test {

/// The yield of everybody's tiles, worked out beside the server by rules 5 and from the tiles
/// alone: what each tile gave between two commits, never a count and a rate.
class mining_model {
public:
  explicit mining_model(city& of) : w_(of) {}
  /// After every commit.
  void follow();
  [[nodiscard]] std::int64_t followed() const { return followed_; }

private:
  struct user_model {
    game::mining_state seen;
    std::int64_t yield = 0;                       ///< Since the beginning. Units: half-tile ms.
    std::map<game::tile_id, game::instant> tiles; ///< Counted, with their end.
  };
  void follow(game::user_id user, user_model& m, const memory_database::user_row& row);

  city& w_;
  std::map<game::user_id, user_model> users_;
  std::int64_t followed_ = 0;
};

/// Results and prizes of every event, worked out beside the server at its settlement by rules 4.
class settlement_model {
public:
  explicit settlement_model(city& of) : w_(of) {}
  /// After every commit.
  void follow(const std::string& operation);
  void check_again() const;
  [[nodiscard]] std::size_t settled() const { return seen_.size(); }
  [[nodiscard]] std::size_t winners() const;

private:
  struct settled_event {
    game::instant at{};
    std::vector<std::pair<game::user_id, std::int64_t>> payouts; ///< Rank 1 first.
  };
  void check(const actors::event_record& event);

  city& w_;
  std::map<game::event_id, settled_event> seen_;
};

/// What must hold at any moment, also between two messages.
void check_always(city& w);
/// The lines of `fief audit` and rules 3 to 6 on the tables, once everything has come to its end.
void check_money(city& w);
void check_territory(city& w);
void check_runs(city& w);
void check_tickets(city& w);
void check_notices(city& w);

} // namespace fief::test
