#pragma once

#include "game/fix.hpp"
#include "game/sport.hpp"

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fief::integrations {

/// Why a file is not imported. The name of a value is the stable `code` of the wire, so values are
/// appended and never renamed.
enum class file_errc : std::uint8_t {
  unsupported_format = 1, ///< Not GPX, TCX or FIT, compressed, or of a later version.
  malformed_file,         ///< Cut off, or against the rules of its format.
  crc_mismatch,           ///< FIT: the checksum does not fit the bytes.
  file_too_large,         ///< Over 25 MB.
  file_too_deep,          ///< XML nested more than 32 deep.
  entities_refused,       ///< XML with a DTD or an entity that is not one of the five predefined.
  names_refused,          ///< XML with more different names than any schema has.
  too_many_fixes,         ///< Over 50,000 points.
  no_activity,            ///< A sound file of something else: settings, an empty GPX.
  no_usable_time,         ///< Points without any time, a route or a course.
  polyline_has_no_times,  ///< An encoded polyline: a line on the map, not a run.
};

/// The snake_case name of a value: `"crc_mismatch"`.
std::string_view to_string(file_errc x);

struct file_error {
  file_errc code = file_errc::malformed_file;
  std::string detail; ///< For the sender: what is wrong, and in which line or at which byte.
};

struct file_limits {
  static constexpr std::size_t bytes_max = 25'000'000;
  static constexpr std::size_t depth_max = 32;
  static constexpr std::size_t token_bytes_max = 64 << 10; ///< XML: one tag, comment or the like.
  static constexpr std::size_t names_max = 1'000;          ///< XML: different names of elements.
  static constexpr std::size_t text_bytes_max = 256;       ///< XML: a number, a time or a name.
};

/// What a GPX, TCX or FIT file says of a run.
struct track_file {
  game::sport sport = game::sport::run; ///< As the file says; see `sport_known`.
  /// False: the file does not say (`run`), or only that it is no sport it has a name for (`other`).
  /// What the user declares counts then.
  bool sport_known = false;
  /// Points with a place, in the file's order, `seq` from 1; a point without a time has the epoch,
  /// as the rules expect. Accuracy is unknown but where the device gives metres.
  std::vector<game::fix> fixes;

  std::uint32_t points_without_place = 0; ///< Left out: no position, (0,0) or out of range.
  std::uint32_t points_without_time = 0;  ///< Among `fixes`.
  std::optional<double> device_distance_m;
  std::optional<game::milliseconds> device_duration; ///< By the device's own clock, without pauses.
};

using track_file_result = boost::system::result<track_file, file_error>;

/// Reads a whole file. Bytes are only ever looked at, and memory stays below 120 bytes for
/// each fix and 1 MiB, whatever they hold. A file that is cut off or damaged is refused, never read
/// in part. `content_type` as sent, with or without parameters. One that names no format, as
/// `application/octet-stream` or none: the content decides.
track_file_result decode_track_file(std::string_view bytes, std::string_view content_type);

} // namespace fief::integrations
