#include "integrations/files/tcx_reader.hpp"

#include "integrations/files/file_text.hpp"
#include "integrations/files/sport_names.hpp"

namespace fief::integrations {

namespace {

enum element : int {
  database = 1,
  list, ///< Of activities, and what they lie in.
  activity,
  lap,
  lap_distance,
  lap_time,
  track,
  point,
  time,
  position,
  latitude,
  longitude,
  altitude,
};

/// TCX 1 has folders by sport, which may hold weeks and folders; TCX 2 has multi-sport sessions.
bool is_list(std::string_view name) {
  return name == "Running" || name == "Biking" || name == "Other" || name == "MultiSport"
         || name == "Folder" || name == "Week" || name == "MultiSportSession"
         || name == "FirstSport" || name == "NextSport";
}

} // namespace

int tcx_reader::opened(int parent, std::string_view name, const xml_attributes& attributes) {
  switch (parent) {
    case document: return database;
    case database:
      has_course_ = has_course_ || name == "Courses";
      return name == "Activities" || name == "History" ? list : ignored;
    case list: return open_activity(name, attributes);
    case activity: return name == "Lap" ? lap : ignored;
    case lap:
      if (name == "Track")
        return track;
      if (name == "DistanceMeters")
        return lap_distance;
      return name == "TotalTimeSeconds" ? lap_time : ignored;
    case track:
      if (name != "Trackpoint")
        return ignored;
      point_ = {};
      has_lat_ = has_lon_ = false;
      return point;
    case point:
      if (name == "Time")
        return time;
      if (name == "Position")
        return position;
      return name == "AltitudeMeters" ? altitude : ignored;
    case position:
      if (name == "LatitudeDegrees")
        return latitude;
      return name == "LongitudeDegrees" ? longitude : ignored;
    default: return ignored;
  }
}

int tcx_reader::open_activity(std::string_view name, const xml_attributes& attributes) {
  if (name == "Activity" || name == "Run") {
    has_activity_ = true;
    add_sport(attributes.find("Sport").value_or(folder_sport_));
    return activity;
  }
  if (name == "Running" || name == "Biking" || name == "Other")
    folder_sport_ = name == "Running" ? "Running" : name == "Biking" ? "Biking" : "Other";
  return is_list(name) ? list : ignored;
}

void tcx_reader::add_sport(std::string_view name) {
  name = trimmed(name);
  if (name == "Other") // A walk, a ski tour, anything: the format knows two sports.
    track_.add_unknown_sport();
  else if (const auto sport = sport_named(name))
    track_.add_sport(*sport);
}

void tcx_reader::closed(int element, std::string_view text) {
  switch (element) {
    case time:
      if (trimmed(text).empty())
        return;
      point_.t = parse_file_time(text);
      if (!point_.t)
        refuse(file_errc::malformed_file, "the time of a track point is not a date and time");
      return;
    case latitude: return read_degrees(text, point_.lat_e7, has_lat_);
    case longitude: return read_degrees(text, point_.lon_e7, has_lon_);
    case altitude:
      if (const auto metres = parse_number(text))
        point_.alt_dm = altitude_dm(*metres);
      return;
    case lap_distance:
      if (const auto metres = parse_number(text))
        track_.add_distance(*metres);
      return;
    case lap_time:
      if (const auto seconds = parse_number(text))
        track_.add_duration(*seconds);
      return;
    case point: return close_point();
    default: return;
  }
}

void tcx_reader::read_degrees(std::string_view text, std::int64_t& to, bool& there) {
  if (trimmed(text).empty())
    return;
  const auto e7 = parse_e7(text);
  if (!e7)
    return refuse(file_errc::malformed_file, "the position of a track point is not a number");
  to = *e7;
  there = true;
}

void tcx_reader::close_point() {
  point_.placed = has_lat_ && has_lon_;
  if (!track_.add(point_))
    refuse(file_errc::too_many_fixes, "more than 50000 track points");
}

track_file_result tcx_reader::finish() {
  if (has_activity_)
    return track_.finish();
  if (has_course_)
    return file_error{file_errc::no_usable_time,
                      "a course, whose times nobody has run; no activity"};
  return file_error{file_errc::no_activity, "no activity"};
}

} // namespace fief::integrations
