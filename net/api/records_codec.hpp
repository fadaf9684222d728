#pragma once

#include "actors/interfaces.hpp"
#include "base/json_writer.hpp"
#include "game/mining.hpp"

#include <string_view>

namespace fief::net {

/// How instants inside an object are written: RFC 3339 in REST, integer milliseconds on the socket.
enum class instant_form : std::uint8_t { text, ms };

/// Writes one JSON value each, in the shape that `openapi.yaml` gives the name of the function.
class records_codec {
public:
  records_codec(base::json_writer& out, instant_form form) : out_(out), form_(form) {}

  void profile(const actors::user_record& user, const game::account& account);
  void user(const actors::user_record& x, const game::account* account);
  void event(const actors::event_record& x, game::instant now);
  void event_summary(const actors::event_record& x, game::instant now);
  void ticket(const actors::held_ticket& x, game::instant now);
  void run(const actors::run_record& x);
  void standing(const actors::event_standing& x);
  void ledger_entry(const actors::ledger_entry& x);
  void notification(const actors::notification& x);
  void action(const actors::action_record& x);
  void seq_ranges(const std::vector<game::seq_range>& x);
  /// The members of `Mining`, inside an object that the caller opened.
  void mining_members(const game::account& x, game::instant now, const game::mining_rules& rules);
  void home_zones(const std::vector<game::home_zone>& x);

  void instant(std::string_view key, game::instant t);
  void roles(std::uint8_t bits);

private:
  void waypoints(std::string_view key, const std::vector<actors::waypoint>& x);
  void event_core(const actors::event_record& x, game::instant now);

  base::json_writer& out_;
  instant_form form_;
};

game::event_state state_at(const actors::event_record& x, game::instant now);

std::string_view to_string(actors::run_state x);
std::string_view to_string(actors::run_kind x);
std::string_view to_string(actors::run_source x);
std::string_view to_string(actors::notice_kind x);
std::string_view to_string(actors::action_kind x);

/// A notification in plain words, for people.
std::string words_of(const actors::notification& x);

/// Bit of a role's name, or 0.
std::uint8_t parse_role(std::string_view name);

} // namespace fief::net
