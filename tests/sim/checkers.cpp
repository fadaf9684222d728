#include "tests/sim/checkers.hpp"

namespace fief::test {

using namespace actors;

void check_always(city& w) {
  std::map<game::user_id, int> recording;
  for (const auto& [id, row] : w.db->runs)
    if (row.run.state == run_state::recording)
      w.found.expect(++recording[row.run.user] == 1, to_string(row.run.user),
                     " records two runs at once");
  for (const auto& [id, row] : w.db->users)
    w.found.expect(row.account.coins_cents >= 0 && row.account.tokens_micro >= 0,
                   "a negative balance of ", to_string(id));
  std::map<std::pair<game::user_id, game::event_id>, int> held;
  for (const auto& [id, ticket] : w.db->tickets)
    if (ticket.state != game::ticket_state::refunded)
      w.found.expect(++held[{ticket.user, ticket.event}] == 1, to_string(ticket.user),
                     " has two tickets of one event");
}

void check_money(city& w) {
  std::map<std::pair<game::user_id, game::currency>, std::int64_t> sums;
  std::map<std::string, int> causes;
  for (const auto& [id, row] : w.db->ledger) {
    sums[{row.user, row.entry.currency}] += row.entry.amount;
    w.found.expect(++causes[row.entry.cause] == 1, "booked twice: ", row.entry.cause);
    auto kind = row.entry.cause.substr(0, row.entry.cause.find(':'));
    auto known = kind == "welcome" || kind == "grant" || kind == "ticket" || kind == "refund"
                 || kind == "prize" || kind == "mining";
    w.found.expect(known, "a cause that the rules do not know: ", row.entry.cause);
    w.found.expect((row.entry.currency == game::currency::tokens) == (kind == "mining"),
                   "the wrong currency for ", row.entry.cause);
  }
  for (const auto& [id, row] : w.db->users) {
    const auto& a = row.account;
    w.found.expect(a.coins_cents == sums[{id, game::currency::coins}], to_string(id), " has ",
                   a.coins_cents, " cents, his ledger ", sums[{id, game::currency::coins}]);
    w.found.expect(a.tokens_micro == sums[{id, game::currency::tokens}], to_string(id), " has ",
                   a.tokens_micro, " micro-tokens, his ledger ",
                   sums[{id, game::currency::tokens}]);
    w.found.expect(a.tokens_micro == a.mined_total_micro, to_string(id), " mined ",
                   a.mined_total_micro, " and holds ", a.tokens_micro);
  }
}

void check_territory(city& w) {
  std::map<game::tile_id, game::claim> best;
  for (const auto& [key, row] : w.db->claims) {
    auto state = w.db->runs.at(key.second).run.state;
    w.found.expect(row.revoked || state == run_state::accepted, "a claim of a run that is not "
                                                                "accepted counts");
    if (row.revoked)
      continue;
    auto [it, fresh] = best.try_emplace(key.first, row.claim);
    if (!fresh && game::beats(row.claim, it->second))
      it->second = row.claim;
  }
  for (const auto& [id, tile] : w.db->tiles) {
    auto it = best.find(id);
    if (it == best.end())
      w.found.expect(tile.top.user.is_nil(), "tile ", id.value, " is held by no claim");
    else
      w.found.expect(tile.top == it->second, "tile ", id.value, " shows run ",
                     to_string(tile.top.run), " and not the greatest claim, of run ",
                     to_string(it->second.run), ", generation ", tile.generation);
  }
  for (const auto& [id, claim] : best)
    w.found.expect(w.db->tiles.contains(id), "a claim on ", id.value, " was never merged");
  for (const auto& [user, until, tile] : w.db->counted) {
    const auto& top = w.db->tiles.at(tile).top;
    w.found.expect(top.user == user && top.holds_until == until, "tile ", tile.value,
                   " counts for who does not hold it");
  }
  for (const auto& [id, tile] : w.db->tiles)
    if (!tile.top.user.is_nil() && tile.top.holds_until > w.time->now())
      w.found.expect(w.db->counted.contains({tile.top.user, tile.top.holds_until, id}), "tile ",
                     id.value, " is held and not counted");
}

void check_runs(city& w) {
  for (const auto& [id, row] : w.db->runs) {
    auto state = row.run.state;
    w.found.expect(state != run_state::recording && state != run_state::processing, "run ",
                   to_string(id), " of ", to_string(row.run.user), " never came to its end: state ",
                   static_cast<int>(state));
    w.found.expect(!row.in_outbox, "the claims of ", to_string(id), " were never merged");
    std::uint32_t last = 0;
    for (const auto& chunk : row.chunks) {
      w.found.expect(chunk.first_seq >= last, "chunks of ", to_string(id), " are out of order");
      last = chunk.first_seq;
    }
  }
}

void check_tickets(city& w) {
  std::map<game::ticket_id, int> runs_of;
  for (const auto& [id, row] : w.db->runs)
    if (!row.run.ticket.is_nil())
      w.found.expect(++runs_of[row.run.ticket] == 1, "ticket ", to_string(row.run.ticket),
                     " started two runs");
  std::map<game::event_id, std::int64_t> sold;
  std::map<game::event_id, std::int64_t> taken;
  for (const auto& [id, ticket] : w.db->tickets) {
    sold[ticket.event] += ticket.state != game::ticket_state::refunded ? 1 : 0;
    taken[ticket.event] += ticket.state != game::ticket_state::refunded ? ticket.price_cents : 0;
    w.found.expect(ticket.run.is_nil() == (runs_of[id] == 0), "ticket ", to_string(id),
                   " and its run differ");
    w.found.expect(ticket.state != game::ticket_state::unused || ticket.run.is_nil(), "ticket ",
                   to_string(id), " was spent and is unused");
    std::int64_t price = 0;
    std::int64_t back = 0;
    for (const auto& [row_id, row] : w.db->ledger) {
      price -= row.entry.cause == game::ticket_cause(id) ? row.entry.amount : 0;
      back += row.entry.cause == game::refund_cause(id) ? row.entry.amount : 0;
    }
    w.found.expect(price == ticket.price_cents, "ticket ", to_string(id), " cost ", price);
    w.found.expect(back == (ticket.state == game::ticket_state::refunded ? price : 0), "ticket ",
                   to_string(id), " of ", price, " was refunded ", back);
  }
  for (const auto& [id, event] : w.db->events) {
    w.found.expect(event.tickets_sold == sold[id], "event ", to_string(id), " sold ",
                   event.tickets_sold, " tickets, and there are ", sold[id]);
    w.found.expect(event.tickets_cents == taken[id], "event ", to_string(id), " took ",
                   event.tickets_cents, " for its tickets, which cost ", taken[id]);
    w.found.expect(event.settled_at || event.cancelled_at, "event ", to_string(id),
                   " was never settled");
  }
}

void check_notices(city& w) {
  std::map<std::pair<game::run_id, game::user_id>, std::int64_t> lost;
  for (const auto& [key, row] : w.db->claims)
    if (!row.loser.is_nil() && !w.db->users.at(row.loser).user.deleted)
      ++lost[{key.second, row.loser}];
  for (const auto& [key, row] : w.db->notices) {
    const auto& notice = row.notice;
    if (notice.kind != notice_kind::tiles_lost)
      continue;
    auto counted = lost[{notice.run, notice.user}];
    w.found.expect(notice.count == counted, to_string(notice.user), " was told of ", notice.count,
                   " tiles lost of ", counted);
    w.found.expect(row.published, "a loss was never told");
  }
  auto told = [&](game::user_id user, const std::string& cause) {
    return w.db->users.at(user).user.deleted || w.db->notices.contains({user, cause});
  };
  for (const auto& [event, standings] : w.db->standings)
    for (const auto& x : standings)
      w.found.expect(told(x.result.user, "result:" + to_string(event)), "a result was never told");
}

} // namespace fief::test
