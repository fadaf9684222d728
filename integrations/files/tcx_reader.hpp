#pragma once

#include "integrations/files/track_builder.hpp"
#include "integrations/files/xml_reader.hpp"

namespace fief::integrations {

/// TCX 1 (`History`) and 2 (`Activities`): the points of all laps of all activities in the order of
/// the file. The times of a course are those of a run that nobody has run yet.
class tcx_reader : public xml_handler {
public:
  static constexpr std::string_view root = "TrainingCenterDatabase";

  int opened(int parent, std::string_view name, const xml_attributes& attributes) override;
  void closed(int element, std::string_view text) override;

  /// After the document was read.
  track_file_result finish();

private:
  int open_activity(std::string_view name, const xml_attributes& attributes);
  void add_sport(std::string_view name);
  void read_degrees(std::string_view text, std::int64_t& to, bool& there);
  void close_point();

  track_builder track_;
  file_point point_;
  bool has_lat_ = false;
  bool has_lon_ = false;
  std::string_view folder_sport_; ///< TCX 1: the folder that the runs lie in.
  bool has_activity_ = false;
  bool has_course_ = false;
};

} // namespace fief::integrations
