#include "net/api/gate.hpp"

#include "net/api/endpoint.hpp"
#include "net/request_log.hpp"
#include "net/server_shared.hpp"
#include "net/target.hpp"

#include <algorithm>
#include <array>
#include <openssl/evp.h>

namespace fief::net {

namespace {

constexpr std::size_t key_bytes_max = 128;
constexpr auto key_life = std::chrono::hours{24};

bool has_role(std::uint32_t roles, auth_need need) {
  switch (need) {
    case auth_need::none:
    case auth_need::user: return true;
    case auth_need::organiser:
      return (roles & (actors::role_organiser | actors::role_operator)) != 0;
    case auth_need::operator_: return (roles & actors::role_operator) != 0;
  }
  return false;
}

std::string_view bearer_of(const http_request& request) {
  constexpr std::string_view scheme = "Bearer ";
  auto header = request.header("Authorization");
  if (header.size() <= scheme.size())
    return {};
  for (std::size_t i = 0; i < scheme.size(); ++i)
    if ((header[i] | 0x20) != (scheme[i] | 0x20))
      return {};
  return header.substr(scheme.size());
}

/// What Postgres takes as text, in any encoding.
bool is_key(std::string_view key) {
  return key.size() <= key_bytes_max
         && std::ranges::all_of(key, [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool writes(http_method x) {
  return x != http_method::get && x != http_method::head;
}

/// Who used an operator's power, and for what, refused or not: what was done is in the log of
/// actions.
void log_operator(const http_request& request) {
  logger().info("operator {} asks for {} {} (request {})", base::to_string(request.who->user),
                to_string(request.method), loggable_path(request.target), request.request_id);
}

problem unauthenticated() {
  problem out{401, "unauthenticated", "This needs 'Authorization: Bearer <access token>'."};
  return out.with_header("WWW-Authenticate", "Bearer");
}

/// SHA-256 in hex of what makes two requests the same.
std::string digest_of(const http_request& request) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  auto* md = EVP_MD_CTX_new();
  EVP_DigestInit_ex(md, EVP_sha256(), nullptr);
  auto add = [&](std::string_view part) {
    EVP_DigestUpdate(md, part.data(), part.size());
    EVP_DigestUpdate(md, "\n", 1);
  };
  add(to_string(request.method));
  add(request.target);
  add(request.body);
  EVP_DigestFinal_ex(md, bytes.data(), &size);
  EVP_MD_CTX_free(md);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += digits[bytes[i] >> 4];
    out += digits[bytes[i] & 15];
  }
  return out;
}

/// Remembers the answer under its key, and only then lets it go.
class remembering_sink : public response_sink,
                         public std::enable_shared_from_this<remembering_sink> {
public:
  remembering_sink(const api_context& api, io_thread& thread, game::user_id user, std::string key,
                   std::string request_id, responder answer)
    : api_(api), thread_(thread), user_(user), key_(std::move(key)),
      request_id_(std::move(request_id)), answer_(std::move(answer)) {}

  void answer(std::uint64_t, http_response&& response) override {
    // What may turn out otherwise next time is not the answer to keep.
    if (response.status >= 500 || response.status == 429 || response.status == 401) {
      answer_.send(std::move(response));
      return;
    }
    actors::complete_key complete{user_, key_, static_cast<std::uint16_t>(response.status),
                                  response.body};
    auto kept = std::make_shared<http_response>(std::move(response));
    thread_.actors().ask(api_.store, caf::make_message(std::move(complete)),
                         api_.limits.ask_deadline, [self = shared_from_this(), kept](reply) {
                           // Done is done, also if its answer could not be remembered: the ids
                           // derive from the key, so a repeat finds what this request made.
                           self->answer_.send(std::move(*kept));
                         });
  }

  void answer_abandoned(std::uint64_t) override {
    answer_.send(problem{500, "internal_error", "The request was not answered."});
  }

  [[nodiscard]] std::string_view answer_request_id() const override { return request_id_; }

private:
  const api_context& api_;
  io_thread& thread_;
  game::user_id user_;
  std::string key_;
  std::string request_id_;
  responder answer_;
};

void replay(const actors::key_reserved& known, responder& answer) {
  http_response out;
  out.status = known.status;
  out.body = known.body;
  if (known.status >= 400)
    out.content_type = "application/problem+json";
  if (known.body.empty())
    out.content_type.clear();
  out.headers.emplace_back("Idempotent-Replayed", "true");
  answer.send(std::move(out));
}

} // namespace

api_gate::api_gate(const api_context& context, metrics_registry& metrics, std::uint64_t seed)
  : api_(context), users_(context.limits.per_user, seed),
    addresses_(context.limits.per_address, seed + 1),
    auth_addresses_(context.limits.auth_per_address, seed + 2),
    refused_(metrics.add_counter("fief_net_rate_limited_total",
                                 "Requests refused because their sender asked too often.")),
    replayed_(metrics.add_counter("fief_net_idempotent_replays_total",
                                  "Answers given again for an Idempotency-Key.")) {}

void api_gate::identify(io_thread& thread, http_request& request) const {
  auto token = bearer_of(request);
  if (token.empty())
    return;
  request.who = api_.access->verify(thread.index(), token);
  if (!request.who || api_.rights == nullptr)
    return;
  request.who->roles =
    api_.rights->allowed(request.who->user, request.who->roles, request.who->issued_here);
  if (request.who->roles == 0)
    request.who.reset();
}

bool api_gate::authorise(const route& to, const http_request& request, responder& answer) const {
  if (to.options.auth == auth_need::none)
    return true;
  if (bearer_of(request).empty()) {
    answer.send(unauthenticated());
    return false;
  }
  if (!request.who) {
    auto expired = to_problem(game::errc::token_expired);
    answer.send(expired.with_header("WWW-Authenticate", "Bearer error=\"invalid_token\""));
    return false;
  }
  if (!has_role(request.who->roles, to.options.auth)) {
    answer.send(to_problem(game::errc::forbidden));
    return false;
  }
  return true;
}

bool api_gate::within_limits(io_thread& thread, const route& to, const http_request& request,
                             responder& answer) {
  if (!std::string_view{to.pattern}.starts_with("/v1/"))
    return true; // Health, metrics and the contract: for machines of ours.
  auto now = rate_limiter::clock::now();
  auto is_auth = std::string_view{to.pattern}.starts_with("/v1/auth/");
  auto decision = is_auth       ? auth_addresses_.take(request.remote_address, now)
                  : request.who ? users_.take(base::to_string(request.who->user), now)
                                : addresses_.take(request.remote_address, now);
  if (decision.allowed)
    return true;
  refused_.add();
  thread.shared().refusals.note(refusal::rate_limited, request.remote_address);
  answer.send(to_problem(decision));
  return false;
}

void api_gate::reserve_key(io_thread& thread, const route& to, http_request& request,
                           responder answer) {
  std::string key{request.header("Idempotency-Key")};
  auto now = api_.now();
  actors::reserve_key reserve{request.who->user, key, digest_of(request), now, now - key_life};
  auto waiting = std::make_shared<responder>(std::move(answer));
  auto& replayed = replayed_;
  thread.actors().ask(api_.store, caf::make_message(std::move(reserve)), api_.limits.ask_deadline,
                      [&api = api_, &thread, &to, &request, &replayed, waiting, key](reply got) {
                        const auto* known = got.get<actors::key_reserved>();
                        if (known == nullptr) {
                          waiting->send(got.error != nullptr ? to_problem(*got.error)
                                                             : to_problem(game::errc::unavailable));
                          return;
                        }
                        if (known->answered) {
                          replayed.add();
                          replay(*known, *waiting);
                          return;
                        }
                        request.seed = known->seed;
                        auto sink = std::make_shared<remembering_sink>(
                          api, thread, request.who->user, key, request.request_id,
                          std::move(*waiting));
                        to.handler(thread, request, responder{sink, 0});
                      });
}

bool api_gate::admit(io_thread& thread, const route& to, http_request& request, responder& answer) {
  identify(thread, request);
  // The limit first: whoever tries tokens has the limit of his address.
  if (!within_limits(thread, to, request, answer) || !authorise(to, request, answer))
    return false;
  if (writes(request.method) && request.who && (request.who->roles & actors::role_operator) != 0)
    log_operator(request);
  request.seed = base::make_uuid_v7(api_.now(), thread.random());
  auto key = request.header("Idempotency-Key");
  // Where no token is needed nothing is remembered: what signing in answers is secret, and so is
  // what it is asked, of which a digest would be kept.
  if (request.method != http_method::post || to.options.auth == auth_need::none || key.empty())
    return true;
  if (!is_key(key)) {
    answer.send(bad_parameter("Idempotency-Key", "malformed", "1 to 128 characters of ASCII."));
    return false;
  }
  reserve_key(thread, to, request, std::move(answer));
  return false;
}

} // namespace fief::net
