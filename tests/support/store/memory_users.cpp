#include "actors/messages/action_detail.hpp"
#include "tests/support/store/memory_commands.hpp"

#include <algorithm>
#include <boost/algorithm/string/case_conv.hpp>

namespace fief::test {

using namespace actors;
using game::errc;

namespace {

template <class Field>
bool is_taken(const memory_database& db, Field field, const std::string& value,
              game::user_id but_for) {
  auto wanted = boost::to_lower_copy(value);
  return std::any_of(db.users.begin(), db.users.end(), [&](const auto& entry) {
    return entry.first != but_for && !entry.second.user.deleted
           && boost::to_lower_copy(entry.second.user.*field) == wanted;
  });
}

void end_sessions(memory_database& db, game::user_id user) {
  for (auto& [id, family] : db.families)
    if (family.user == user)
      family.ended = true;
}

} // namespace

game::outcome<user_record> apply(memory_change& change, const create_user& x) {
  if (auto* row = change.find_user(x.user.id, true))
    return row->user;
  if (is_taken(change.db, &user_record::email, x.user.email, {}))
    return errc::email_taken;
  if (is_taken(change.db, &user_record::username, x.user.username, {}))
    return errc::username_taken;
  memory_database::user_row row{x.user, x.password_hash, {}, 0, {}};
  row.account.user = x.user.id;
  change.db.users.emplace(x.user.id, row);
  if (x.welcome_cents > 0)
    change.post(x.user.id, {0, game::currency::coins, x.welcome_cents,
                            "welcome:" + to_string(x.user.id), "", x.user.created_at});
  return x.user;
}

game::outcome<user_record> apply(memory_change& change, const update_user& x) {
  auto* row = change.find_user(x.user);
  if (!row)
    return errc::not_found;
  if (x.username && is_taken(change.db, &user_record::username, *x.username, x.user))
    return errc::username_taken;
  auto before = row->user;
  if (x.username)
    row->user.username = *x.username;
  if (x.password_hash)
    row->password_hash = *x.password_hash;
  if (x.roles)
    row->user.roles = *x.roles;
  if (x.banned) {
    row->user.banned = *x.banned;
    if (*x.banned)
      end_sessions(change.db, x.user);
  }
  if (auto detail = rights_detail(before, row->user); !detail.empty())
    change.log(x.action, action_kind::rights_changed, x.user.value, detail, x.now);
  return row->user;
}

game::outcome<user_record> apply(memory_change& change, const put_home_zones& x) {
  auto* row = change.find_user(x.user);
  if (!row)
    return errc::not_found;
  row->user.home_zones = x.zones;
  return row->user;
}

game::outcome<store_done> apply(memory_change& change, const start_session& x) {
  if (!change.find_user(x.user))
    return errc::not_found;
  change.db.families.try_emplace(x.family, memory_database::family_row{x.user, false});
  change.db.tokens.try_emplace(x.token_hash,
                               memory_database::token_row{x.family, "", x.expires_at});
  return store_done{};
}

game::outcome<user_record> apply(memory_change& change, const rotate_session& x) {
  auto token = change.db.tokens.find(x.old_hash);
  if (token == change.db.tokens.end())
    return errc::token_expired;
  auto& family = change.db.families.at(token->second.family);
  auto* row = change.find_user(family.user);
  if (row && row->user.banned)
    return errc::user_banned;
  const auto& successor = token->second.successor;
  auto next = change.db.tokens.find(successor);
  auto is_retry = successor == x.new_hash && next != change.db.tokens.end()
                  && next->second.successor.empty()
                  && x.now - token->second.spent_at <= rotation_retry_max;
  if (!successor.empty() && !is_retry) {
    family.ended = true;
    return errc::token_reused;
  }
  if (!row || family.ended)
    return errc::token_expired;
  if (successor.empty()) {
    if (token->second.expires_at <= x.now)
      return errc::token_expired;
    token->second.successor = x.new_hash;
    token->second.spent_at = x.now;
    change.db.tokens.try_emplace(
      x.new_hash, memory_database::token_row{token->second.family, "", x.expires_at, {}});
  }
  return row->user;
}

game::outcome<store_done> apply(memory_change& change, const end_session& x) {
  auto token = change.db.tokens.find(x.token_hash);
  if (token != change.db.tokens.end())
    change.db.families.at(token->second.family).ended = true;
  return store_done{};
}

game::outcome<game::account> apply(memory_change& change, const grant_coins& x) {
  if (!change.find_user(x.user))
    return errc::not_found;
  if (x.coins_cents <= 0)
    return errc::invalid_argument;
  auto cause = game::grant_cause(x.grant);
  if (!change.db.causes.contains(cause)) {
    change.post(x.user, {0, game::currency::coins, x.coins_cents, cause, x.reason, x.now});
    notification notice;
    notice.user = x.user;
    notice.kind = notice_kind::coins_granted;
    notice.cause = cause;
    notice.at = x.now;
    notice.amount_cents = x.coins_cents;
    notice.text = x.reason;
    change.publish(change.notify(notice));
    change.log({x.grant, x.by}, action_kind::coins_granted, x.user.value, granted_detail(x), x.now);
  }
  return change.seal(x.user);
}

game::outcome<tiles_changed> apply(memory_change& change, const delete_user& x) {
  auto* row = change.find_user(x.user, true);
  if (!row)
    return errc::not_found;
  auto& db = change.db;
  std::vector<memory_database::claim_row*> claims;
  for (auto& [key, claim] : db.claims)
    if (claim.claim.user == x.user)
      claims.push_back(&claim);
  auto tiles = change.revoke(claims, x.now);
  if (row->user.deleted)
    return tiles_changed{tiles};
  end_sessions(db, x.user);
  for (auto& [id, run] : db.runs) {
    if (run.run.user != x.user)
      continue;
    if (run.run.state != run_state::accepted)
      run.run.state = run_state::rejected;
    run.chunks.clear();
    run.sketch.clear();
    run.run.note.clear();
    run.run.external.clear();
    run.in_outbox = false;
    change.erase_verdicts(id);
  }
  std::erase_if(db.notices, [&](const auto& entry) {
    auto of_run = db.runs.find(entry.second.notice.run);
    auto held_back =
      !entry.second.published && of_run != db.runs.end() && of_run->second.run.user == x.user;
    return entry.first.first == x.user || held_back;
  });
  std::erase_if(db.keys, [&](const auto& entry) { return entry.first.first == x.user; });
  std::erase_if(db.strava_imports, [&](const auto& entry) { return entry.first.first == x.user; });
  db.strava.erase(x.user);
  forget_wallets(change, x.user);
  row->claims_paid.clear();
  row->password_hash.clear();
  row->user.deleted = true;
  row->user.email.clear();
  row->user.username.clear();
  row->user.home_zones.clear();
  return tiles_changed{tiles};
}

} // namespace fief::test
