#include "bench/load/check_accounts.hpp"

#include "bench/load/accounts.hpp"
#include "bench/load/messages.hpp"
#include "bench/load/together.hpp"

#include <map>
#include <set>

namespace fief::load {

namespace {

constexpr std::size_t people_max = 150; // Of one process.
constexpr int looks_max = 5;            // At an account that a prize may still reach.
constexpr std::size_t lanes = 12;
constexpr int pages_max = 200;
constexpr std::chrono::milliseconds between_looks{500};

struct profile {
  std::int64_t coins_cents = -1;
  std::int64_t tokens_micro = -1;
  std::int64_t tiles = -1;
  friend bool operator==(const profile&, const profile&) = default;
};

struct ledger_sums {
  std::int64_t coins_cents = 0;
  std::int64_t tokens_micro = 0;
  std::map<std::string, std::int64_t> tickets; ///< Cause to amount.
  std::set<std::string> causes;
  bool has_repeats = false;
};

asio::awaitable<profile> fetch_profile(world& in, const person& who) {
  auto what = in.ask_as(who, op::get_me, "GET", "/v1/me", steady::now());
  auto got = co_await in.http.ask(std::move(what));
  profile out;
  if (got.ok()) {
    auto root = in.json.parse(got.body);
    out.coins_cents = integer_of(root, "coins_cents");
    out.tokens_micro = integer_of(root, "tokens_micro");
    out.tiles = integer_of(root, "tiles");
  }
  co_return out;
}

void add_entry(json_value each, ledger_sums& to) {
  std::string cause{text_of(each, "cause")};
  to.has_repeats = to.has_repeats || !to.causes.insert(cause).second;
  if (text_of(each, "currency") == "coins")
    to.coins_cents += integer_of(each, "amount_cents", 0);
  else
    to.tokens_micro += integer_of(each, "amount_micro", 0);
  if (cause.starts_with("ticket:"))
    to.tickets[cause] = integer_of(each, "amount_cents", 0);
}

/// All pages. False if one is not to be had.
template <class Add>
asio::awaitable<bool> fetch_pages(world& in, const person& who, op kind, std::string path,
                                  Add& add) {
  std::string cursor;
  for (int page = 0; page < pages_max; ++page) {
    auto full = path + "?limit=200" + (cursor.empty() ? "" : "&cursor=" + escaped(cursor));
    auto what = in.ask_as(who, kind, "GET", full, steady::now());
    auto got = co_await in.http.ask(std::move(what));
    if (!got.ok())
      co_return false;
    auto root = in.json.parse(got.body);
    for (auto each : array_of(root, "items"))
      add(each);
    cursor = text_of(root, "next_cursor");
    if (cursor.empty())
      co_return true;
  }
  co_return false;
}

asio::awaitable<void> check_money(world& in, const person& who,
                                  const std::vector<bought_ticket>& bought) {
  alarm pause{in.io};
  profile before;
  profile now;
  ledger_sums sums;
  for (int look = 0; look < looks_max; ++look) {
    before = co_await fetch_profile(in, who);
    sums = {};
    auto add = [&sums](json_value each) { add_entry(each, sums); };
    auto is_known = co_await fetch_pages(in, who, op::list_ledger, "/v1/me/ledger", add);
    if (!is_known)
      co_return in.counts.violation("the ledger of " + who.username + " is not to be had");
    now = co_await fetch_profile(in, who);
    if (before == now && sums.coins_cents == now.coins_cents
        && sums.tokens_micro == now.tokens_micro)
      break;
    co_await pause.until(steady::now() + between_looks);
    pause.forget();
  }
  ++in.counts.of(counter::checks_made);
  if (sums.coins_cents != now.coins_cents || sums.tokens_micro != now.tokens_micro)
    in.counts.violation(
      who.username + " has " + std::to_string(now.coins_cents) + " cents and "
      + std::to_string(now.tokens_micro) + " micro-tokens, and the ledger adds up to "
      + std::to_string(sums.coins_cents) + " and " + std::to_string(sums.tokens_micro));
  if (sums.has_repeats)
    in.counts.violation("the ledger of " + who.username + " has one cause twice");
  for (const auto& ticket : bought) {
    auto at = sums.tickets.find("ticket:" + ticket.id);
    auto paid = at == sums.tickets.end() ? 0 : -at->second;
    if (paid != ticket.price_cents)
      in.counts.violation("ticket " + ticket.id + " was sold for "
                          + std::to_string(ticket.price_cents) + " cents, and the ledger says "
                          + std::to_string(paid));
  }
}

asio::awaitable<void> check_tickets(world& in, const person& who,
                                    const std::vector<bought_ticket>& bought) {
  std::map<std::string, int> held;
  auto add = [&held](json_value each) { ++held[std::string{text_of(each, "id")}]; };
  auto is_known = co_await fetch_pages(in, who, op::list_tickets, "/v1/tickets", add);
  if (!is_known)
    co_return in.counts.violation("the tickets of " + who.username + " are not to be had");
  ++in.counts.of(counter::checks_made);
  for (const auto& ticket : bought)
    if (held[ticket.id] != 1)
      in.counts.violation("ticket " + ticket.id + " was sold, and its buyer's list has it "
                          + std::to_string(held[ticket.id]) + " times");
}

asio::awaitable<void> check_tiles(world& in, const person& who) {
  alarm pause{in.io};
  std::int64_t mined = -1;
  profile now;
  for (int look = 0; look < looks_max; ++look) {
    auto what = in.ask_as(who, op::get_mining, "GET", "/v1/mining", steady::now());
    auto got = co_await in.http.ask(std::move(what));
    mined = integer_of(in.json.parse(got.body), "tiles", -2);
    now = co_await fetch_profile(in, who);
    if (mined == now.tiles)
      break;
    co_await pause.until(steady::now() + between_looks);
    pause.forget();
  }
  ++in.counts.of(counter::checks_made);
  if (mined != now.tiles)
    in.counts.violation(who.username + " holds " + std::to_string(now.tiles) + " tiles, and mines "
                        + std::to_string(mined));
}

asio::awaitable<void> check_person(world& in, person& who,
                                   const std::vector<bought_ticket>& bought) {
  co_await keep_signed_in(in, who);
  co_await check_money(in, who, bought);
  if (!bought.empty())
    co_await check_tickets(in, who, bought);
  co_await check_tiles(in, who);
}

} // namespace

asio::awaitable<void> check_accounts(world& in) {
  std::map<std::uint32_t, std::vector<bought_ticket>> by_person;
  for (const auto& ticket : in.bought)
    by_person[ticket.person].push_back(ticket);
  for (const auto& run : in.finished) // Runners without tickets have tiles and mine.
    by_person[run.person];
  std::vector<std::function<asio::awaitable<void>()>> jobs;
  for (const auto& [index, bought] : by_person)
    if (jobs.size() < people_max)
      jobs.emplace_back(
        [&in, &who = in.people[index], &bought = bought] { return check_person(in, who, bought); });
  co_await do_together(in.io, std::move(jobs), lanes);
}

} // namespace fief::load
