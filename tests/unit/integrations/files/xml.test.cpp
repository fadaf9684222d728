// What strangers' XML may not do, whichever format it claims to be.

#include "tests/unit/integrations/files/decoded.hpp"

using namespace fief;
using namespace fief::integrations;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using test::decoded;
using test::refusal;

namespace {

constexpr auto track = "<trk><trkseg><trkpt lat='45.8' lon='15.9'>"
                       "<time>2026-05-10T20:00:00Z</time></trkpt></trkseg></trk>";

std::string gpx_with(const std::string& inside) {
  return "<gpx>" + inside + track + "</gpx>";
}

std::string nested(std::size_t depth) {
  std::string open;
  std::string close;
  for (std::size_t i = 0; i < depth; ++i) {
    open += "<e>";
    close += "</e>";
  }
  return open + close;
}

} // namespace

TEST_CASE("entities are refused before anything is expanded or fetched") {
  std::string bomb = "<!DOCTYPE gpx [<!ENTITY a '0123456789'>";
  for (char c = 'b'; c <= 'k'; ++c) {
    bomb += std::string{"<!ENTITY "} + c + " '";
    for (int i = 0; i < 10; ++i)
      bomb += std::string{"&"} + static_cast<char>(c - 1) + ";";
    bomb += "'>";
  }
  bomb += "]>" + gpx_with("<name>&k;</name>");
  for (const auto& text :
       {bomb, "<!DOCTYPE gpx SYSTEM 'file:///etc/passwd'>" + gpx_with(""),
        "<!DOCTYPE gpx SYSTEM 'http://127.0.0.1:9/x.dtd' [<!ENTITY x SYSTEM 'file:///dev/zero'>]>"
          + gpx_with("<name>&x;</name>"),
        "<?xml version='1.0'?>\n<!DOCTYPE gpx>" + gpx_with(""),
        "<!DOCTYPE gpx [<!ENTITY % p '<!ENTITY q \"r\">'> %p; ]>" + gpx_with("&q;"),
        gpx_with("<name>&nbsp;</name>"), gpx_with("<name a='&x;'/>")}) {
    CAPTURE(text.substr(0, 60));
    CHECK_THAT(refusal(text, "application/gpx+xml"), StartsWith("entities_refused: line "));
  }
  CHECK(decoded(gpx_with("<name a='&quot;'>&lt;&#65;&#x1F600;&amp;&apos;</name>")).fixes.size()
        == 1);
}

TEST_CASE("elements nest 32 deep and not deeper") {
  CHECK(decoded(gpx_with(nested(31))).fixes.size() == 1); // The root is the first.
  CHECK_THAT(refusal(gpx_with(nested(32))), StartsWith("file_too_deep: line 1"));
  CHECK_THAT(refusal(gpx_with(nested(1'000'000))), StartsWith("file_too_deep: line 1"));
}

