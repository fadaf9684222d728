#include "actors/scoreboard.hpp"

#include "game/prizes.hpp"
#include "game/ranking.hpp"
#include "game/territory_score.hpp"

#include <algorithm>

namespace fief::actors {

void scoreboard::load(const event_loaded& x) {
  roster_.clear();
  open_.clear();
  results_.clear();
  claims_.clear();
  for (const auto& p : x.roster) {
    roster_[p.ticket.id] = p;
    if (p.run_open)
      open_.insert(p.ticket.run);
  }
  for (const auto& r : x.results)
    results_[r.run] = r;
  for (const auto& c : x.claims)
    claims_[c.run].push_back(c);
}

void scoreboard::put_ticket(const ticket_record& ticket, const std::string& username) {
  auto& p = roster_[ticket.id];
  if (ticket.state == game::ticket_state::used && p.ticket.state != ticket.state)
    open_.insert(ticket.run);
  p.ticket = ticket;
  p.username = username;
}

void scoreboard::put_result(const run_scored& x) {
  open_.erase(x.run);
  if (!x.has_result) {
    withdraw(x.run);
    return;
  }
  results_[x.run] = x.result;
  claims_[x.run] = x.claims;
}

void scoreboard::withdraw(game::run_id run) {
  results_.erase(run);
  claims_.erase(run);
}

std::vector<game::user_id> scoreboard::holders() const {
  std::vector<game::user_id> out;
  for (const auto& [id, p] : roster_)
    out.push_back(p.ticket.user);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<game::entry> scoreboard::entries(const event_record& event) const {
  std::vector<game::entry> out;
  if (event.metric != game::metric::territory) {
    for (const auto& [run, r] : results_)
      out.push_back({r.user, r.value, r.reached_at, r.consumed_at, run});
    return out;
  }
  std::vector<game::claim> all;
  for (const auto& [run, claims] : claims_)
    if (results_.count(run) > 0)
      all.insert(all.end(), claims.begin(), claims.end());
  game::event_circle circle{event.area.center.lat_e7, event.area.center.lon_e7,
                            event.area.radius_m};
  out = game::territory_entries(all, circle, event.starts_at, event.cut_at);
  for (auto& e : out)
    e.consumed_at = results_.at(e.run).consumed_at;
  return out;
}

std::int64_t scoreboard::pool_cents(const event_record& event, const settings& rules) const {
  game::pool_parts parts;
  parts.pot_cents = event.pot_cents;
  parts.house_fee_bp = rules.events.house_fee_bp;
  for (const auto& [id, p] : roster_)
    if (p.ticket.state != game::ticket_state::refunded)
      parts.tickets_cents += p.ticket.price_cents;
  return game::pool(parts);
}

std::vector<event_standing> scoreboard::rank(const event_record& event,
                                             const settings& rules) const {
  std::map<game::user_id, const std::string*> names;
  for (const auto& [id, p] : roster_)
    names[p.ticket.user] = &p.username;
  auto ranked = game::rank(event.metric, entries(event));
  std::vector<std::int64_t> prizes;
  if (!ranked.empty())
    prizes = game::split(pool_cents(event, rules), ranked.size(), rules.events.prize_shares);
  std::vector<event_standing> out;
  out.reserve(ranked.size());
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const auto& e = ranked[i];
    auto named = names.find(e.user);
    out.push_back({static_cast<std::int32_t>(i + 1),
                   {event.id, e.user, e.run, e.value, e.reached_at, e.consumed_at},
                   i < prizes.size() ? prizes[i] : 0,
                   named != names.end() ? *named->second : std::string{}});
  }
  return out;
}

} // namespace fief::actors
