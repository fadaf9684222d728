#include "tests/support/store/memory_commands.hpp"

#include <algorithm>

namespace fief::test {

using namespace actors;
using game::errc;

game::outcome<game::account> apply(memory_change& change, const settle_mining& x) {
  if (!change.find_user(x.user))
    return errc::not_found;
  change.settle(x.user, x.now);
  return change.seal(x.user);
}

game::outcome<tokens_claimed> apply(memory_change& change, const claim_tokens& x) {
  auto* row = change.find_user(x.user);
  if (!row)
    return errc::not_found;
  if (auto known = row->claims_paid.find(x.id); known != row->claims_paid.end())
    return tokens_claimed{known->second, change.seal(x.user)};
  const auto& rules = change.rules();
  auto now = std::max(x.now, row->account.mining.settled_at);
  if (now < game::claimable_at(row->account.mining, rules))
    return errc::claim_too_soon;
  change.settle(x.user, now);
  auto& account = change.account(x.user);
  auto paid = *game::claim_tokens(account.mining, now, rules);
  account.mined_total_micro += paid;
  row->claims_paid.emplace(x.id, paid);
  change.post(x.user, {0, game::currency::tokens, paid, game::mining_cause(x.user, ++row->claims),
                       "", x.now});
  return tokens_claimed{paid, change.seal(x.user)};
}

game::outcome<store_done> apply(memory_change& change, const put_notification& x) {
  if (!change.find_user(x.notice.user))
    return errc::not_found;
  change.publish(change.notify(x.notice));
  return store_done{};
}

game::outcome<key_reserved> apply(memory_change& change, const reserve_key& x) {
  if (!change.find_user(x.user))
    return errc::not_found;
  auto& row = change.db.keys[{x.user, x.key}];
  if (row.request_hash.empty() || row.reserved_at < x.forget_before) {
    // Any value will do that no other reservation gets; a real server draws it.
    auto stir = std::hash<std::string>{}(x.key + x.request_hash);
    auto time = static_cast<std::uint64_t>(base::to_ms(x.now));
    row = {x.request_hash, x.now, {}};
    row.answer.seed = {x.user.value.hi ^ (time << 8), x.user.value.lo ^ stir};
  }
  if (row.request_hash != x.request_hash)
    return errc::idempotency_mismatch;
  return row.answer;
}

game::outcome<store_done> apply(memory_change& change, const complete_key& x) {
  auto row = change.db.keys.find({x.user, x.key});
  if (row == change.db.keys.end())
    return errc::not_found;
  auto& answer = row->second.answer;
  if (!answer.answered) {
    answer.answered = true;
    answer.status = x.status;
    answer.body = x.body;
  }
  return store_done{};
}

} // namespace fief::test
