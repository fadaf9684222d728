#include "integrations/strava/strava_api.hpp"

#include "integrations/strava/state_token.hpp"

#include <caf/all.hpp>
#include <utility>

namespace fief::integrations {

using namespace actors;

namespace {

constexpr std::uint32_t page_size = 200;

/// What a body that cannot be read makes of a good status.
strava_outcome readable(int status, bool read) {
  const auto outcome = outcome_of(status);
  return outcome == strava_outcome::done && !read ? strava_outcome::unavailable : outcome;
}

} // namespace

strava_api_actor::behavior_type strava_api_state::make_behavior(const strava_api_config& config) {
  config_ = config;
  box_.emplace(config.key.derive(1));
  state_key_ = config.key.derive(2);
  client_ = std::make_unique<http_client>();
  return {
    [this](const make_strava_link& x) { return on_link(x); },
    [this](const read_strava_state& x) { return on_state(x); },
    [this](const exchange_strava_code& x) { return on_exchange(x); },
    [this](const refresh_strava_tokens& x) { return on_refresh(x); },
    [this](const revoke_strava_tokens& x) { return on_revoke(x); },
    [this](const probe_strava& x) { return on_probe(x); },
    [this](const fetch_strava_activity& x) { return on_fetch(x); },
    [this](const list_strava_activities& x) { return on_list(x); },
    [this](const fetch_strava_streams& x) { return on_streams(x); },
    [this](atom::flush) { on_flush(); },
  };
}

// -- the wire -------------------------------------------------------------------------------------

void strava_api_state::send(http_query query, handler then) {
  query.timeout = config_.patience;
  query.answer_bytes_max = config_.answer_bytes_max;
  // Not a strong reference: this actor owns the client that keeps the callback.
  client_->send(std::move(query), [box = inbox_, address = self_->address(),
                                   then = std::move(then)](http_answer answer) mutable {
    {
      std::lock_guard hold{box->mutex};
      box->waiting.emplace_back(std::move(then), std::move(answer));
    }
    if (auto self = caf::actor_cast<caf::actor>(address))
      caf::anon_send(self, atom::flush_v);
  });
}

void strava_api_state::on_flush() {
  std::deque<std::pair<handler, http_answer>> came;
  {
    std::lock_guard hold{inbox_->mutex};
    came.swap(inbox_->waiting);
  }
  for (const auto& [then, answer] : came)
    then(answer);
}

template <class Reply, class Read>
caf::typed_response_promise<Reply> strava_api_state::ask(http_query query, Read read) {
  auto promise = self_->make_response_promise<Reply>();
  send(std::move(query), [promise, read = std::move(read)](const http_answer& answer) mutable {
    promise.deliver(read(answer));
  });
  return promise;
}

std::optional<strava_tokens> strava_api_state::open(const std::string& sealed) const {
  const auto text = box_->open(sealed);
  return text ? split_tokens(*text) : std::nullopt;
}

std::optional<http_query> strava_api_state::get(const std::string& sealed,
                                                const std::string& path) const {
  const auto tokens = open(sealed);
  if (!tokens)
    return std::nullopt;
  http_query out;
  out.url = config_.api_url + path;
  out.headers = {{"Authorization", "Bearer " + tokens->access}, {"Accept", "application/json"}};
  return out;
}

http_query strava_api_state::post(const std::string& url,
                                  std::vector<std::pair<std::string, std::string>> fields) const {
  fields.emplace_back("client_id", config_.client_id);
  fields.emplace_back("client_secret", config_.client_secret);
  http_query out;
  out.method = "POST";
  out.url = url;
  out.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                 {"Accept", "application/json"}};
  out.body = form_encoded(fields);
  return out;
}

strava_grant strava_api_state::grant_of(const http_answer& answer) const {
  strava_grant out;
  const auto tokens = read_tokens(answer.body);
  out.outcome = readable(answer.status, tokens.has_value());
  if (out.outcome != strava_outcome::done)
    return out;
  out.athlete = tokens->athlete;
  out.sealed = box_->seal(join_tokens(*tokens));
  out.expires_in = std::chrono::seconds{tokens->expires_in_s};
  return out;
}

// -- agreeing -------------------------------------------------------------------------------------

caf::result<strava_link> strava_api_state::on_link(const make_strava_link& x) const {
  const auto fields = form_encoded({{"client_id", config_.client_id},
                                    {"redirect_uri", config_.redirect_url},
                                    {"response_type", "code"},
                                    {"approval_prompt", "auto"},
                                    {"scope", config_.scope},
                                    {"state", make_state(x.user, x.now, state_key_)}});
  return strava_link{config_.authorize_url + '?' + fields};
}

