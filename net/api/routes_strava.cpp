#include "net/api/api.hpp"

#include <algorithm>
#include <openssl/crypto.h>

namespace fief::net {

namespace {

using actors::strava_import_state;
using actors::strava_state;

constexpr std::size_t event_bytes_max = 16'384;
constexpr std::size_t callback_text_max = 2'048;
/// Strava waits two seconds for the answer to a webhook.
constexpr std::chrono::milliseconds event_deadline{1'500};

/// Cost: the same time for all texts of one length.
bool same_secret(std::string_view given, std::string_view secret) {
  return !secret.empty() && given.size() == secret.size()
         && CRYPTO_memcmp(given.data(), secret.data(), secret.size()) == 0;
}

/// Whether this server has Strava; answers if not.
bool has_strava(const call& c) {
  if (!c.api.strava.actor)
    c.send(game::errc::strava_not_configured);
  return c.api.strava.actor != nullptr;
}

std::string_view name_of(strava_state x) {
  switch (x) {
    case strava_state::active: return "active";
    case strava_state::broken: return "broken";
    case strava_state::leaving: return "leaving";
  }
  return "broken";
}

void write_at(base::json_writer& out, std::string_view name,
              const caf::optional<game::instant>& at) {
  out.key(name);
  if (at)
    out.value(*at);
  else
    out.null();
}

std::string status_json(const actors::strava_status& x) {
  std::string body;
  base::json_writer out{body};
  const auto& c = x.connection;
  out.begin_object().member("state", name_of(c.state)).member("athlete", std::to_string(c.athlete));
  out.member("scope", c.scope).member("connected_at", c.connected_at).member("queued", c.queued);
  out.member("looking_back", static_cast<bool>(c.look_at));
  write_at(out, "quota_until", x.quota_until);
  out.end_object();
  return body;
}

/// What the user sees of an import: where in the queue it is, or what became of it.
void write_import(base::json_writer& out, const actors::strava_import& x,
                  const actors::strava_imports& all, game::instant now) {
  caf::optional<game::instant> until;
  std::string_view state = "queued";
  switch (x.state) {
    case strava_import_state::done: state = "done"; break;
    case strava_import_state::skipped: state = "skipped"; break;
    case strava_import_state::failed: state = "failed"; break;
    case strava_import_state::queued:
      if (std::ranges::find(all.fetching, x.activity) != all.fetching.end()) {
        state = "fetching";
      } else if (x.not_before > now) {
        state = "waiting_to_retry";
        until = x.not_before;
      } else if (const auto& quota =
                   x.by_event ? all.event_quota_until : all.catch_up_quota_until) {
        state = "waiting_for_quota";
        until = quota;
      }
      break;
  }
  out.begin_object().member("activity", std::to_string(x.activity)).member("state", state);
  write_at(out, "until", until);
  out.key("reason");
  if (x.reason.empty())
    out.null();
  else
    out.value(x.reason);
  out.key("run");
  if (x.imported)
    out.value(x.run);
  else
    out.null();
  caf::optional<game::instant> started_at;
  if (x.started_at != game::instant{})
    started_at = x.started_at;
  write_at(out, "started_at", started_at);
  out.member("queued_at", x.queued_at).member("updated_at", x.updated_at).end_object();
}

void begin_strava(const call& c) {
  if (!has_strava(c))
    return;
  c.ask<actors::strava_link>(c.api.strava.actor, actors::begin_strava{c.user()},
                             [c](const actors::strava_link& x) {
                               std::string body;
                               base::json_writer out{body};
                               out.begin_object().member("authorize_url", x.url).end_object();
                               c.send_json(200, std::move(body));
                             });
}

void get_status(const call& c) {
  if (!has_strava(c))
    return;
  c.ask<actors::strava_status>(
    c.api.strava.actor, actors::get_strava{c.user()},
    [c](const actors::strava_status& x) { c.send_json(200, status_json(x)); });
}

void disconnect(const call& c) {
  if (!has_strava(c))
    return;
  c.ask<actors::store_done>(c.api.strava.actor, actors::leave_strava{c.user()},
                            [c](const actors::store_done&) { c.send_empty(204); });
}

void list_imports(const call& c) {
  if (!has_strava(c))
    return;
  auto page = c.page();
  if (!page)
    return;
  c.ask<actors::strava_imports>(
    c.api.strava.actor, actors::get_strava_imports{c.user(), *page},
    [c](const actors::strava_imports& x) {
      c.send_json(200,
                  page_json(x.items, x.next_cursor, [&](base::json_writer& out, const auto& item) {
                    write_import(out, item, x, c.api.now());
                  }));
    });
}

/// The browser comes back from Strava. It goes on to the configured address, which is told how it
/// went, or is shown a line.
void send_back(const call& c, std::string_view how) {
  http_response out;
  if (const auto& to = c.api.strava.return_url; !to.empty()) {
    out.status = 302;
    out.content_type.clear();
    const auto mark = to.find('?') == std::string::npos ? '?' : '&';
    out.headers.emplace_back("Location", to + mark + "strava=" + std::string{how});
  } else {
    out.content_type = "text/html; charset=utf-8";
    out.body = "<!doctype html><title>Strava</title><p>Your Strava account is connected. "
               "You can close this page.</p>\n";
  }
  c.answer->send(std::move(out));
}

void come_back(const call& c) {
  if (!has_strava(c))
    return;
  auto text = [&](std::string_view name) {
    return std::string{c.request.query_value(name).value_or(std::string_view{})};
  };
  actors::complete_strava x{text("state"), text("code"), text("scope")};
  if (std::max({x.state.size(), x.code.size(), x.scope.size()}) > callback_text_max)
    return c.send(bad_parameter("state", "too_long", "Not an answer of Strava."));
  const bool leads_on = !c.api.strava.return_url.empty();
  if (!text("error").empty() || x.code.empty() || x.state.empty()) {
    if (leads_on)
      return send_back(c, "denied");
    return c.send(game::errc::strava_scope_missing);
  }
  c.thread.actors().ask(c.api.strava.actor, caf::make_message(std::move(x)),
                        c.api.limits.ask_deadline, [c, leads_on](reply got) {
                          if (c.answer->answered())
                            return;
                          if (got.get<actors::strava_status>() != nullptr)
                            return send_back(c, "connected");
                          const auto why =
                            got.error != nullptr ? errc_of(*got.error) : game::errc::unavailable;
                          if (leads_on)
                            send_back(c, game::to_string(why));
                          else
                            c.send(why);
                        });
}

/// Whether the webhook's path holds the secret; to anybody else there is nothing here.
bool knows_path(const call& c) {
  if (!has_strava(c))
    return false;
  if (same_secret(c.request.param("secret"), c.api.strava.webhook_secret))
    return true;
  c.send(game::errc::not_found);
  return false;
}

/// Strava asks whether we want its webhooks.
void validate_webhook(const call& c) {
  if (!knows_path(c))
    return;
  const auto token = c.request.query_value("hub.verify_token").value_or(std::string_view{});
  const auto challenge = c.request.query_value("hub.challenge").value_or(std::string_view{});
  if (c.request.query_value("hub.mode") != "subscribe" || challenge.size() > callback_text_max
      || !same_secret(token, c.api.strava.verify_token))
    return c.send(game::errc::forbidden);
  std::string body;
  base::json_writer out{body};
  out.begin_object().member("hub.challenge", challenge).end_object();
  c.send_json(200, std::move(body));
}

std::int64_t integer_of(const simdjson::dom::element& of, std::string_view name) {
  std::int64_t x = 0;
  if (of.at_key(name).get(x) != simdjson::SUCCESS)
    return 0;
  return x;
}

std::string_view text_of(const simdjson::dom::element& of, std::string_view name) {
  std::string_view x;
  if (of.at_key(name).get(x) != simdjson::SUCCESS)
    return {};
  return x;
}

/// A webhook. It is answered when the hint is durable, and Strava tries again if it was not. What
/// is none of ours is answered likewise: it would only come again.
void take_event(const call& c) {
  if (!knows_path(c))
    return;
  simdjson::dom::element root;
  if (c.document.parse_raw(c.request.body, root) != simdjson::SUCCESS || !root.is_object()) {
    json_errors errors;
    errors.mark_malformed();
    return c.send(errors.to_problem());
  }
  actors::strava_event x;
  x.athlete = integer_of(root, "owner_id");
  const auto kind = text_of(root, "object_type");
  const auto aspect = text_of(root, "aspect_type");
  if (kind == "activity") {
    x.activity = integer_of(root, "object_id");
    x.deleted = aspect == "delete";
  } else if (kind == "athlete") {
    simdjson::dom::element updates;
    x.deauthorized = root.at_key("updates").get(updates) == simdjson::SUCCESS && updates.is_object()
                     && text_of(updates, "authorized") == "false";
  }
  if (integer_of(root, "subscription_id") != c.api.strava.subscription_id || x.athlete <= 0
      || (x.activity <= 0 && !x.deauthorized))
    return c.send_json(200, "{}");
  c.thread.actors().ask(c.api.strava.actor, caf::make_message(x), event_deadline, [c](reply got) {
    if (c.answer->answered())
      return;
    if (got.get<actors::store_done>() != nullptr)
      c.send_json(200, "{}");
    else
      c.send(game::errc::unavailable);
  });
}

} // namespace

void api::add_strava(router& to) {
  route_options open{.auth = auth_need::none};
  add(to, http_method::get, "/v1/me/strava", get_status);
  add(to, http_method::del, "/v1/me/strava", disconnect);
  add(to, http_method::get, "/v1/me/strava/connect", begin_strava);
  add(to, http_method::get, "/v1/me/strava/imports", list_imports);
  add(to, http_method::get, "/v1/strava/callback", come_back, open);
  add(to, http_method::get, "/v1/strava/webhook/{secret}", validate_webhook, open);
  add(to, http_method::post, "/v1/strava/webhook/{secret}", take_event,
      {.auth = auth_need::none, .body_bytes_max = event_bytes_max});
}

} // namespace fief::net
