#include "tests/support/store/memory_queries.hpp"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/case_conv.hpp>
#include <charconv>
#include <cmath>

namespace fief::test {

using namespace actors;
using game::errc;

namespace {

/// Where an item stands in its list, ascending. A cursor is the key of the last item shown, so what
/// is inserted meanwhile neither repeats nor hides an item.
using page_key = std::array<std::uint64_t, 4>;

constexpr std::uint64_t newest(std::uint64_t x) {
  return ~x;
}

constexpr std::uint64_t rank_of(game::instant t) {
  return static_cast<std::uint64_t>(base::to_ms(t)) ^ 0x8000000000000000; // keeps the order
}

page_key newest_first(game::instant at, const base::uuid& id) {
  return {newest(rank_of(at)), newest(id.hi), newest(id.lo), 0};
}

std::string to_cursor(char list, const page_key& key) {
  std::string text(1, list);
  for (auto part : key) {
    char digits[17] = {};
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(part));
    text += digits;
  }
  return text;
}

std::optional<page_key> parse_cursor(char list, const std::string& text) {
  page_key key{};
  if (text.size() != 1 + 16 * key.size())
    return std::nullopt;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto* digits = text.data() + 1 + 16 * i;
    auto [end, error] = std::from_chars(digits, digits + 16, key[i], 16);
    if (error != std::errc{} || end != digits + 16)
      return std::nullopt;
  }
  return to_cursor(list, key) == text ? std::optional{key} : std::nullopt;
}

/// The items after the cursor, in the order of their keys. `list` is the letter of this list's
/// cursors: those of another one are refused.
template <class Item>
game::outcome<std::string> cut_page(char list, const page_request& page,
                                    std::vector<std::pair<page_key, Item>> all,
                                    std::vector<Item>& items) {
  if (page.limit < 1 || page.limit > 200)
    return errc::invalid_argument;
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  auto from = all.begin();
  if (!page.cursor.empty()) {
    auto key = parse_cursor(list, page.cursor);
    if (!key)
      return errc::invalid_argument;
    from = std::find_if(all.begin(), all.end(), [&](const auto& x) { return x.first > *key; });
  }
  auto last = page_key{};
  for (; from != all.end() && items.size() < page.limit; ++from) {
    last = from->first;
    items.push_back(from->second);
  }
  return from == all.end() ? std::string{} : to_cursor(list, last);
}

template <class Page, class Item>
game::outcome<Page> page_of(char list, const page_request& request,
                            std::vector<std::pair<page_key, Item>> all) {
  Page page;
  auto next = cut_page(list, request, std::move(all), page.items);
  if (!next)
    return next.error();
  page.next_cursor = *next;
  return page;
}

bool contains(const std::string& text, const std::string& part) {
  return boost::to_lower_copy(text).find(boost::to_lower_copy(part)) != std::string::npos;
}

double distance_m(const waypoint& a, const waypoint& b) {
  constexpr double radian_per_e7 = 3.14159265358979323846 / 180e7;
  auto lat_a = a.lat_e7 * radian_per_e7;
  auto lat_b = b.lat_e7 * radian_per_e7;
  auto s = std::sin((lat_b - lat_a) / 2);
  auto t = std::sin((b.lon_e7 - a.lon_e7) * radian_per_e7 / 2);
  return 2 * 6'371'010.0 * std::asin(std::sqrt(s * s + std::cos(lat_a) * std::cos(lat_b) * t * t));
}

/// Where an event is: its area, else its start. Null: nowhere in particular.
const waypoint* place_of(const event_record& event) {
  if (event.area.radius_m > 0)
    return &event.area.center;
  const auto& line = event.checkpoints.empty() ? event.course : event.checkpoints;
  return line.empty() ? nullptr : &line.front();
}

bool matches(const event_record& event, const list_events& x) {
  if (x.near) {
    const auto* place = place_of(event);
    if (place == nullptr || distance_m(*x.near, *place) > x.radius_m + event.area.radius_m)
      return false;
  }
  auto state =
    game::state_of(x.now, event.starts_at, event.cut_at, static_cast<bool>(event.settled_at),
                   static_cast<bool>(event.cancelled_at));
  if (x.state && *x.state != state)
    return false;
  return contains(event.name, x.text) || contains(event.city, x.text);
}

} // namespace

game::outcome<run_page> query(const memory_database& db, const list_runs& x) {
  std::vector<std::pair<page_key, run_record>> all;
  for (const auto& [id, row] : db.runs)
    if (row.run.user == x.user && !row.forgotten)
      all.emplace_back(newest_first(row.run.created_at, id.value), row.run);
  return page_of<run_page>('r', x.page, all);
}

game::outcome<ledger_page> query(const memory_database& db, const list_ledger& x) {
  std::vector<std::pair<page_key, ledger_entry>> all;
  for (const auto& [id, row] : db.ledger)
    if (row.user == x.user)
      all.emplace_back(page_key{newest(static_cast<std::uint64_t>(id)), 0, 0, 0}, row.entry);
  return page_of<ledger_page>('l', x.page, all);
}

