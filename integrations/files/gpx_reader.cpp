#include "integrations/files/gpx_reader.hpp"

#include "integrations/files/file_text.hpp"
#include "integrations/files/sport_names.hpp"

namespace fief::integrations {

namespace {

enum element : int { gpx = 1, track, track_type, segment, point, elevation, time };

} // namespace

int gpx_reader::opened(int parent, std::string_view name, const xml_attributes& attributes) {
  switch (parent) {
    case document: return gpx;
    case gpx:
      has_planned_points_ = has_planned_points_ || name == "rte" || name == "wpt";
      return name == "trk" ? track : ignored;
    case track:
      if (name == "trkseg")
        return segment;
      return name == "type" ? track_type : ignored;
    case segment:
      if (name != "trkpt")
        return ignored;
      open_point(attributes);
      return point;
    case point:
      if (name == "time")
        return time;
      return name == "ele" ? elevation : ignored;
    default: return ignored;
  }
}

void gpx_reader::open_point(const xml_attributes& attributes) {
  point_ = {};
  const auto lat = attributes.find("lat");
  const auto lon = attributes.find("lon");
  if (!lat || !lon)
    return refuse(file_errc::malformed_file, "a track point without lat or lon");
  const auto lat_e7 = parse_e7(*lat);
  const auto lon_e7 = parse_e7(*lon);
  if (!lat_e7 || !lon_e7)
    return refuse(file_errc::malformed_file, "lat or lon of a track point is not a number");
  point_.lat_e7 = *lat_e7;
  point_.lon_e7 = *lon_e7;
  point_.placed = true;
}

void gpx_reader::closed(int element, std::string_view text) {
  switch (element) {
    case time:
      if (trimmed(text).empty())
        return;
      point_.t = parse_file_time(text);
      if (!point_.t)
        refuse(file_errc::malformed_file, "the time of a track point is not a date and time");
      return;
    case elevation:
      if (const auto metres = parse_number(text))
        point_.alt_dm = altitude_dm(*metres);
      return;
    case track_type:
      if (const auto sport = sport_named(trimmed(text)))
        track_.add_sport(*sport);
      return;
    case point:
      if (!track_.add(point_))
        refuse(file_errc::too_many_fixes, "more than 50000 track points");
      return;
    default: return;
  }
}

track_file_result gpx_reader::finish() {
  const auto& file = track_.file();
  if (!file.fixes.empty() || file.points_without_place > 0)
    return track_.finish();
  if (has_planned_points_)
    return file_error{file_errc::no_usable_time,
                      "a route or waypoints, which have no times of a run; no track"};
  return file_error{file_errc::no_activity, "no track point"};
}

} // namespace fief::integrations
