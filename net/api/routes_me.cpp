#include "net/api/api.hpp"
#include "net/api/text_checks.hpp"

namespace fief::net {

namespace {

void send_profile(const call& c, const actors::profile& x) {
  c.send_json(200, record_json([&](records_codec& out) { out.profile(x.user, x.account); }));
}

void get_me(const call& c) {
  c.ask_entity<actors::profile>(actors::key_of(c.user()), actors::get_profile{c.user()},
                                [c](const actors::profile& x) { send_profile(c, x); });
}

void edit_me(const call& c) {
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  auto username = check_optional_text(in, "username", game::check_username);
  if (!in.finish())
    return c.send(errors.to_problem());
  if (!username)
    return get_me(c);
  c.ask_entity<actors::profile>(actors::key_of(c.user()), actors::rename_user{c.user(), *username},
                                [c](const actors::profile& x) { send_profile(c, x); });
}

void close_account(const call& c) {
  c.ask_entity<actors::account_closed>(actors::key_of(c.user()), actors::close_account{c.user()},
                                       [c](const actors::account_closed&) {
                                         if (c.api.rights != nullptr)
                                           c.api.rights->set(c.user(), 0);
                                         c.send_empty(204);
                                       });
}

/// Deleting asks for the password again, through the same throttle as signing in.
void delete_me(const call& c) {
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  std::string password{in.string("password", {.min = 0, .max = 1024})};
  if (!in.finish())
    return c.send(errors.to_problem());
  c.ask_entity<actors::profile>(actors::key_of(c.user()), actors::get_profile{c.user()},
                                [c, password](const actors::profile& x) {
                                  c.ask<actors::signed_in>(
                                    c.api.auth,
                                    actors::login{x.user.email, password, c.request.remote_address},
                                    [c](const actors::signed_in&) { close_account(c); });
                                });
}

void send_ledger(const call& c, game::user_id user, const actors::page_request& page) {
  c.ask<actors::ledger_page>(
    c.api.reader, actors::list_ledger{user, page}, [c](const actors::ledger_page& x) {
      c.send_json(200,
                  page_json(x.items, x.next_cursor, [](base::json_writer& out, const auto& item) {
                    records_codec{out, instant_form::text}.ledger_entry(item);
                  }));
    });
}

void list_ledger(const call& c) {
  if (auto page = c.page())
    send_ledger(c, c.user(), *page);
}

/// The list of nobody would be empty: whether there is such a user is asked first.
void list_users_ledger(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  auto page = c.page();
  if (!page)
    return;
  game::user_id user{*id};
  c.ask_entity<actors::profile>(
    actors::key_of(user), actors::get_profile{user},
    [c, user, page = *page](const actors::profile&) { send_ledger(c, user, page); });
}

void list_notifications(const call& c) {
  auto page = c.page();
  if (!page)
    return;
  c.ask<actors::notification_page>(
    c.api.reader, actors::list_notifications{c.user(), *page},
    [c](const actors::notification_page& x) {
      c.send_json(200,
                  page_json(x.items, x.next_cursor, [](base::json_writer& out, const auto& item) {
                    records_codec{out, instant_form::text}.notification(item);
                  }));
    });
}

void export_me(const call& c) {
  c.ask<actors::user_export>(c.api.reader, actors::export_user{c.user()},
                             [c](const actors::user_export& x) { c.send_json(200, x.json); });
}

void send_zones(const call& c, const std::vector<game::home_zone>& zones) {
  c.send_json(200, record_json([&](records_codec& out) { out.home_zones(zones); }));
}

void get_zones(const call& c) {
  c.ask_entity<actors::profile>(
    actors::key_of(c.user()), actors::get_profile{c.user()},
    [c](const actors::profile& x) { send_zones(c, x.user.home_zones); });
}

/// The body is a bare array; the reader wants an object round it.
void put_zones(const call& c) {
  json_errors errors;
  auto wrapped = R"({"zones":)" + std::string{c.request.body} + '}';
  auto in = c.document.parse(wrapped, errors);
  actors::set_home_zones x;
  x.user = c.user();
  for (auto& zone : in.objects("zones", 0, 3)) {
    game::home_zone z;
    z.lat_e7 = to_e7(zone.number("lat", -90, 90));
    z.lon_e7 = to_e7(zone.number("lon", -180, 180));
    z.radius_m = static_cast<std::int32_t>(zone.integer("radius_m", 200, 1000));
    zone.finish();
    x.zones.push_back(z);
  }
  if (!in.finish())
    return c.send(errors.to_problem());
  c.ask_entity<actors::user_record>(
    actors::key_of(c.user()), std::move(x),
    [c](const actors::user_record& stored) { send_zones(c, stored.home_zones); });
}

void send_mining(const call& c) {
  c.ask_entity<actors::mining_view>(
    actors::key_of(c.user()), actors::get_mining{c.user()}, [c](const actors::mining_view& x) {
      std::string body;
      base::json_writer out{body};
      out.begin_object();
      records_codec{out, instant_form::text}.mining_members(x.account, x.now, c.api.mining);
      out.end_object();
      c.send_json(200, std::move(body));
    });
}

void claim_tokens(const call& c) {
  c.ask_entity<actors::tokens_claimed>(
    actors::key_of(c.user()), actors::collect_tokens{c.user(), c.request.seed},
    [c](const actors::tokens_claimed& x) {
      std::string body;
      base::json_writer out{body};
      out.begin_object().member("claimed_micro", x.claimed_micro);
      out.member("tokens_micro", x.account.tokens_micro);
      if (auto full = game::full_at(x.account.mining, c.api.mining); full != game::instant::max())
        out.member("full_at", full);
      out.end_object();
      c.send_json(200, std::move(body));
    });
}

} // namespace

void api::add_me(router& to) {
  add(to, http_method::get, "/v1/me", get_me);
  add(to, http_method::patch, "/v1/me", edit_me);
  add(to, http_method::del, "/v1/me", delete_me);
  add(to, http_method::get, "/v1/me/ledger", list_ledger);
  add(to, http_method::get, "/v1/users/{id}/ledger", list_users_ledger,
      {.auth = auth_need::operator_});
  add(to, http_method::get, "/v1/me/notifications", list_notifications);
  add(to, http_method::get, "/v1/me/export", export_me);
  add(to, http_method::get, "/v1/me/home-zones", get_zones);
  add(to, http_method::put, "/v1/me/home-zones", put_zones);
}

void api::add_mining(router& to) {
  add(to, http_method::get, "/v1/mining", send_mining);
  add(to, http_method::post, "/v1/mining/claim", claim_tokens);
}

} // namespace fief::net
