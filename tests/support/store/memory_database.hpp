#pragma once

#include "actors/messages/import.hpp"
#include "actors/messages/store_chain.hpp"
#include "actors/messages/store_read.hpp"
#include "actors/messages/store_strava.hpp"
#include "actors/messages/store_write.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace fief::test {

/// All that the memory STORE has committed, as tables that mirror the migrations. A plain value: a
/// copy is what a server finds that starts again after a crash.
struct memory_database {
  struct user_row {
    actors::user_record user;
    std::string password_hash;
    game::account account;
    std::uint64_t claims = 0; ///< Claims of tokens so far: the `<n>` of their cause.
    std::map<base::uuid, std::int64_t> claims_paid; ///< By the id of the claim, micro-tokens.
  };
  struct family_row {
    game::user_id user;
    bool ended = false;
  };
  struct token_row {
    base::uuid family;
    std::string successor; ///< Empty until it is spent.
    game::instant expires_at{};
    game::instant spent_at{};
  };
  struct run_row {
    actors::run_record run;
    std::vector<actors::fix_chunk> chunks;
    std::vector<std::uint64_t> sketch;
    bool in_outbox = false;
    caf::optional<actors::event_result> result;
    bool forgotten = false;
  };
  struct claim_row {
    game::claim claim;
    bool revoked = false;
    bool was_top = false; ///< Once the owner of its tile: part of the tile's history.
    game::user_id loser;  ///< From whom it took the tile.
  };
  struct notice_row {
    actors::notification notice;
    bool published = true;
  };
  struct key_row {
    std::string request_hash;
    game::instant reserved_at{};
    actors::key_reserved answer;
  };
  struct ledger_row {
    game::user_id user;
    actors::ledger_entry entry;
  };

  struct challenge_row {
    game::user_id user;
    game::instant expires_at{};
  };
  struct deposit_row {
    std::int64_t id = 0;
    std::uint64_t chain = 0;
    actors::seen_deposit seen;
    game::user_id user; ///< Nil: of a wallet that nobody has linked.
    game::instant seen_at{};
    caf::optional<game::instant> credited_at;
    bool lost = false;
  };

  std::map<game::user_id, user_row> users;
  std::map<base::uuid, actors::action_record> actions; ///< Without the names.
  std::map<base::uuid, family_row> families;
  std::map<std::string, token_row> tokens; ///< By hash.
  std::map<game::event_id, actors::event_record> events;
  std::map<game::event_id, std::vector<actors::event_standing>> standings;
  std::map<game::ticket_id, actors::ticket_record> tickets;
  std::map<game::run_id, run_row> runs;
  std::map<std::pair<game::tile_id, game::run_id>, claim_row> claims;
  std::map<game::tile_id, actors::tile_record> tiles;
  /// Tiles that are in their owner's count, in the order in which they run out.
  std::set<std::tuple<game::user_id, game::instant, game::tile_id>> counted;
  std::map<std::int64_t, ledger_row> ledger;
  std::set<std::string> causes; ///< Of the ledger: each is booked once.
  std::map<std::pair<game::user_id, std::string>, notice_row> notices; ///< By user and cause.
  std::map<std::pair<game::user_id, std::string>, key_row> keys;
  std::map<game::user_id, actors::strava_connection> strava;
  std::map<std::pair<game::user_id, std::int64_t>, actors::strava_import> strava_imports;
  caf::optional<game::instant> strava_alive_at;
  std::map<std::string, actors::wallet_record> wallets; ///< By address.
  std::map<std::string, challenge_row> challenges;      ///< By nonce.
  std::map<std::uint64_t, actors::chain_status> chains;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> chain_blocks; ///< Hash by number.
  std::map<std::tuple<std::uint64_t, std::string, std::uint64_t>, deposit_row> deposits;
  std::int64_t deposits_seen = 0; ///< Numbers their rows.
};

} // namespace fief::test
