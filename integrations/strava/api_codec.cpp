#include "integrations/strava/api_codec.hpp"

#include "game/fix.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <simdjson.h>

namespace fief::integrations {

namespace {

namespace dom = simdjson::dom;
using actors::strava_activity;

constexpr std::size_t token_bytes_max = 1'024;
constexpr std::int64_t seconds_max = 400LL * 24 * 3'600; ///< Of an activity, far above any.
constexpr double distance_m_max = 1e8;

/// One document. The parser keeps what the element points into.
class document {
public:
  explicit document(std::string_view json) {
    ok_ = parser_.parse(simdjson::padded_string(json)).get(root_) == simdjson::SUCCESS;
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] const dom::element& root() const { return root_; }

private:
  dom::parser parser_{32 << 20};
  dom::element root_;
  bool ok_ = false;
};

std::optional<dom::element> member(const dom::element& of, std::string_view name) {
  dom::object object;
  dom::element out;
  if (of.get(object) != simdjson::SUCCESS || object.at_key(name).get(out) != simdjson::SUCCESS)
    return std::nullopt;
  return out;
}

std::optional<std::int64_t> integer(const dom::element& x) {
  std::int64_t out = 0;
  return x.get(out) == simdjson::SUCCESS ? std::optional{out} : std::nullopt;
}

std::optional<double> number(const dom::element& x) {
  double out = 0;
  if (x.get(out) != simdjson::SUCCESS || !std::isfinite(out))
    return std::nullopt;
  return out;
}

std::int64_t integer(const dom::element& of, std::string_view name) {
  auto x = member(of, name);
  return x ? integer(*x).value_or(0) : 0;
}

std::string_view text(const dom::element& of, std::string_view name) {
  std::string_view out;
  if (auto x = member(of, name); !x || x->get(out) != simdjson::SUCCESS)
    return {};
  return out;
}

bool flag(const dom::element& of, std::string_view name) {
  bool out = false;
  auto x = member(of, name);
  return x && x->get(out) == simdjson::SUCCESS && out;
}

std::optional<strava_activity> activity_of(const dom::element& x) {
  strava_activity out;
  out.id = integer(x, "id");
  out.sport_type = text(x, "sport_type");
  if (auto athlete = member(x, "athlete"))
    out.athlete = integer(*athlete, "id");
  const auto start = base::parse_rfc3339(text(x, "start_date"));
  if (out.id <= 0 || out.sport_type.empty() || out.sport_type.size() > 64 || !start)
    return std::nullopt;
  out.start = *start;
  out.elapsed_s = std::clamp<std::int64_t>(integer(x, "elapsed_time"), 0, seconds_max);
  if (auto distance = member(x, "distance"))
    out.distance_dm =
      std::llround(std::clamp(number(*distance).value_or(0), 0.0, distance_m_max) * 10);
  out.manual = flag(x, "manual");
  out.trainer = flag(x, "trainer");
  out.flagged = flag(x, "flagged");
  out.only_me = flag(x, "private") || text(x, "visibility") == "only_me";
  return out;
}

/// The `data` of one kind, in either form.
std::optional<dom::array> stream(const dom::element& root, std::string_view kind) {
  auto data_of = [](const dom::element& x) -> std::optional<dom::array> {
    dom::array out;
    auto data = member(x, "data");
    return data && data->get(out) == simdjson::SUCCESS ? std::optional{out} : std::nullopt;
  };
  dom::array all;
  if (root.get(all) != simdjson::SUCCESS) {
    auto one = member(root, kind);
    return one ? data_of(*one) : std::nullopt;
  }
  for (auto one : all)
    if (text(one, "type") == kind)
      return data_of(one);
  return std::nullopt;
}

/// `[lat, lng]`; nothing for `[]` and for what is no place on Earth.
std::optional<std::array<double, 2>> place_of(const dom::element& x) {
  dom::array pair;
  if (x.get(pair) != simdjson::SUCCESS || pair.size() != 2)
    return std::nullopt;
  std::array<double, 2> out{};
  auto at = out.begin();
  for (auto part : pair) {
    auto value = number(part);
    if (!value)
      return std::nullopt;
    *at++ = *value;
  }
  if (std::abs(out[0]) > 90 || std::abs(out[1]) > 180)
    return std::nullopt;
  return out;
}

std::int32_t e7(double degrees) {
  return static_cast<std::int32_t>(std::llround(degrees * 1e7));
}

/// `200,2000` as the two limits or counts.
void read_pair(const http_answer& answer, std::string_view name, std::int32_t& quarter,
               std::int32_t& day) {
  const auto text = answer.header(name).value_or(std::string_view{});
  const auto* end = text.data() + text.size();
  std::int32_t first = 0, second = 0;
  auto [comma, error] = std::from_chars(text.data(), end, first);
  if (error != std::errc{} || comma == end || *comma != ',')
    return;
  ++comma;
  while (comma != end && *comma == ' ')
    ++comma;
  if (std::from_chars(comma, end, second).ec != std::errc{} || first < 0 || second < 0)
    return;
  quarter = first;
  day = second;
}

} // namespace

std::optional<strava_tokens> read_tokens(std::string_view json) {
  document in{json};
  if (!in.ok())
    return std::nullopt;
  strava_tokens out;
  out.access = text(in.root(), "access_token");
  out.refresh = text(in.root(), "refresh_token");
  out.expires_in_s = integer(in.root(), "expires_in");
  if (auto athlete = member(in.root(), "athlete"))
    out.athlete = integer(*athlete, "id");
  const auto usable = [](const std::string& token) {
    return !token.empty() && token.size() <= token_bytes_max
           && std::ranges::all_of(token, [](char c) { return c > 0x20 && c < 0x7f; });
  };
  if (!usable(out.access) || !usable(out.refresh) || out.expires_in_s < 0
      || out.expires_in_s > seconds_max)
    return std::nullopt;
  return out;
}

std::string join_tokens(const strava_tokens& x) {
  return x.access + ' ' + x.refresh;
}

std::optional<strava_tokens> split_tokens(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos)
    return std::nullopt;
  strava_tokens out;
  out.access = text.substr(0, space);
  out.refresh = text.substr(space + 1);
  return out;
}

