#include "tests/support/files/xml_writer.hpp"

#include <cstdio>

namespace fief::test {

namespace {

std::string fixed(double x, int decimals) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", decimals, x);
  return text;
}

std::string element(const std::string& name, const std::string& text) {
  return "<" + name + ">" + text + "</" + name + ">";
}

} // namespace

std::string gpx_of(std::span<const game::fix> fixes, const std::string& type) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<gpx version=\"1.1\" creator=\"a test\" "
                    "xmlns=\"http://www.topografix.com/GPX/1/1\">\n<trk>"
                    + element("type", type) + "<trkseg>\n";
  for (const auto& x : fixes) {
    out +=
      "<trkpt lat=\"" + fixed(x.lat_e7 / 1e7, 7) + "\" lon=\"" + fixed(x.lon_e7 / 1e7, 7) + "\">";
    if (x.alt_dm != game::fix::alt_unknown)
      out += element("ele", fixed(x.alt_dm / 10.0, 1));
    if (x.t != game::instant{})
      out += element("time", base::to_rfc3339(x.t));
    out += "</trkpt>\n";
  }
  return out + "</trkseg></trk></gpx>\n";
}

std::string tcx_of(std::span<const game::fix> fixes, const std::string& sport) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TrainingCenterDatabase "
                    "xmlns=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2\">\n"
                    "<Activities><Activity Sport=\""
                    + sport + "\"><Lap StartTime=\"2026-05-10T00:00:00Z\">"
                    + element("TotalTimeSeconds", "61.5") + element("DistanceMeters", "200.25")
                    + "<Track>\n";
  for (const auto& x : fixes) {
    out += "<Trackpoint>";
    if (x.t != game::instant{})
      out += element("Time", base::to_rfc3339(x.t));
    out += element("Position", element("LatitudeDegrees", fixed(x.lat_e7 / 1e7, 7))
                                 + element("LongitudeDegrees", fixed(x.lon_e7 / 1e7, 7)));
    if (x.alt_dm != game::fix::alt_unknown)
      out += element("AltitudeMeters", fixed(x.alt_dm / 10.0, 1));
    out += "</Trackpoint>\n";
  }
  return out + "</Track></Lap></Activity></Activities></TrainingCenterDatabase>\n";
}

std::string in_utf16(const std::string& ascii, bool big_endian) {
  auto text = ascii;
  if (const auto at = text.find("UTF-8"); at != text.npos)
    text.replace(at, 5, "UTF-16");
  std::string out = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (auto c : text) {
    if (big_endian)
      out += '\0';
    out += c;
    if (!big_endian)
      out += '\0';
  }
  return out;
}

} // namespace fief::test
