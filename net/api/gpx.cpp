#include "net/api/gpx.hpp"

#include "net/api/track_json.hpp"

#include <algorithm>
#include <cstdio>

namespace fief::net {

namespace {

void append_point(std::string& out, const game::fix& x, game::milliseconds offset) {
  char text[160];
  auto size = std::snprintf(text, sizeof(text), "<trkpt lat=\"%.7f\" lon=\"%.7f\">", x.lat_e7 / 1e7,
                            x.lon_e7 / 1e7);
  out.append(text, static_cast<std::size_t>(size));
  if (x.alt_dm != game::fix::alt_unknown) {
    size = std::snprintf(text, sizeof(text), "<ele>%.1f</ele>", x.alt_dm / 10.0);
    out.append(text, static_cast<std::size_t>(size));
  }
  out += "<time>" + base::to_rfc3339(x.t + offset) + "</time></trkpt>\n";
}

} // namespace

std::string gpx_of(const actors::run_loaded& x) {
  auto fixes = fixes_of(x);
  std::ranges::sort(fixes, [](const auto& a, const auto& b) {
    return std::tie(a.t, a.seq) < std::tie(b.t, b.seq);
  });
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<gpx version=\"1.1\" creator=\"fief\" "
                    "xmlns=\"http://www.topografix.com/GPX/1/1\">\n<trk><name>"
                    + base::to_string(x.run.id) + "</name><type>"
                    + std::string{game::to_string(x.run.sport)} + "</type><trkseg>\n";
  for (const auto& fix : fixes)
    append_point(out, fix, x.run.clock_offset);
  return out + "</trkseg></trk></gpx>\n";
}

} // namespace fief::net
