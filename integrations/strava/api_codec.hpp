#pragma once

// Strava's JSON and headers, as its API description has them, read with care: what is missing,
// longer or of another type than described makes nothing worse than no answer.

#include "actors/messages/strava.hpp"
#include "integrations/http/http_client.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fief::integrations {

/// What `/oauth/token` gives. Nothing of it is ever logged.
struct strava_tokens {
  std::string access;
  std::string refresh;
  std::int64_t expires_in_s = 0;
  std::int64_t athlete = 0; ///< 0: not told, as with a refresh.
};

std::optional<strava_tokens> read_tokens(std::string_view json);

/// The pair as one text, to be sealed, and back.
std::string join_tokens(const strava_tokens& x);
std::optional<strava_tokens> split_tokens(std::string_view text);

std::optional<actors::strava_activity> read_activity(std::string_view json);

struct activity_page {
  std::uint32_t count = 0; ///< On the page; those that cannot be read are left out below.
  std::vector<actors::strava_activity> items;
};
std::optional<activity_page> read_activities(std::string_view json);

/// Both forms: an object by kind, and an array of objects with a `type`. Points without a place are
/// left out. Nothing for what is neither form. More than a run may have come as one more than that.
std::optional<std::vector<game::fix>> read_streams(std::string_view json, base::instant start);

/// The four windows and Strava's clock; zeros for what the headers do not say.
actors::strava_rates read_rates(const http_answer& answer);

/// An HTTP date of the preferred form (RFC 9110, section 5.6.7).
std::optional<base::instant> parse_http_date(std::string_view text);

/// What a status means.
actors::strava_outcome outcome_of(int status);

} // namespace fief::integrations
