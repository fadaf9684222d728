#include "game/names.hpp"
#include "net/api/api.hpp"
#include "net/api/text_checks.hpp"

namespace fief::net {

namespace {

std::string tokens_json(const call& c, const actors::signed_in& x) {
  std::string body;
  base::json_writer out{body};
  out.begin_object().key("user");
  records_codec{out, instant_form::text}.profile(x.user, x.account);
  out.member("access_token", c.api.access->issue({x.user.id, x.user.roles, {}}));
  out.member("token_type", "Bearer").member("expires_in", c.api.access->ttl().count());
  out.member("refresh_token", x.refresh_token).end_object();
  return body;
}

void sign_up(const call& c) {
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  actors::register_user x;
  x.email = check_text(in, "email", game::check_email);
  x.password = check_text(in, "password", game::check_password);
  x.username = check_text(in, "username", game::check_username);
  x.address = c.request.remote_address;
  if (!in.finish())
    return c.send(errors.to_problem());
  c.ask<actors::signed_in>(c.api.auth, std::move(x), [c](const actors::signed_in& got) {
    c.send_json(201, tokens_json(c, got));
  });
}

void sign_in(const call& c) {
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  actors::login x;
  x.email = in.string("email", {.min = 0, .max = 254});
  x.password = in.string("password", {.min = 0, .max = 1024});
  x.address = c.request.remote_address;
  if (!in.finish())
    return c.send(errors.to_problem());
  c.ask<actors::signed_in>(c.api.auth, std::move(x), [c](const actors::signed_in& got) {
    c.send_json(200, tokens_json(c, got));
  });
}

/// The body of refresh and logout; nothing once it was refused.
std::optional<std::string> refresh_token_of(const call& c) {
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  std::string token{in.string("refresh_token", {.min = 1, .max = 512})};
  if (in.finish())
    return token;
  c.send(errors.to_problem());
  return std::nullopt;
}

} // namespace

void api::add_auth(router& to) {
  route_options open{.auth = auth_need::none};
  add(to, http_method::post, "/v1/auth/register", sign_up, open);
  add(to, http_method::post, "/v1/auth/login", sign_in, open);
  add(
    to, http_method::post, "/v1/auth/refresh",
    [](const call& c) {
      if (auto token = refresh_token_of(c))
        c.ask<actors::signed_in>(
          c.api.auth, actors::refresh_session{*token},
          [c](const actors::signed_in& got) { c.send_json(200, tokens_json(c, got)); });
    },
    open);
  add(
    to, http_method::post, "/v1/auth/logout",
    [](const call& c) {
      if (auto token = refresh_token_of(c))
        c.ask<actors::logged_out>(c.api.auth, actors::logout{*token},
                                  [c](const actors::logged_out&) { c.send_empty(204); });
    },
    open);
}

} // namespace fief::net