caf::result<strava_state_read> strava_api_state::on_state(const read_strava_state& x) const {
  if (auto user = read_state(x.state, x.now, state_key_))
    return strava_state_read{*user};
  return caf::make_error(game::errc::forbidden);
}

caf::result<strava_grant> strava_api_state::on_exchange(const exchange_strava_code& x) {
  auto query = post(config_.token_url, {{"code", x.code}, {"grant_type", "authorization_code"}});
  return ask<strava_grant>(std::move(query), [this](const http_answer& answer) {
    auto out = grant_of(answer);
    if (out.outcome == strava_outcome::done && out.athlete <= 0)
      out.outcome = strava_outcome::unavailable; // Whose they are has to be known.
    return out;
  });
}

caf::result<strava_grant> strava_api_state::on_refresh(const refresh_strava_tokens& x) {
  const auto tokens = open(x.sealed);
  if (!tokens) { // Sealed with another key: as dead as a spent one.
    strava_grant out;
    out.outcome = strava_outcome::refused;
    return out;
  }
  auto query =
    post(config_.token_url, {{"grant_type", "refresh_token"}, {"refresh_token", tokens->refresh}});
  return ask<strava_grant>(std::move(query),
                           [this](const http_answer& answer) { return grant_of(answer); });
}

/// As RFC 7009 has it. The token is named as a refresh token, which outlives the other one.
caf::result<strava_answered> strava_api_state::on_revoke(const revoke_strava_tokens& x) {
  const auto tokens = open(x.sealed);
  if (!tokens)
    return strava_answered{strava_outcome::refused, {}};
  auto query =
    post(config_.revoke_url, {{"token", tokens->refresh}, {"token_type_hint", "refresh_token"}});
  query.headers.emplace_back("Authorization", "Bearer " + tokens->access);
  return ask<strava_answered>(std::move(query), [](const http_answer& answer) {
    return strava_answered{outcome_of(answer.status), read_rates(answer)};
  });
}

caf::result<strava_answered> strava_api_state::on_probe(const probe_strava& x) {
  auto query = get(x.sealed, "/athlete");
  if (!query)
    return strava_answered{strava_outcome::unauthorized, {}};
  return ask<strava_answered>(std::move(*query), [](const http_answer& answer) {
    return strava_answered{outcome_of(answer.status), read_rates(answer)};
  });
}

// -- fetching -------------------------------------------------------------------------------------

caf::result<strava_activity_fetched> strava_api_state::on_fetch(const fetch_strava_activity& x) {
  auto query = get(x.sealed, "/activities/" + std::to_string(x.activity));
  if (!query)
    return strava_activity_fetched{strava_outcome::unauthorized, {}, {}};
  return ask<strava_activity_fetched>(std::move(*query), [](const http_answer& answer) {
    auto read = read_activity(answer.body);
    strava_activity_fetched out;
    out.outcome = readable(answer.status, read.has_value());
    out.rates = read_rates(answer);
    if (read)
      out.activity = std::move(*read);
    return out;
  });
}

caf::result<strava_activities_listed> strava_api_state::on_list(const list_strava_activities& x) {
  const auto fields = form_encoded({{"after", std::to_string(base::to_ms(x.after) / 1'000)},
                                    {"page", std::to_string(x.page)},
                                    {"per_page", std::to_string(page_size)}});
  auto query = get(x.sealed, "/athlete/activities?" + fields);
  if (!query)
    return strava_activities_listed{strava_outcome::unauthorized, {}, 0, {}};
  return ask<strava_activities_listed>(std::move(*query), [](const http_answer& answer) {
    auto read = read_activities(answer.body);
    strava_activities_listed out;
    out.outcome = readable(answer.status, read.has_value());
    out.rates = read_rates(answer);
    if (read) {
      out.count = read->count;
      out.items = std::move(read->items);
    }
    return out;
  });
}

caf::result<strava_streams_fetched> strava_api_state::on_streams(const fetch_strava_streams& x) {
  auto query = get(x.sealed, "/activities/" + std::to_string(x.activity)
                               + "/streams?keys=time,latlng&key_by_type=true");
  if (!query)
    return strava_streams_fetched{strava_outcome::unauthorized, {}, {}};
  return ask<strava_streams_fetched>(std::move(*query),
                                     [start = x.start](const http_answer& answer) {
                                       auto read = read_streams(answer.body, start);
                                       strava_streams_fetched out;
                                       out.outcome = readable(answer.status, read.has_value());
                                       out.rates = read_rates(answer);
                                       if (read && out.outcome == strava_outcome::done)
                                         out.fixes = std::move(*read);
                                       return out;
                                     });
}

strava_api_actor::behavior_type
strava_api(strava_api_actor::stateful_pointer<strava_api_state> self, strava_api_config config) {
  return self->state.make_behavior(config);
}

} // namespace fief::integrations