TEST_CASE("no tag, comment or instruction of any length is kept in memory") {
  const std::string long_text(1 << 20, 'x');
  for (const auto& inside :
       {"<a b='" + long_text + "'/>", "<" + long_text + "/>", "<a " + long_text + "='1'/>",
        "<!--" + long_text + "-->", "<?p " + long_text + "?>"})
    CHECK_THAT(refusal(gpx_with(inside)), StartsWith("malformed_file: line 1: a tag or a comment"));
  std::string within; // Of 60 KB each they may be many, wherever they lie in the file.
  for (int i = 0; i < 20; ++i)
    within += "<a b='" + std::string(60'000, 'x') + "'/><!--" + std::string(60'000, 'x') + "-->"
              + std::string(static_cast<std::size_t>(i), ' ') + "<?p " + std::string(60'000, 'x')
              + "?>";
  CHECK(decoded(gpx_with(within)).fixes.size() == 1);
  // Texts and CDATA are not kept at all, and neither are those below what is read.
  CHECK(decoded(gpx_with("<a>" + long_text + "<![CDATA[" + long_text + "]]></a>")).fixes.size()
        == 1);
  CHECK_THAT(refusal("<gpx><trk><trkseg><trkpt lat='1' lon='1'><time>" + long_text
                     + "</time></trkpt></trkseg></trk></gpx>"),
             StartsWith("no_usable_time: "));
}

TEST_CASE("different names have a bound, because expat keeps them") {
  auto with_names = [](int count, bool attributes) {
    std::string inside;
    for (int i = 0; i < count; ++i)
      inside +=
        attributes ? "<a n" + std::to_string(i) + "='1'/>" : "<n" + std::to_string(i) + "/>";
    return gpx_with(inside);
  };
  for (auto attributes : {false, true}) {
    CHECK(decoded(with_names(980, attributes)).fixes.size() == 1);
    CHECK_THAT(refusal(with_names(1'001, attributes)), StartsWith("names_refused: line 1"));
  }
}

TEST_CASE("encodings are read or refused, never guessed") {
  auto declared = [](const std::string& encoding) {
    return "<?xml version='1.0' encoding='" + encoding + "'?>" + gpx_with("<name>\xE4\xF6</name>");
  };
  for (const auto* encoding :
       {"ISO-8859-1", "iso-8859-15", "windows-1252", "Windows-1250", "latin1"})
    CHECK(decoded(declared(encoding)).fixes.size() == 1);
  for (const auto* encoding :
       {"UTF-8", "UTF-16", "US-ASCII", "Shift_JIS", "UTF-7", "EBCDIC-CP-US", ""})
    CHECK_THAT(refusal(declared(encoding)), StartsWith("malformed_file: line 1"));
  CHECK_THAT(refusal("\xFF\xFE<gpx/>"), StartsWith("malformed_file: line 1"));
  CHECK_THAT(refusal(gpx_with(std::string("<name>\0</name>", 14))),
             StartsWith("malformed_file: line 1"));
}

TEST_CASE("what is no XML of a track is refused with what it is") {
  CHECK_THAT(refusal("<html><body/></html>"),
             StartsWith("unsupported_format: line 1: the root element is html"));
  CHECK_THAT(refusal("<kml/>", "application/gpx+xml"), StartsWith("unsupported_format: "));
  CHECK_THAT(refusal("<" + std::string(60'000, 'k') + "/>"), StartsWith("unsupported_format: "));
  CHECK_THAT(refusal(gpx_with(""), "application/vnd.garmin.tcx+xml"),
             Contains("declared as TCX, but it is GPX"));
  CHECK_THAT(refusal(gpx_with(""), "application/vnd.ant.fit"), StartsWith("unsupported_format"));
  CHECK_THAT(refusal("<gpx><trk></gpx>"), StartsWith("malformed_file: line 1: mismatched tag"));
  CHECK_THAT(refusal("<gpx/><gpx/>"), StartsWith("malformed_file: "));
  CHECK_THAT(refusal("", "application/gpx+xml"), StartsWith("malformed_file: an empty file"));
  CHECK_THAT(refusal("hello", "application/gpx+xml"), StartsWith("malformed_file: "));
  CHECK_THAT(refusal("\x1F\x8B\x08 and so on", "application/gpx+xml"),
             StartsWith("unsupported_format: a compressed file"));
  CHECK_THAT(refusal(R"({"type":"FeatureCollection"})", "application/json"),
             StartsWith("unsupported_format: neither"));
  CHECK_THAT(refusal(std::string(file_limits::bytes_max + 1, ' ')), StartsWith("file_too_large: "));
}

TEST_CASE("an encoded polyline is refused because it has no times") {
  for (const auto* text :
       {"_p~iF~ps|U_ulLnnqC_mqNvxq`@", " _p~iF~ps|U\n",
        R"({"map":{"summary_polyline":"_p~iF~ps|U"}})", R"([{"polyline": "x"}])"})
    for (const auto* type : {"", "text/plain", "application/json", "application/octet-stream"})
      CHECK_THAT(refusal(text, type), StartsWith("polyline_has_no_times: "));
  for (const auto* text : {"some words of text", "_p~iF", "~~~~~~~~~~~~~~~~~~~~", "????"})
    CHECK_THAT(refusal(text, "text/plain"), StartsWith("unsupported_format: "));
}
