#include "persistence/writes/shared.hpp"

namespace fief::persistence {

namespace {

constexpr query q_insert_family{"insert_session_family",
                                "insert into session_family (id, user_id, started_at)"
                                " select $1::uuid, a.id, $3::bigint from app_user a"
                                " where a.id = $2::uuid and not a.deleted"
                                " on conflict do nothing"};
constexpr query q_insert_token{"insert_refresh_token",
                               "insert into refresh_token (hash, family, expires_at)"
                               " select $1, f.id, $3::bigint from session_family f"
                               " where f.id = $2::uuid on conflict do nothing"};
constexpr query q_find_token{
  "find_refresh_token",
  "select t.family, t.expires_at, coalesce(t.spent_by, ''), f.ended_at is not null, f.user_id,"
  " a.banned, a.deleted, coalesce(t.spent_at, 0), coalesce((select s.spent_by is not null"
  " from refresh_token s where s.hash = t.spent_by), false)"
  " from refresh_token t join session_family f on f.id = t.family"
  " join app_user a on a.id = f.user_id where t.hash = $1 for no key update of f"};
constexpr query q_has_token{"has_refresh_token", "select 1 from refresh_token where hash = $1"};
constexpr query q_spend_token{"spend_refresh_token",
                              "update refresh_token set spent_by = $2, spent_at = $3::bigint"
                              " where hash = $1"};
constexpr query q_end_family{"end_session_family", "update session_family set ended_at = $2::bigint"
                                                   " where id = $1::uuid and ended_at is null"};
constexpr query q_end_family_of_token{
  "end_family_of_token", "update session_family f set ended_at = $2::bigint from refresh_token t"
                         " where t.hash = $1 and f.id = t.family and f.ended_at is null"};

struct token_row {
  base::uuid family;
  game::instant expires_at{};
  std::string spent_by;
  bool ended = false;
  game::user_id user;
  bool banned = false;
  bool deleted = false;
  game::instant spent_at{};
  bool successor_spent = false;
};

token_row read_token(row_reader& row) {
  token_row x;
  x.family = row.uuid();
  x.expires_at = row.at();
  x.spent_by = row.text();
  x.ended = row.boolean();
  x.user = row.id<game::user_id>();
  x.banned = row.boolean();
  x.deleted = row.boolean();
  x.spent_at = row.at();
  x.successor_spent = row.boolean();
  return x;
}

/// Whether a spent token comes again as after a lost answer, and not from a thief: successors
/// derive from their token, so equal hashes alone prove nothing.
bool is_retry(const token_row& token, const actors::rotate_session& x) {
  return token.spent_by == x.new_hash && !token.successor_spent
         && x.now - token.spent_at <= actors::rotation_retry_max;
}

} // namespace

outcome<actors::store_done> apply(write_context& c, const actors::start_session& x) {
  c.tx.run(q_insert_family, x.family, x.user, x.now);
  c.tx.run(q_insert_token, x.token_hash, x.family, x.expires_at);
  if (c.tx.run(q_has_token, x.token_hash).empty())
    return game::errc::not_found;
  return actors::store_done{};
}

outcome<actors::user_record> apply(write_context& c, const actors::rotate_session& x) {
  auto rows = c.tx.run(q_find_token, x.old_hash);
  if (rows.empty())
    return game::errc::token_expired;
  auto token = read_first(rows, read_token);
  if (token.banned)
    return game::errc::user_banned;
  if (!token.spent_by.empty() && !is_retry(token, x)) {
    c.tx.run(q_end_family, token.family, x.now);
    return game::errc::token_reused;
  }
  if (token.ended || token.deleted)
    return game::errc::token_expired;
  if (!token.spent_by.empty()) // The same rotation again: its answer was lost.
    return found(find_user(c, token.user));
  if (x.now >= token.expires_at)
    return game::errc::token_expired;
  c.tx.run(q_insert_token, x.new_hash, token.family, x.expires_at);
  c.tx.run(q_spend_token, x.old_hash, x.new_hash, x.now);
  return found(find_user(c, token.user));
}

outcome<actors::store_done> apply(write_context& c, const actors::end_session& x) {
  c.tx.run(q_end_family_of_token, x.token_hash, x.now);
  return actors::store_done{};
}

} // namespace fief::persistence
