#include "net/api/api.hpp"
#include "net/api/text_checks.hpp"

namespace fief::net {

namespace {

void search(const call& c) {
  auto page = c.page();
  if (!page)
    return;
  actors::search_users x;
  x.text = c.request.query_value("q").value_or("").substr(0, 254);
  x.page = *page;
  c.ask<actors::user_page>(c.api.reader, std::move(x), [c](const actors::user_page& found) {
    c.send_json(
      200, page_json(found.items, found.next_cursor, [](base::json_writer& out, const auto& item) {
        records_codec{out, instant_form::text}.user(item, nullptr);
      }));
  });
}

void get_user(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  game::user_id user{*id};
  c.ask_entity<actors::profile>(
    actors::key_of(user), actors::get_profile{user}, [c](const actors::profile& x) {
      c.send_json(200, record_json([&](records_codec& out) { out.user(x.user, &x.account); }));
    });
}

/// The member `roles`; refuses another list than of role names, each at most once.
std::optional<std::uint8_t> read_roles(json_object& in) {
  const auto raw = in.raw("roles");
  if (!raw)
    return std::nullopt;
  simdjson::dom::array names;
  std::uint8_t roles = 0;
  auto ok = raw->get(names) == simdjson::SUCCESS && names.size() > 0;
  if (ok)
    for (auto entry : names) {
      std::string_view name;
      auto bit = entry.get(name) == simdjson::SUCCESS ? parse_role(name) : std::uint8_t{0};
      ok = ok && bit != 0 && (roles & bit) == 0;
      roles = static_cast<std::uint8_t>(roles | bit);
    }
  if (!ok)
    in.refuse("roles", "malformed", "A list of runner, organiser, operator, each at most once.");
  return roles;
}

void edit_user(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  const auto banned = in.optional_boolean("banned");
  const auto roles = read_roles(in);
  if (!in.finish())
    return c.send(errors.to_problem());
  actors::set_rights x;
  x.user = game::user_id{*id};
  x.action = c.action();
  if (banned)
    x.banned = *banned;
  if (roles)
    x.roles = *roles;
  c.ask_entity<actors::user_record>(
    actors::key_of(x.user), std::move(x), [c](const actors::user_record& stored) {
      if (c.api.rights != nullptr)
        c.api.rights->set(stored.id, stored.banned ? 0 : stored.roles);
      c.send_json(200, record_json([&](records_codec& out) { out.user(stored, nullptr); }));
    });
}

void grant_coins(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  actors::give_coins x;
  x.grant = c.request.seed;
  x.user = game::user_id{*id};
  x.by = c.user();
  x.coins_cents = in.integer("coins_cents", 1, 100'000'000);
  x.reason = check_text(in, "reason", game::check_reason);
  if (!in.finish())
    return c.send(errors.to_problem());
  auto key = actors::key_of(x.user);
  c.ask_entity<game::account>(key, x, [c, x](const game::account& account) {
    std::string body;
    base::json_writer out{body};
    out.begin_object().member("grant", x.grant).member("user", x.user);
    out.member("coins_cents", account.coins_cents).end_object();
    c.send_json(201, std::move(body));
  });
}

} // namespace

void api::add_users(router& to) {
  route_options operators{.auth = auth_need::operator_};
  add(to, http_method::get, "/v1/users", search, operators);
  add(to, http_method::get, "/v1/users/{id}", get_user, operators);
  add(to, http_method::patch, "/v1/users/{id}", edit_user, operators);
  add(to, http_method::post, "/v1/users/{id}/grants", grant_coins, operators);
}

} // namespace fief::net
