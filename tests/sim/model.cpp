#include "tests/sim/checkers.hpp"

namespace fief::test {

using namespace actors;

// -- mining ---------------------------------------------------------------------------------------

void mining_model::follow() {
  std::map<game::user_id, std::map<game::tile_id, game::instant>> counted;
  for (const auto& [user, until, tile] : w_.db->counted)
    counted[user][tile] = until;
  for (const auto& [user, row] : w_.db->users) {
    auto& m = users_[user];
    follow(user, m, row);
    auto found = counted.find(user);
    m.tiles = found != counted.end() ? found->second : std::map<game::tile_id, game::instant>{};
    w_.found.expect(row.account.mining.tiles == static_cast<std::int64_t>(m.tiles.size()),
                    to_string(user), " counts ", row.account.mining.tiles, " tiles and has ",
                    m.tiles.size());
  }
}

void mining_model::follow(game::user_id user, user_model& m, const memory_database::user_row& row) {
  const auto& now = row.account.mining;
  if (now == m.seen)
    return;
  ++followed_;
  auto full = m.seen.claimed_at == game::mining_state::never
                ? game::instant::max()
                : m.seen.claimed_at + w_.rules->mining.store_max;
  w_.found.expect(now.settled_at >= m.seen.settled_at, "mining of ", to_string(user),
                  " was settled backwards");
  for (const auto& [tile, until] : m.tiles) {
    auto end = std::min({now.settled_at, until, full});
    if (end > m.seen.settled_at)
      m.yield += 2 * (end - m.seen.settled_at).count();
  }
  auto paid = row.account.mined_total_micro * game::half_tile_ms_per_micro;
  w_.found.expect(paid + now.acc == m.yield, "the tiles of ", to_string(user), " yielded ", m.yield,
                  " half-tile ms, paid and pending are ", paid + now.acc);
  m.seen = now;
}

// -- settlements ----------------------------------------------------------------------------------

namespace {

struct placed {
  game::user_id user;
  std::int64_t value = 0;
  game::instant reached{};
  game::instant consumed{};
};

/// Rules 3 within one event: its runs' claims alone, the greatest of each tile.
std::map<game::user_id, placed> territory_of(const city& w, const event_record& event,
                                             const std::map<game::run_id, event_result>& results) {
  std::map<game::tile_id, game::claim> top;
  for (const auto& [key, row] : w.db->claims) {
    const auto& c = row.claim;
    auto counts = results.contains(c.run) && !row.revoked && c.crossed_at >= event.starts_at
                  && c.crossed_at < event.cut_at;
    if (!counts)
      continue;
    auto [it, fresh] = top.try_emplace(c.tile, c);
    if (!fresh && game::beats(c, it->second))
      it->second = c;
  }
  std::map<game::user_id, placed> out;
  for (const auto& [tile, c] : top) {
    if (c.holds_until <= event.cut_at)
      continue;
    auto& p = out[c.user];
    p.user = c.user;
    ++p.value;
    p.reached = std::max(p.reached, c.crossed_at);
    p.consumed = results.at(c.run).consumed_at;
  }
  return out;
}

std::vector<placed> ranking_of(const city& w, const event_record& event) {
  std::map<game::run_id, event_result> results;
  for (const auto& [id, row] : w.db->runs)
    if (row.run.event == event.id && row.run.state == run_state::accepted && row.result)
      results[id] = *row.result;
  std::map<game::user_id, placed> best;
  if (event.metric == game::metric::territory)
    best = territory_of(w, event, results);
  else
    for (const auto& [run, r] : results)
      best[r.user] = {r.user, r.value, r.reached_at, r.consumed_at}; // One ticket, so one run each.
  std::vector<placed> out;
  for (const auto& [user, p] : best)
    out.push_back(p);
  auto less_is_better = event.metric == game::metric::race;
  std::ranges::sort(out, [=](const placed& a, const placed& b) {
    if (a.value != b.value)
      return (a.value < b.value) == less_is_better;
    return std::tie(a.reached, a.consumed, a.user) < std::tie(b.reached, b.consumed, b.user);
  });
  return out;
}

/// Rules 4.2: 70, 20, 10, renormalised, floored, the remainder from rank 1 down.
std::vector<std::int64_t> shares_of(std::int64_t pool, std::size_t finishers) {
  std::vector<std::int64_t> shares{70, 20, 10};
  shares.resize(std::min(finishers, shares.size()));
  std::int64_t whole = 0;
  for (auto share : shares)
    whole += share;
  auto left = pool;
  for (auto& share : shares)
    left -= share = pool * share / whole;
  for (std::size_t i = 0; left > 0; --left, i = (i + 1) % shares.size())
    ++shares[i];
  return shares;
}

} // namespace

void settlement_model::follow(const std::string& operation) {
  for (const auto& [id, event] : w_.db->events) {
    if (!event.settled_at || seen_.contains(id))
      continue;
    w_.found.expect(operation == "settle_event", "an event was settled by ", operation);
    check(event);
  }
}

void settlement_model::check(const event_record& event) {
  auto& seen = seen_[event.id];
  seen.at = *event.settled_at;
  w_.found.expect(!event.cancelled_at, "an event called off was settled");
  std::int64_t pool = event.pot_cents;
  std::vector<game::run_id> open;
  for (const auto& [id, ticket] : w_.db->tickets) {
    if (ticket.event != event.id)
      continue;
    pool += ticket.state != game::ticket_state::refunded ? ticket.price_cents : 0;
    if (ticket.run.is_nil())
      continue;
    auto state = w_.db->runs.at(ticket.run).run.state;
    if (state == run_state::recording || state == run_state::processing)
      open.push_back(ticket.run);
  }
  // A clock that went back since does not undo it: the instant that was used counts.
  w_.found.expect(seen.at >= event.cut_at, "an event was settled before its cut");
  w_.found.expect(open.empty() || seen.at >= event.settle_at, "an event was settled with ",
                  open.size(), " runs open and before its grace was over");
  auto ranked = ranking_of(w_, event);
  auto prizes = ranked.empty() ? std::vector<std::int64_t>{} : shares_of(pool, ranked.size());
  for (std::size_t i = 0; i < ranked.size(); ++i)
    seen.payouts.emplace_back(ranked[i].user, i < prizes.size() ? prizes[i] : 0);
  w_.found.expect(event.pool_cents == (ranked.empty() ? 0 : pool), "event ", to_string(event.id),
                  " paid ", event.pool_cents, " of ", pool);
  check_again();
}

void settlement_model::check_again() const {
  for (const auto& [id, seen] : seen_) {
    const auto& event = w_.db->events.at(id);
    w_.found.expect(event.settled_at == seen.at, "an event was settled again");
    auto stored = w_.db->standings.find(id);
    auto known = stored != w_.db->standings.end() ? stored->second : std::vector<event_standing>{};
    auto same = known.size() == seen.payouts.size();
    for (std::size_t i = 0; same && i < known.size(); ++i)
      same = known[i].result.user == seen.payouts[i].first
             && known[i].prize_cents == seen.payouts[i].second
             && known[i].rank == static_cast<std::int32_t>(i) + 1;
    w_.found.expect(same, "the standings of ", to_string(id), " are not what rules 4 give");
    std::map<game::user_id, std::int64_t> paid;
    for (const auto& [row_id, row] : w_.db->ledger)
      if (row.entry.cause.starts_with("prize:" + to_string(id)))
        paid[row.user] += row.entry.amount;
    for (const auto& [user, prize] : seen.payouts) {
      w_.found.expect(paid[user] == prize, to_string(user), " was paid ", paid[user], " for ",
                      prize);
      paid.erase(user);
    }
    w_.found.expect(paid.empty(), "prizes for who won nothing in ", to_string(id));
    for (const auto& [ticket_id, ticket] : w_.db->tickets)
      if (ticket.event == id)
        w_.found.expect((ticket.state == game::ticket_state::refunded) == seen.payouts.empty(),
                        "ticket ", to_string(ticket_id), " of a settled event");
  }
}

std::size_t settlement_model::winners() const {
  std::size_t count = 0;
  for (const auto& [id, seen] : seen_)
    count += seen.payouts.size();
  return count;
}

} // namespace fief::test
