#include "net/api/api.hpp"
#include "net/api/event_input.hpp"

namespace fief::net {

namespace {

std::string ticket_json(const call& c, const actors::held_ticket& x) {
  auto now = c.api.now();
  return record_json([&](records_codec& out) { out.ticket(x, now); });
}

void buy_ticket(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  actors::acquire_ticket x{game::ticket_id{c.request.seed}, c.user(), game::event_id{*id}, false};
  if (!c.request.body.empty()) {
    json_errors errors;
    auto in = c.document.parse(c.request.body, errors);
    if (auto shown = in.optional_integer("price_cents", 0, cents_max))
      x.shown_cents = *shown;
    if (!in.finish())
      return c.send(errors.to_problem());
  }
  c.ask_entity<actors::ticket_bought>(
    actors::key_of(c.user()), x,
    [c](const actors::ticket_bought& got) { c.send_json(201, ticket_json(c, got.held)); });
}

/// From the event's organiser or an operator.
void grant_ticket(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  game::user_id user{in.uuid("user")};
  if (!in.finish())
    return c.send(errors.to_problem());
  game::event_id event{*id};
  auto by = c.asker();
  c.ask_entity<actors::event_record>(
    actors::key_of(event), actors::get_event{event},
    [c, user, event, by](const actors::event_record& found) {
      auto own = (by.roles & actors::role_organiser) != 0 && found.organiser == by.user;
      if (!own && !c.is_operator())
        return c.send(game::errc::forbidden);
      actors::acquire_ticket x{game::ticket_id{c.request.seed}, user, event, true, c.action()};
      c.ask_entity<actors::ticket_bought>(
        actors::key_of(user), x,
        [c](const actors::ticket_bought& got) { c.send_json(201, ticket_json(c, got.held)); });
    });
}

void send_active(const call& c) {
  c.ask_entity<actors::held_tickets>(
    actors::key_of(c.user()), actors::list_active_tickets{c.user()},
    [c](const actors::held_tickets& x) {
      c.send_json(200, page_json(x.tickets, {}, [&x](base::json_writer& out, const auto& item) {
                    records_codec{out, instant_form::text}.ticket(item, x.now);
                  }));
    });
}

void list_tickets(const call& c) {
  auto state = c.request.query_value("state");
  if (state && *state == "active")
    return send_active(c);
  auto page = c.page();
  if (!page)
    return;
  caf::optional<game::ticket_state> wanted;
  if (state) {
    auto parsed = game::parse_ticket_state(*state);
    if (!parsed)
      return c.send(bad_parameter("state", "malformed", "One of active, unused, used, refunded."));
    wanted = *parsed;
  }
  c.ask<actors::ticket_page>(
    c.api.reader, actors::list_all_tickets{c.user(), *page, wanted},
    [c](const actors::ticket_page& x) {
      auto now = c.api.now();
      c.send_json(
        200, page_json(x.items, x.next_cursor, [now](base::json_writer& out, const auto& item) {
          records_codec{out, instant_form::text}.ticket(item, now);
        }));
    });
}

} // namespace

void api::add_tickets(router& to) {
  add(to, http_method::get, "/v1/tickets", list_tickets);
  add(to, http_method::post, "/v1/events/{id}/tickets", buy_ticket);
  add(to, http_method::post, "/v1/events/{id}/grants", grant_ticket,
      {.auth = auth_need::organiser});
}

} // namespace fief::net