game::outcome<flagged_page> query(const memory_database& db, const list_flagged& x) {
  std::vector<std::pair<page_key, run_record>> all;
  for (const auto& [id, row] : db.runs)
    if (row.run.state == run_state::flagged && !row.forgotten)
      all.emplace_back(page_key{rank_of(row.run.created_at), id.value.hi, id.value.lo, 0}, row.run);
  auto page = page_of<flagged_page>('f', x.page, all);
  if (page)
    for (const auto& run : page->items)
      page->usernames.push_back(db.users.at(run.user).user.username);
  return page;
}

game::outcome<action_page> query(const memory_database& db, const list_actions& x) {
  std::vector<std::pair<page_key, action_record>> all;
  for (auto [id, row] : db.actions) {
    if ((!x.by.is_nil() && row.by != x.by) || (x.target != base::uuid{} && row.target != x.target))
      continue;
    const auto name_of = [&](game::user_id user) {
      auto found = db.users.find(user);
      return found != db.users.end() ? found->second.user.username : std::string{};
    };
    row.by_username = name_of(row.by);
    row.target_name = name_of(game::user_id{row.target});
    if (auto event = db.events.find(game::event_id{row.target}); event != db.events.end())
      row.target_name = event->second.name;
    if (auto run = db.runs.find(game::run_id{row.target}); run != db.runs.end())
      row.target_name = name_of(run->second.run.user);
    all.emplace_back(newest_first(row.at, id), row);
  }
  return page_of<action_page>('a', x.page, all);
}

game::outcome<deposit_page> query(const memory_database& db, const list_deposits& x) {
  std::vector<std::pair<page_key, deposit_record>> all;
  for (const auto& [key, row] : db.deposits) {
    if (row.user != x.user)
      continue;
    const auto& chain = db.chains.at(row.chain);
    deposit_record item{row.id, row.chain, row.seen, row.seen_at, 0, false, row.credited_at};
    if (!row.lost && chain.at.number >= row.seen.block)
      item.confirmations = chain.at.number - row.seen.block + 1;
    item.deep_enough = row.seen.block <= chain.final_number;
    all.emplace_back(page_key{newest(static_cast<std::uint64_t>(row.id)), 0, 0, 0}, item);
  }
  return page_of<deposit_page>('d', x.page, all);
}

game::outcome<notification_page> query(const memory_database& db, const list_notifications& x) {
  std::vector<std::pair<page_key, notification>> all;
  for (const auto& [key, row] : db.notices)
    if (row.published && row.notice.user == x.user)
      all.emplace_back(newest_first(row.notice.at, row.notice.id.value), row.notice);
  return page_of<notification_page>('n', x.page, all);
}

game::outcome<ticket_page> query(const memory_database& db, const list_all_tickets& x) {
  std::vector<std::pair<page_key, held_ticket>> all;
  for (const auto& [id, ticket] : db.tickets)
    if (ticket.user == x.user && (!x.state || *x.state == ticket.state))
      all.emplace_back(newest_first(ticket.bought_at, id.value),
                       held_ticket{ticket, db.events.at(ticket.event)});
  return page_of<ticket_page>('t', x.page, all);
}

game::outcome<event_page> query(const memory_database& db, const list_events& x) {
  std::vector<std::pair<page_key, event_record>> all;
  for (const auto& [id, event] : db.events) {
    if (!matches(event, x))
      continue;
    auto cut = rank_of(event.cut_at);
    bool is_past = event.cut_at <= x.now;
    auto key = is_past ? page_key{1, newest(cut), newest(id.value.hi), newest(id.value.lo)}
                       : page_key{0, cut, id.value.hi, id.value.lo};
    all.emplace_back(key, event);
  }
  return page_of<event_page>('e', x.page, all);
}

game::outcome<tile_history> query(const memory_database& db, const list_tile_history& x) {
  std::vector<std::pair<page_key, game::claim>> all;
  for (auto it = db.claims.lower_bound({x.tile, {}});
       it != db.claims.end() && it->first.first == x.tile; ++it)
    if (it->second.was_top && !it->second.revoked)
      all.emplace_back(newest_first(it->second.claim.crossed_at, it->first.second.value),
                       it->second.claim);
  auto page = page_of<tile_history>('h', x.page, all);
  if (page)
    for (const auto& claim : page->items)
      page->usernames.push_back(db.users.at(claim.user).user.username);
  return page;
}

game::outcome<user_page> query(const memory_database& db, const search_users& x) {
  std::vector<std::pair<page_key, user_record>> all;
  for (const auto& [id, row] : db.users)
    if (!row.user.deleted
        && (contains(row.user.username, x.text) || contains(row.user.email, x.text)
            || to_string(id) == x.text))
      all.emplace_back(page_key{id.value.hi, id.value.lo, 0, 0}, row.user);
  return page_of<user_page>('u', x.page, all);
}

} // namespace fief::test
