#include "tests/support/files/any_track.hpp"
#include "tests/support/files/xml_writer.hpp"
#include "tests/unit/integrations/files/decoded.hpp"

using namespace fief;
using namespace fief::integrations;
using Catch::Matchers::StartsWith;
using test::decoded;
using test::refusal;

namespace {

constexpr auto gpx_type = "application/gpx+xml";

std::string gpx_with(const std::string& inside) {
  return "<gpx version='1.1' xmlns='http://www.topografix.com/GPX/1/1'>" + inside + "</gpx>";
}

std::string track_with(const std::string& points) {
  return gpx_with("<trk><trkseg>" + points + "</trkseg></trk>");
}

constexpr auto good_point =
  "<trkpt lat='45.8' lon='15.9'><time>2026-05-10T20:00:00Z</time></trkpt>";

} // namespace

TEST_CASE("a generated GPX reads as the track that it was written from") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    base::rng random{seed};
    auto fixes = test::any_track(random, 1 + random.below(200));
    for (auto& x : fixes)
      x.acc_dm = game::fix::acc_unknown;
    const auto text = test::gpx_of(fixes);
    const auto file = decoded(text, gpx_type);
    CHECK(file.fixes == fixes);
    CHECK(file.sport == game::sport::run);
    CHECK(file.sport_known);
    CHECK(file.points_without_place == 0);
    CHECK(decoded(test::in_utf16(text, seed % 2 == 0)).fixes == fixes);
    CHECK(decoded("\xEF\xBB\xBF" + text, "text/xml; charset=utf-8").fixes == fixes);
  }
}

TEST_CASE("tracks and segments of a GPX follow each other, prefixes and extensions do not matter") {
  const auto file = decoded(R"(  <?xml version="1.0" encoding="ISO-8859-1"?>
<!-- a comment --><?a-program does?>
<g:gpx version="1.0" xmlns:g="http://www.topografix.com/GPX/1/0">
 <g:time>2001-01-01T00:00:00Z</g:time>
 <g:wpt lat="1" lon="1"><g:time>2001-01-01T00:00:00Z</g:time></g:wpt>
 <g:trk><g:name>M)"
                            "\xFC"
                            R"(nchen &amp; &#x42;</g:name><g:type>trail_running</g:type>
  <g:trkseg>
   <g:trkpt lon="15.9000001" lat="+45.8" bearing="3"><g:ele>120.55</g:ele>
    <g:time>2026-05-10T20:00:00.5Z</g:time><g:hdop>2</g:hdop>
    <g:extensions><x:p xmlns:x="x"><x:time>2001-01-01T00:00:00Z</x:time><g:ele>9</g:ele></x:p>
    </g:extensions></g:trkpt>
   <g:trkpt lat="45.8000001" lon="15.9"/>
  </g:trkseg><g:trkseg/></g:trk>
 <g:trk><g:type>running</g:type>
  <g:trkseg><g:trkpt lat=" -45.8 " lon="-180"><g:time><![CDATA[2026-05-10]]>T20:00:01Z</g:time><g:ele>high</g:ele>
  </g:trkpt></g:trkseg></g:trk>
</g:gpx>)");
  REQUIRE(file.fixes.size() == 3);
  const auto& a = file.fixes[0];
  CHECK(a.seq == 1);
  CHECK(a.t == *base::parse_rfc3339("2026-05-10T20:00:00.5Z"));
  CHECK(a.lat_e7 == 458'000'000);
  CHECK(a.lon_e7 == 159'000'001);
  CHECK(a.alt_dm == 1206);
  CHECK(a.acc_dm == game::fix::acc_unknown); // hdop is no distance.
  CHECK(file.fixes[1].t == game::instant{});
  CHECK(file.points_without_time == 1);
  const auto& c = file.fixes[2];
  CHECK(c.seq == 3);
  CHECK(c.t == *base::parse_rfc3339("2026-05-10T20:00:01Z"));
  CHECK(c.lon_e7 == -1'800'000'000);
  CHECK(c.alt_dm == game::fix::alt_unknown);
  CHECK(file.sport == game::sport::run); // A trail run and a run.
  CHECK(file.sport_known);
}

TEST_CASE("points of a GPX without a usable place are left out and counted") {
  const auto file = decoded(track_with("<trkpt lat='0' lon='0.0'/><trkpt lat='91' lon='0'/>"
                                       "<trkpt lat='1' lon='-180.1'/><trkpt lat='1e300' lon='1'/>"
                                       + std::string{good_point}));
  CHECK(file.fixes.size() == 1);
  CHECK(file.points_without_place == 4);
  CHECK_FALSE(file.sport_known);
  CHECK(file.sport == game::sport::run);
}

TEST_CASE("a GPX without times of a run is refused with the reason") {
  CHECK_THAT(refusal(track_with("<trkpt lat='1' lon='1'/><trkpt lat='1' lon='1'><time/></trkpt>")),
             StartsWith("no_usable_time: none of 2 points"));
  CHECK_THAT(refusal(gpx_with("<rte><rtept lat='1' lon='1'/></rte>")),
             StartsWith("no_usable_time: a route"));
  CHECK_THAT(refusal(gpx_with("<wpt lat='1' lon='1'/>")), StartsWith("no_usable_time: a route"));
  CHECK_THAT(refusal(gpx_with("")), StartsWith("no_activity: "));
  CHECK_THAT(refusal(track_with("")), StartsWith("no_activity: "));
}

TEST_CASE("a wrong value in a GPX is named with its line") {
  auto with = [](const std::string& point) { return track_with("\n\n" + point); };
  CHECK_THAT(refusal(with("<trkpt lat='x' lon='1'/>")), StartsWith("malformed_file: line 3: lat"));
  CHECK_THAT(refusal(with("<trkpt lat='nan' lon='1'/>")), StartsWith("malformed_file: line 3"));
  CHECK_THAT(refusal(with("<trkpt lat='1'/>")),
             StartsWith("malformed_file: line 3: a track point"));
  CHECK_THAT(refusal(with("<trkpt lat='1' lon='1'>\n<time>yesterday</time></trkpt>")),
             StartsWith("malformed_file: line 4: the time"));
}

TEST_CASE("a GPX holds 50,000 points and not one more") {
  std::string points;
  for (std::uint32_t i = 0; i < game::fix_limits::fixes_max; ++i)
    points += good_point;
  CHECK(decoded(track_with(points)).fixes.size() == game::fix_limits::fixes_max);
  CHECK_THAT(refusal(track_with(points + "<trkpt lat='0' lon='0'/>\n" + good_point)),
             StartsWith("too_many_fixes: line 2"));
}

TEST_CASE("a GPX that is cut off anywhere is refused") {
  base::rng random{7};
  const auto text = test::gpx_of(test::any_track(random, 5));
  const auto end = text.rfind('>') + 1;
  for (std::size_t size = 0; size < end; ++size) {
    const auto why = refusal(text.substr(0, size), gpx_type);
    CAPTURE(size, why);
    CHECK_THAT(why, StartsWith("malformed_file: "));
  }
  CHECK(decoded(text.substr(0, end)).fixes.size() == 5);
}