std::optional<strava_activity> read_activity(std::string_view json) {
  document in{json};
  return in.ok() ? activity_of(in.root()) : std::nullopt;
}

std::optional<activity_page> read_activities(std::string_view json) {
  document in{json};
  dom::array all;
  if (!in.ok() || in.root().get(all) != simdjson::SUCCESS)
    return std::nullopt;
  activity_page out;
  for (auto x : all) {
    ++out.count;
    if (auto activity = activity_of(x))
      out.items.push_back(std::move(*activity));
  }
  return out;
}

std::optional<std::vector<game::fix>> read_streams(std::string_view json, base::instant start) {
  document in{json};
  if (!in.ok() || (!in.root().is_object() && !in.root().is_array()))
    return std::nullopt;
  std::vector<game::fix> out;
  const auto times = stream(in.root(), "time");
  const auto places = stream(in.root(), "latlng");
  if (!times || !places)
    return out;
  auto place = places->begin();
  for (auto time = times->begin(); time != times->end() && place != places->end();
       ++time, ++place) {
    const auto seconds = number(*time);
    const auto where = place_of(*place);
    if (!seconds || *seconds < 0 || *seconds > seconds_max || !where)
      continue;
    game::fix fix;
    fix.seq = static_cast<std::uint32_t>(out.size() + 1);
    fix.t = start + base::milliseconds{std::llround(*seconds * 1'000)};
    fix.lat_e7 = e7((*where)[0]);
    fix.lon_e7 = e7((*where)[1]);
    out.push_back(fix);
    if (out.size() > game::fix_limits::fixes_max)
      break;
  }
  return out;
}

actors::strava_rates read_rates(const http_answer& answer) {
  actors::strava_rates out;
  read_pair(answer, "x-ratelimit-limit", out.quarter.limit, out.day.limit);
  read_pair(answer, "x-ratelimit-usage", out.quarter.usage, out.day.usage);
  read_pair(answer, "x-readratelimit-limit", out.read_quarter.limit, out.read_day.limit);
  read_pair(answer, "x-readratelimit-usage", out.read_quarter.usage, out.read_day.usage);
  if (auto date = parse_http_date(answer.header("date").value_or(std::string_view{})))
    out.server_time = *date;
  return out;
}

std::optional<base::instant> parse_http_date(std::string_view text) {
  // Sun, 06 Nov 1994 08:49:37 GMT
  static constexpr std::array<std::string_view, 12> months{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT"))
    return std::nullopt;
  const auto month = std::ranges::find(months, text.substr(8, 3));
  if (month == months.end())
    return std::nullopt;
  const auto number = month - months.begin() + 1;
  auto iso = std::string{text.substr(12, 4)} + (number < 10 ? "-0" : "-") + std::to_string(number)
             + '-' + std::string{text.substr(5, 2)} + 'T' + std::string{text.substr(17, 8)} + 'Z';
  return base::parse_rfc3339(iso);
}

actors::strava_outcome outcome_of(int status) {
  using actors::strava_outcome;
  if (status >= 200 && status < 300)
    return strava_outcome::done;
  switch (status) {
    case 401: return strava_outcome::unauthorized;
    case 403: return strava_outcome::forbidden;
    case 404: return strava_outcome::not_found;
    case 429: return strava_outcome::rate_limited;
    default: break;
  }
  return status >= 400 && status < 500 && status != 408 ? strava_outcome::refused
                                                        : strava_outcome::unavailable;
}

} // namespace fief::integrations
