#include "integrations/files/fit_reader.hpp"

#include "integrations/files/fit_format.hpp"
#include "integrations/files/sport_names.hpp"

namespace fief::integrations {

namespace {

// Numbers of FIT's profile: messages, and of each the fields that are wanted, in the order of the
// enumeration beside it.
namespace profile {
enum messages : std::uint16_t { file_id = 0, sport = 12, session = 18, record = 20 };
enum file_id_fields : std::size_t { type };
enum sport_fields : std::size_t { sport_is, sport_sub };
enum session_fields : std::size_t { session_sport, session_sub, session_timer, session_distance };
enum record_fields : std::size_t { lat, lon, altitude, altitude_enhanced, gps_accuracy };
constexpr std::array wanted{
  fit::wanted_message{file_id, {0}, 1},
  fit::wanted_message{sport, {0, 1}, 2},
  fit::wanted_message{session, {5, 6, 8, 9}, 4},
  fit::wanted_message{record, {0, 1, 2, 78, 31}, 5},
};
constexpr std::int64_t activity = 4;
constexpr std::int64_t course = 6;
} // namespace profile

/// FIT counts seconds from 1989-12-31. Smaller numbers count from when the device was switched on.
constexpr game::instant epoch = std::chrono::sys_days{std::chrono::year{1989} / 12 / 31};
constexpr std::uint32_t date_time_min = 0x10000000;

/// Semicircles, of which 2^31 are 180°, rounded to 10^-7 degrees.
std::int64_t e7_of(std::int64_t semicircles) {
  return (semicircles * 1'800'000'000 + (std::int64_t{1} << 30)) >> 31;
}

/// The first `count` numbers are the valid ones; a field of another size than it should have may
/// hold anything.
bool is_below(const std::optional<std::int64_t>& x, std::int64_t count) {
  return x && *x >= 0 && *x < count;
}

std::uint8_t byte_of(const std::optional<std::int64_t>& x) {
  return is_below(x, 256) ? static_cast<std::uint8_t>(*x) : 0;
}

bool is_angle(const std::optional<std::int64_t>& semicircles) {
  return semicircles && *semicircles >= INT32_MIN && *semicircles <= INT32_MAX;
}

class reader {
public:
  track_file_result run(fit::byte_view bytes);

private:
  std::optional<file_error> read_file(fit::byte_view data, std::size_t at);
  void read_file_id(const fit::message& x);
  bool read_record(const fit::message& x, std::optional<std::uint32_t> time);
  void read_session(const fit::message& x);
  void take_sport();

  track_builder track_;
  bool is_activity_ = true; ///< Of the file under way: unless it says otherwise.
  bool has_activity_ = false;
  bool has_course_ = false;
  bool has_session_ = false; ///< Of the file under way, as the next.
  std::optional<std::pair<std::uint8_t, std::uint8_t>> sport_message_;
};

track_file_result reader::run(fit::byte_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto header = fit::check_file(bytes.subspan(at), at);
    if (!header)
      return header.error();
    at += header->size;
    if (auto error = read_file(bytes.subspan(at, header->data_size), at))
      return std::move(*error);
    at += header->data_size + 2;
  }
  if (has_activity_)
    return track_.finish();
  if (has_course_)
    return file_error{file_errc::no_usable_time, "a course, whose times nobody has run"};
  return file_error{file_errc::no_activity, "no activity: settings, workouts or the like"};
}

std::optional<file_error> reader::read_file(fit::byte_view data, std::size_t at) {
  is_activity_ = true;
  has_session_ = false;
  sport_message_.reset();
  fit::message_reader messages{data, at, profile::wanted};
  while (const auto x = messages.next()) {
    if (x->global() == profile::file_id)
      read_file_id(*x);
    if (!is_activity_)
      continue;
    if (x->global() == profile::record && !read_record(*x, messages.time()))
      return file_error{file_errc::too_many_fixes, "more than 50000 records with a position"};
    if (x->global() == profile::session)
      read_session(*x);
    if (x->global() == profile::sport)
      sport_message_ = {byte_of(x->value(profile::sport_is)),
                        byte_of(x->value(profile::sport_sub))};
  }
  take_sport();
  return messages.error();
}

void reader::read_file_id(const fit::message& x) {
  const auto type = x.value(profile::type);
  is_activity_ = !type || *type == profile::activity;
  has_course_ = has_course_ || type == profile::course;
}

bool reader::read_record(const fit::message& x, std::optional<std::uint32_t> time) {
  has_activity_ = true;
  file_point point;
  if (time && *time >= date_time_min)
    point.t = epoch + std::chrono::seconds{*time};
  const auto lat = x.value(profile::lat);
  const auto lon = x.value(profile::lon);
  if (is_angle(lat) && is_angle(lon)) {
    point.lat_e7 = e7_of(*lat);
    point.lon_e7 = e7_of(*lon);
    point.placed = true;
  }
  auto height = x.value(profile::altitude_enhanced);
  if (!height)
    height = x.value(profile::altitude);
  if (height)
    point.alt_dm = altitude_dm(static_cast<double>(*height) / 5 - 500);
  if (const auto metres = x.value(profile::gps_accuracy); is_below(metres, 255))
    point.acc_dm = static_cast<std::uint16_t>(*metres * 10);
  return track_.add(point);
}

void reader::read_session(const fit::message& x) {
  has_activity_ = has_session_ = true;
  const auto sport = byte_of(x.value(profile::session_sport));
  if (const auto known = sport_of_fit(sport, byte_of(x.value(profile::session_sub))))
    track_.add_sport(*known);
  else
    track_.add_unknown_sport();
  if (const auto ms = x.value(profile::session_timer))
    track_.add_duration(static_cast<double>(*ms) / 1000);
  if (const auto cm = x.value(profile::session_distance))
    track_.add_distance(static_cast<double>(*cm) / 100);
}

/// A recording that ended without a session, when the battery did, has this much.
void reader::take_sport() {
  if (has_session_ || !sport_message_)
    return;
  if (const auto known = sport_of_fit(sport_message_->first, sport_message_->second))
    track_.add_sport(*known);
}

} // namespace

bool is_fit(std::string_view bytes) {
  return bytes.size() >= 12 && bytes.substr(8, 4) == ".FIT";
}

track_file_result read_fit(std::string_view bytes) {
  return reader{}.run({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

} // namespace fief::integrations
