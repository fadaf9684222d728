#include "game/names.hpp"
#include "game/prizes.hpp"
#include "net/api/api.hpp"
#include "net/api/event_input.hpp"

#include <charconv>

namespace fief::net {

namespace {

std::string event_json(const call& c, const actors::event_record& x) {
  auto now = c.api.now();
  return record_json([&](records_codec& out) { out.event(x, now); });
}

/// What a start that is too late could be instead, as `alternatives` of the problem.
std::string alternatives_json(const game::event_choices& x, game::instant cut_at) {
  std::string body;
  base::json_writer out{body};
  out.begin_array();
  out.begin_object().member("starts_at", x.start_latest).member("cut_at", cut_at).end_object();
  out.begin_object().member("starts_at", x.start_next).member("cut_at", x.next.cut_at).end_object();
  out.end_array();
  return body;
}

/// When such an event ends. Refuses times that the rules do not allow, with a way out.
std::optional<game::event_times> check_times(const call& c, const std::string& tz,
                                             game::instant starts_at) {
  auto times = game::compute_event_times(tz, starts_at, c.api.events);
  if (!times) {
    auto refusal = to_problem(times.error());
    auto field = times.error() == game::errc::unknown_time_zone ? "tz" : "starts_at";
    refusal.errors.push_back({field, std::string{game::to_string(times.error())}, refusal.detail});
    if (auto choices = game::event_alternatives(tz, starts_at, c.api.events);
        choices && times.error() == game::errc::event_too_short)
      refusal.with_member("alternatives", alternatives_json(*choices, choices->start_next));
    c.send(refusal);
    return std::nullopt;
  }
  if (times->cut_at <= c.api.now()) {
    c.send(bad_parameter("starts_at", "out_of_range", "The event would be over already."));
    return std::nullopt;
  }
  return *times;
}

void create_event(const call& c) {
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  actors::host_event x;
  x.user = c.user();
  x.event = read_event(in);
  if (!in.finish())
    return c.send(errors.to_problem());
  if (!check_times(c, x.event.tz, x.event.starts_at))
    return;
  x.event.id = game::event_id{c.request.seed};
  x.action = c.action();
  c.ask_entity<actors::event_record>(
    actors::key_of(c.user()), std::move(x),
    [c](const actors::event_record& stored) { c.send_json(201, event_json(c, stored)); });
}

/// Asks nobody: what an event would be follows from the rules.
void preview_event(const call& c) {
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  auto x = read_event_preview(in);
  if (!in.finish())
    return c.send(errors.to_problem());
  auto times = check_times(c, x.tz, x.starts_at);
  if (!times)
    return;
  const auto& rules = c.api.events;
  auto pool = game::pool({x.tickets * x.entry_fee_cents, x.pot_cents, rules.house_fee_bp});
  std::string body;
  base::json_writer out{body};
  out.begin_object().member("cut_at", times->cut_at).member("settle_at", times->settle_at);
  out.member("pool_cents", pool).key("prizes_cents").begin_array();
  for (auto prize : game::split(pool, rules.prize_shares.size(), rules.prize_shares))
    out.value(prize);
  out.end_array().end_object();
  c.send_json(200, std::move(body));
}

void edit_event(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  auto x = read_event_edit(in);
  if (!in.finish())
    return c.send(errors.to_problem());
  x.event = game::event_id{*id};
  x.by = c.asker();
  x.action = c.request.seed;
  auto key = actors::key_of(x.event);
  // Looked at first for a good explanation; EVENT decides again when it stores.
  c.ask_entity<actors::event_record>(
    key, actors::get_event{x.event}, [c, x, key](const actors::event_record& known) {
      auto after = edited(known, x);
      if (lacks_course(after))
        return c.send(bad_parameter("metric", "missing", course_needed));
      auto moved = x.tz || x.starts_at;
      if (moved && state_at(known, c.api.now()) == game::event_state::scheduled
          && !check_times(c, after.tz, after.starts_at))
        return;
      c.ask_entity<actors::event_record>(key, x, [c](const actors::event_record& stored) {
        c.send_json(200, event_json(c, stored));
      });
    });
}

void cancel_event(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  game::event_id event{*id};
  c.ask_entity<actors::event_record>(
    actors::key_of(event), actors::call_off_event{event, c.asker(), c.request.seed},
    [c](const actors::event_record& stored) { c.send_json(200, event_json(c, stored)); });
}

void get_event(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  game::event_id event{*id};
  c.ask_entity<actors::event_record>(
    actors::key_of(event), actors::get_event{event},
    [c](const actors::event_record& x) { c.send_tagged(event_json(c, x)); });
}

void list_events(const call& c) {
  auto page = c.page();
  if (!page)
    return;
  actors::list_events x;
  x.page = *page;
  x.now = c.api.now();
  if (!read_near(c, x.near, x.radius_m))
    return;
  if (auto text = c.request.query_value("q")) {
    if (game::utf8_length(*text).value_or(0) > game::text_limits::event_name_max)
      return c.send(bad_parameter("q", "too_long", "At most 100 characters."));
    x.text = *text;
  }
  if (auto state = c.request.query_value("state")) {
    auto parsed = game::parse_event_state(*state);
    if (!parsed)
      return c.send(bad_parameter("state", "malformed", "Not a state of an event."));
    x.state = *parsed;
  }
  c.ask<actors::event_page>(c.api.reader, std::move(x), [c](const actors::event_page& found) {
    auto now = c.api.now();
    c.send_tagged(
      page_json(found.items, found.next_cursor, [now](base::json_writer& out, const auto& item) {
        records_codec{out, instant_form::text}.event(item, now);
      }));
  });
}

/// The cursor of a leaderboard is the number of places before it.
void get_leaderboard(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  auto page = c.page();
  if (!page)
    return;
  actors::get_leaderboard x;
  x.event = game::event_id{*id};
  x.limit = page->limit;
  const auto& cursor = page->cursor;
  auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), x.offset);
  if (!cursor.empty() && (error != std::errc{} || end != cursor.data() + cursor.size()))
    return c.send(bad_parameter("cursor", "malformed", "Not a cursor of this list."));
  auto offset = x.offset;
  c.ask_entity<actors::leaderboard>(
    actors::key_of(x.event), x, [c, offset](const actors::leaderboard& board) {
      std::string body;
      base::json_writer out{body};
      out.begin_object();
      out.member("state", game::to_string(state_at(board.event, c.api.now())));
      out.member("metric", game::to_string(board.event.metric)).key("items").begin_array();
      for (const auto& item : board.items)
        records_codec{out, instant_form::text}.standing(item);
      out.end_array().key("next_cursor");
      auto next = offset + board.items.size();
      if (next < board.total && !board.items.empty())
        out.value(std::to_string(next));
      else
        out.null();
      out.end_object();
      c.send_tagged(std::move(body));
    });
}

} // namespace

void api::add_events(router& to) {
  route_options open{.auth = auth_need::none};
  add(to, http_method::get, "/v1/events", list_events, open);
  add(to, http_method::post, "/v1/events", create_event, {.auth = auth_need::organiser});
  add(to, http_method::post, "/v1/events/preview", preview_event, {.auth = auth_need::organiser});
  add(to, http_method::get, "/v1/events/{id}", get_event, open);
  add(to, http_method::patch, "/v1/events/{id}", edit_event);
  add(to, http_method::post, "/v1/events/{id}/cancel", cancel_event);
  add(to, http_method::get, "/v1/events/{id}/leaderboard", get_leaderboard, open);
}

} // namespace fief::net
