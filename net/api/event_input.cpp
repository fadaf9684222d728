#include "net/api/event_input.hpp"

#include "game/prizes.hpp"
#include "net/api/endpoint.hpp"
#include "net/api/text_checks.hpp"

#include <array>

namespace fief::net {

namespace {

constexpr std::int64_t preview_tickets_max = 100'000;
static_assert(preview_tickets_max * cents_max + cents_max <= game::pool_cents_max);
constexpr std::size_t course_max = 5'000;
constexpr std::size_t checkpoints_max = 200;
constexpr std::array<std::string_view, 3> metrics{"race", "territory", "distance"};

game::metric metric_at(std::size_t index) {
  constexpr std::array values{game::metric::race, game::metric::territory, game::metric::distance};
  return values[index];
}

/// `[[lat, lon], ...]`; nothing when absent or wrong, which is then an error.
std::optional<std::vector<actors::waypoint>> read_line(json_object& in, std::string_view name,
                                                       std::size_t count_max) {
  auto raw = in.raw(name);
  if (!raw)
    return std::nullopt;
  simdjson::dom::array points;
  if (raw->get(points) != simdjson::SUCCESS || points.size() < 2 || points.size() > count_max) {
    in.refuse(name, "out_of_range", "A list of 2 or more points [lat, lon].");
    return std::nullopt;
  }
  std::vector<actors::waypoint> out;
  for (auto point : points) {
    simdjson::dom::array pair;
    double lat = 0;
    double lon = 0;
    auto ok = point.get(pair) == simdjson::SUCCESS && pair.size() == 2
              && pair.at(0).get(lat) == simdjson::SUCCESS
              && pair.at(1).get(lon) == simdjson::SUCCESS && lat >= -90 && lat <= 90 && lon >= -180
              && lon <= 180;
    if (!ok) {
      in.refuse(name, "out_of_range",
                "Point " + std::to_string(out.size()) + " is not [lat, lon] in degrees.");
      return std::nullopt;
    }
    out.push_back({to_e7(lat), to_e7(lon)});
  }
  return out;
}

std::optional<actors::event_area> read_area(json_object& in) {
  auto area = in.optional_object("area");
  if (!area)
    return std::nullopt;
  actors::event_area out;
  out.center.lat_e7 = to_e7(area->number("lat", -90, 90));
  out.center.lon_e7 = to_e7(area->number("lon", -180, 180));
  out.radius_m = static_cast<std::int32_t>(area->integer("radius_m", 100, 50'000));
  area->finish();
  return out;
}

std::optional<std::int32_t> read_distance(json_object& in) {
  auto x = in.optional_integer("distance_m", 100, 1'000'000);
  return x ? std::optional{static_cast<std::int32_t>(*x)} : std::nullopt;
}

template <class T>
caf::optional<T> given(const std::optional<T>& x) {
  return x ? caf::optional<T>{*x} : caf::none;
}

} // namespace

actors::event_record read_event(json_object& in) {
  actors::event_record x;
  x.name = check_text(in, "name", game::check_event_name);
  x.city = check_text(in, "city", game::check_city);
  x.tz = in.string("tz", {.min = 1, .max = 64});
  x.starts_at = in.instant("starts_at");
  x.metric = metric_at(in.one_of("metric", metrics));
  x.entry_fee_cents = in.integer("entry_fee_cents", 0, cents_max);
  x.pot_cents = in.optional_integer("pot_cents", 0, cents_max).value_or(0);
  x.distance_m = read_distance(in).value_or(0);
  x.course = read_line(in, "course", course_max).value_or(std::vector<actors::waypoint>{});
  x.checkpoints =
    read_line(in, "checkpoints", checkpoints_max).value_or(std::vector<actors::waypoint>{});
  x.area = read_area(in).value_or(actors::event_area{});
  x.live_spectators = in.optional_boolean("live_spectators").value_or(false);
  if (lacks_course(x) && in.ok())
    in.refuse("distance_m", "missing", course_needed);
  return x;
}

bool lacks_course(const actors::event_record& x) {
  return x.metric == game::metric::race && x.checkpoints.empty() && x.distance_m == 0;
}

event_preview read_event_preview(json_object& in) {
  event_preview x;
  x.tz = in.string("tz", {.min = 1, .max = 64});
  x.starts_at = in.instant("starts_at");
  x.entry_fee_cents = in.integer("entry_fee_cents", 0, cents_max);
  x.pot_cents = in.optional_integer("pot_cents", 0, cents_max).value_or(0);
  x.tickets = in.optional_integer("tickets", 0, preview_tickets_max).value_or(0);
  return x;
}

actors::edit_event read_event_edit(json_object& in) {
  actors::edit_event x;
  x.name = given(check_optional_text(in, "name", game::check_event_name));
  x.city = given(check_optional_text(in, "city", game::check_city));
  if (auto tz = in.optional_string("tz", {.min = 1, .max = 64}))
    x.tz = std::string{*tz};
  x.starts_at = given(in.optional_instant("starts_at"));
  if (in.has("metric"))
    x.metric = metric_at(in.one_of("metric", metrics));
  x.entry_fee_cents = given(in.optional_integer("entry_fee_cents", 0, cents_max));
  x.pot_cents = given(in.optional_integer("pot_cents", 0, cents_max));
  x.distance_m = given(read_distance(in));
  x.course = given(read_line(in, "course", course_max));
  x.checkpoints = given(read_line(in, "checkpoints", checkpoints_max));
  x.area = given(read_area(in));
  x.live_spectators = given(in.optional_boolean("live_spectators"));
  return x;
}

} // namespace fief::net
