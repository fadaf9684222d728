#pragma once

#include "integrations/files/track_builder.hpp"
#include "integrations/files/xml_reader.hpp"

namespace fief::integrations {

/// GPX 1.0 and 1.1: the points of all tracks in the order of the file. Routes and waypoints have no
/// times of a run. `hdop` is no accuracy in metres and is left out, as are extensions.
class gpx_reader : public xml_handler {
public:
  static constexpr std::string_view root = "gpx";

  int opened(int parent, std::string_view name, const xml_attributes& attributes) override;
  void closed(int element, std::string_view text) override;

  /// After the document was read.
  track_file_result finish();

private:
  void open_point(const xml_attributes& attributes);

  track_builder track_;
  file_point point_;
  bool has_planned_points_ = false; ///< Of a route, or waypoints.
};

} // namespace fief::integrations
