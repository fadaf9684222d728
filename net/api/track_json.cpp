#include "net/api/track_json.hpp"

#include "base/json_writer.hpp"
#include "game/fix_chunk.hpp"
#include "game/track_marks.hpp"

#include <cmath>

namespace fief::net {

namespace {

constexpr double e7 = 1e7;

/// With two decimals at most: more would claim to know what no receiver does.
double rounded(double x) {
  return std::round(x * 100) / 100;
}

double seconds(game::milliseconds x) {
  return static_cast<double>(x.count()) / 1000;
}

void write_points(base::json_writer& out, const std::vector<game::track_point>& points) {
  out.key("points").begin_array();
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& p = points[i];
    out.begin_array().value(base::to_ms(p.t)).value(p.lat_e7 / e7).value(p.lon_e7 / e7);
    if (p.has_segment())
      out.value(rounded(p.distance_m / seconds(p.t - points[i - 1].t)));
    else
      out.null();
    out.value(game::to_string(p.how)).end_array();
  }
  out.end_array();
}

void write_marks(base::json_writer& out, const std::vector<game::track_mark>& marks) {
  out.key("marks").begin_array();
  for (const auto& x : marks) {
    out.begin_object().member("kind", game::to_string(x.kind));
    out.member("first", x.first).member("last", x.last);
    out.member("value", rounded(x.value)).end_object();
  }
  out.end_array();
}

void write_counts(base::json_writer& out, const game::track_counts& x) {
  out.key("counts").begin_object().member("given", x.given).member("impossible", x.impossible);
  out.member("untimed", x.untimed).member("same_time", x.same_time);
  out.member("inaccurate", x.inaccurate).member("spikes", x.spikes);
  out.member("teleports", x.teleports).member("mock", x.mock).member("good", x.good).end_object();
}

} // namespace

std::vector<game::fix> fixes_of(const actors::run_loaded& x) {
  std::vector<game::fix> fixes;
  for (const auto& chunk : x.chunks)
    if (auto some = game::decode_chunk(chunk.data))
      fixes.insert(fixes.end(), some->begin(), some->end());
  return fixes;
}

std::string track_json(const actors::run_loaded& x, const game::run_rules& rules) {
  auto track = game::clean(fixes_of(x), x.run.clock_offset, rules);
  auto marks = game::find_marks(track.points, x.run.sport, rules);
  std::string body;
  body.reserve(256 + 64 * (track.points.size() + marks.size()));
  base::json_writer out{body};
  out.begin_object().member("run", x.run.id);
  write_points(out, track.points);
  write_marks(out, marks);
  write_counts(out, track.counts);
  out.end_object();
  return body;
}

} // namespace fief::net
