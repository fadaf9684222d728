#include "game/event_time.hpp"

#include "base/assert.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <algorithm>
#include <optional>
#include <string>

namespace fief::game {

namespace {

namespace chr = std::chrono;

constexpr std::size_t zone_name_size_max = 64;
constexpr instant start_first = chr::sys_days{chr::year{1970} / 1 / 1};
constexpr instant start_end = chr::sys_days{chr::year{9999} / 1 / 1};

constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

constexpr bool is_zone_char(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
         || c == '+';
}

/// The first finish hour in `zone` strictly after `t`.
instant next_cut(const absl::TimeZone& zone, instant t, int finish_hour) {
  auto today = zone.At(absl::FromUnixMillis(base::to_ms(t))).cs;
  std::optional<instant> first;
  // A gap over midnight can move yesterday's hour past `t`, and today's and tomorrow's may both
  // have passed where a date does not exist; so all days around are asked and the first one wins.
  for (int days = -1; days <= 2; ++days) {
    auto day = absl::CivilDay(today) + days;
    absl::CivilSecond hour(day.year(), day.month(), day.day(), finish_hour);
    // `pre` is the offset before a gap and the first of two.
    auto at = base::from_ms(absl::ToUnixMillis(zone.At(hour).pre));
    if (at > t && (!first || at < *first))
      first = at;
  }
  FIEF_ASSERT(first.has_value());
  return *first;
}

outcome<absl::TimeZone> find_zone(std::string_view tz) {
  absl::TimeZone zone;
  if (!is_zone_name(tz) || !absl::LoadTimeZone(std::string{tz}, &zone))
    return errc::unknown_time_zone;
  return zone;
}

outcome<instant> first_cut(std::string_view tz, instant starts_at, const event_rules& rules) {
  FIEF_ASSERT(is_valid(rules));
  if (starts_at < start_first || starts_at >= start_end)
    return errc::invalid_argument;
  auto zone = find_zone(tz);
  if (!zone)
    return zone.error();
  return next_cut(*zone, starts_at, rules.finish_hour);
}

} // namespace

bool is_valid(const event_rules& rules) {
  auto positive = [](std::int64_t share) { return share > 0 && share <= 10'000; };
  return rules.finish_hour >= 0 && rules.finish_hour <= 23 && rules.grace >= milliseconds{0}
         && rules.grace <= chr::hours{24 * 7} && rules.active_min > milliseconds{0}
         && rules.active_min <= chr::hours{12} && rules.live_delay >= milliseconds{0}
         && rules.checkpoint_radius_m > 0 && rules.course_tolerance_percent >= 0
         && rules.course_tolerance_percent <= 100 && rules.house_fee_bp >= 0
         && rules.house_fee_bp <= 10'000 && rules.tickets_per_user_max >= 1
         && !rules.prize_shares.empty() && rules.prize_shares.size() <= 100
         && std::all_of(rules.prize_shares.begin(), rules.prize_shares.end(), positive);
}

bool is_zone_name(std::string_view tz) {
  if (tz.empty() || tz.size() > zone_name_size_max || tz == "Factory")
    return false;
  auto starts_part = true;
  for (auto c : tz) {
    if (starts_part ? !is_upper(c) : c != '/' && !is_zone_char(c))
      return false;
    starts_part = c == '/';
  }
  return !starts_part;
}

outcome<event_times> compute_event_times(std::string_view tz, instant starts_at,
                                         const event_rules& rules) {
  auto cut_at = first_cut(tz, starts_at, rules);
  if (!cut_at)
    return cut_at.error();
  if (*cut_at - starts_at < rules.active_min)
    return errc::event_too_short;
  return event_times{*cut_at, *cut_at + rules.grace};
}

outcome<event_choices> event_alternatives(std::string_view tz, instant starts_at,
                                          const event_rules& rules) {
  auto cut_at = first_cut(tz, starts_at, rules);
  if (!cut_at)
    return cut_at.error();
  event_choices found{*cut_at - rules.active_min, *cut_at, {}};
  auto next = compute_event_times(tz, found.start_next, rules);
  if (!next)
    return next.error();
  found.next = *next;
  return found;
}

} // namespace fief::game
