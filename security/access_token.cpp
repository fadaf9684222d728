#include "security/access_token.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <jwt.h>
#include <memory>
#include <utility>

namespace fief::security {

namespace {

using std::chrono::floor;
using std::chrono::seconds;

constexpr const char* issuer = "fief";
constexpr std::int64_t seconds_max = 253'402'300'799;             // The year 9999 ends.
constexpr std::int64_t process_max = (std::int64_t{1} << 53) - 1; // JSON readers keep it exact.

struct jwt_deleter {
  void operator()(jwt_t* x) const { jwt_free(x); }
};
using jwt_ptr = std::unique_ptr<jwt_t, jwt_deleter>;

struct text_deleter {
  void operator()(char* x) const { std::free(x); } // As jwt.h asks for.
};
using text_ptr = std::unique_ptr<char, text_deleter>;

std::int64_t to_seconds(instant t) {
  return floor<seconds>(t.time_since_epoch()).count();
}

instant from_seconds(std::int64_t x) {
  return instant{seconds{x}};
}

/// The characters of a compact JWT. Keeps a NUL out, where C would see the end.
bool is_token_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
  });
}

std::optional<std::string_view> text_claim(jwt_t* token, const char* name) {
  const char* value = jwt_get_grant(token, name);
  return value != nullptr ? std::optional<std::string_view>{value} : std::nullopt;
}

/// Reads the claim's JSON, since libjwt's own getter takes a value of another type for 0.
std::optional<std::int64_t> number_claim(jwt_t* token, const char* name, std::int64_t max) {
  const text_ptr json{jwt_get_grants_json(token, name)};
  if (json == nullptr)
    return std::nullopt;
  const std::string_view text{json.get()};
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > max)
    return std::nullopt;
  return value;
}

} // namespace

access_tokens::access_tokens(const secret_key& key) : access_tokens(key, config{}) {}

access_tokens::access_tokens(const secret_key& key, const config& limits)
  : key_(key), limits_(limits) {
  FIEF_ASSERT(!key_.is_zero());
  FIEF_ASSERT(limits_.ttl >= seconds{1} && limits_.skew_max >= seconds{0});
}

std::string access_tokens::issue(const identity& who, instant now) const {
  FIEF_ASSERT(!who.user.is_nil() && who.process <= static_cast<std::uint64_t>(process_max));
  FIEF_ASSERT(to_seconds(now) >= 0 && to_seconds(now + limits_.ttl) <= seconds_max);
  jwt_t* made = nullptr;
  FIEF_ASSERT(jwt_new(&made) == 0);
  const jwt_ptr token{made};
  const auto user = base::to_string(who.user);
  const auto failed = jwt_set_alg(made, JWT_ALG_HS256, key_.data(), secret_key::size)
                      | jwt_add_grant(made, "iss", issuer)
                      | jwt_add_grant(made, "sub", user.c_str())
                      | jwt_add_grant_int(made, "roles", who.roles)
                      | jwt_add_grant_int(made, "process", static_cast<long>(who.process))
                      | jwt_add_grant_int(made, "iat", to_seconds(now))
                      | jwt_add_grant_int(made, "exp", to_seconds(now + limits_.ttl));
  FIEF_ASSERT(failed == 0);
  const text_ptr text{jwt_encode_str(made)};
  FIEF_ASSERT(text != nullptr);
  std::string result{text.get()};
  FIEF_ASSERT(result.size() <= size_max && is_token_text(result));
  return result;
}

std::optional<identity> access_tokens::verify(std::string_view token, instant now) {
  if (const auto known = by_token_.find(token); known != by_token_.end()) {
    const auto at = known->second;
    if (is_current(*at, now)) {
      entries_.splice(entries_.begin(), entries_, at);
      return at->who;
    }
    forget(at);
    return std::nullopt;
  }
  auto read = decode(token);
  if (!read || !is_current(*read, now))
    return std::nullopt;
  const auto who = read->who;
  remember(*std::move(read));
  return who;
}

std::optional<access_tokens::entry> access_tokens::decode(std::string_view token) const {
  if (token.empty() || token.size() > size_max || !is_token_text(token))
    return std::nullopt;
  entry result{.token = std::string{token}, .who = {}, .issued_at = {}};
  jwt_t* made = nullptr;
  if (jwt_decode(&made, result.token.c_str(), key_.data(), secret_key::size) != 0)
    return std::nullopt;
  const jwt_ptr decoded{made};
  if (jwt_get_alg(made) != JWT_ALG_HS256 || text_claim(made, "iss") != issuer)
    return std::nullopt;
  const auto user = base::parse_uuid(text_claim(made, "sub").value_or(""));
  const auto roles = number_claim(made, "roles", UINT8_MAX);
  const auto issued = number_claim(made, "iat", seconds_max);
  const auto expires = number_claim(made, "exp", seconds_max);
  if (!user || *user == base::uuid{} || !roles || !issued || !expires)
    return std::nullopt;
  const auto process = number_claim(made, "process", process_max).value_or(0);
  result.who = {game::user_id{*user}, static_cast<std::uint8_t>(*roles), from_seconds(*expires),
                static_cast<std::uint64_t>(process)};
  result.issued_at = from_seconds(*issued);
  return result;
}

bool access_tokens::is_current(const entry& x, instant now) const {
  return now < x.who.expires_at && x.issued_at <= now + limits_.skew_max;
}

void access_tokens::remember(entry&& x) {
  if (limits_.remembered_max == 0)
    return;
  if (entries_.size() >= limits_.remembered_max)
    forget(std::prev(entries_.end()));
  entries_.push_front(std::move(x));
  by_token_.emplace(entries_.front().token, entries_.begin());
  FIEF_ASSERT(by_token_.size() == entries_.size());
}

void access_tokens::forget(entry_list::iterator at) {
  by_token_.erase(at->token);
  entries_.erase(at);
}

} // namespace fief::security
