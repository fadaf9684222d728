#include "integrations/files/track_builder.hpp"

#include "integrations/files/file_text.hpp"

#include <algorithm>
#include <cmath>

namespace fief::integrations {

namespace {

constexpr std::int64_t lat_max = 900'000'000;
constexpr std::int64_t lon_max = 1'800'000'000;

/// A receiver that has found no satellite yet says (0,0).
bool has_place(const file_point& x) {
  auto inside = std::abs(x.lat_e7) <= lat_max && std::abs(x.lon_e7) <= lon_max;
  return x.placed && inside && (x.lat_e7 != 0 || x.lon_e7 != 0);
}

/// Times that the rest of the program can count with; others are none.
bool is_time(const std::optional<game::instant>& t) {
  constexpr game::instant first = std::chrono::sys_days{std::chrono::year{1800} / 1 / 1};
  constexpr game::instant last = std::chrono::sys_days{std::chrono::year{2200} / 1 / 1};
  return t && *t != game::instant{} && *t >= first && *t <= last;
}

} // namespace

bool track_builder::add(const file_point& point) {
  if (!has_place(point)) {
    ++file_.points_without_place;
    return true;
  }
  if (file_.fixes.size() >= game::fix_limits::fixes_max)
    return false;
  game::fix x;
  x.seq = static_cast<std::uint32_t>(file_.fixes.size() + 1);
  x.lat_e7 = static_cast<std::int32_t>(point.lat_e7);
  x.lon_e7 = static_cast<std::int32_t>(point.lon_e7);
  x.acc_dm = point.acc_dm;
  x.alt_dm = point.alt_dm;
  if (is_time(point.t))
    x.t = *point.t;
  else
    ++file_.points_without_time;
  file_.fixes.push_back(x);
  return true;
}

void track_builder::add_sport(game::sport sport) {
  if (!file_.sport_known)
    file_.sport = sport;
  else if (file_.sport != sport)
    file_.sport = game::takes_territory(file_.sport) && game::takes_territory(sport)
                    ? game::sport::run
                    : game::sport::other;
  file_.sport_known = true;
}

void track_builder::add_distance(double metres) {
  if (metres >= 0 && metres < 1e7)
    file_.device_distance_m = file_.device_distance_m.value_or(0) + metres;
}

void track_builder::add_duration(double seconds) {
  if (seconds >= 0 && seconds < 1e7)
    file_.device_duration = file_.device_duration.value_or(game::milliseconds{0})
                            + game::milliseconds{std::llround(seconds * 1000)};
}

track_file_result track_builder::finish() {
  if (unknown_sport_ && (!file_.sport_known || game::takes_territory(file_.sport))) {
    file_.sport = game::sport::other;
    file_.sport_known = false;
  }
  if (!file_.fixes.empty() && file_.points_without_time == file_.fixes.size())
    return file_error{file_errc::no_usable_time,
                      "none of " + std::to_string(file_.fixes.size()) + " points has a time"};
  file_.fixes.shrink_to_fit();
  return std::move(file_);
}

std::optional<std::int64_t> parse_e7(std::string_view text) {
  const auto degrees = parse_number(text);
  if (!degrees)
    return std::nullopt;
  return std::llround(std::clamp(*degrees, -1e3, 1e3) * 1e7);
}

std::int32_t altitude_dm(double metres) {
  constexpr double lowest = -1'000;
  constexpr double highest = 20'000;
  if (!(metres >= lowest && metres <= highest))
    return game::fix::alt_unknown;
  return static_cast<std::int32_t>(std::lround(metres * 10));
}

} // namespace fief::integrations
