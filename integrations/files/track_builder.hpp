#pragma once

#include "integrations/files/track_file.hpp"

namespace fief::integrations {

/// A point as the readers of the formats hand it in.
struct file_point {
  std::optional<game::instant> t;
  std::int64_t lat_e7 = 0;
  std::int64_t lon_e7 = 0;
  bool placed = false; ///< It has coordinates.
  std::uint16_t acc_dm = game::fix::acc_unknown;
  std::int32_t alt_dm = game::fix::alt_unknown;
};

/// Collects what the formats have in common, with the limits.
class track_builder {
public:
  /// False: this is one fix too many.
  [[nodiscard]] bool add(const file_point& point);
  /// A part of the file is of this sport. Several parts on foot make a run; any other mixture is
  /// `other`.
  void add_sport(game::sport sport);
  /// A part of the file is of no sport that the format knows.
  void add_unknown_sport() { unknown_sport_ = true; }
  void add_distance(double metres);
  void add_duration(double seconds);

  [[nodiscard]] const track_file& file() const { return file_; }
  /// The whole, unless none of its points has a time. Nothing may be added afterwards.
  track_file_result finish();

private:
  track_file file_;
  bool unknown_sport_ = false;
};

/// Degrees × 10^7. Errors: nothing for what is no finite number. Outside of the range of
/// coordinates: what no fix accepts, yet without overflow.
std::optional<std::int64_t> parse_e7(std::string_view text);

/// Decimetres. Errors: unknown for anything that is no height on Earth.
std::int32_t altitude_dm(double metres);

} // namespace fief::integrations
