// The track as GPX, from what phones send by way of what is stored: every fix is in it, in order.

#include "net/api/gpx.hpp"
#include "base/assert.hpp"
#include "game/fix_chunk.hpp"
#include "net/fixes_codec.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace fief::fuzz {

namespace {

/// The text between two marks, taken off the front; nothing once there is no more.
std::optional<std::string_view> take(std::string_view& text, std::string_view from,
                                     std::string_view to) {
  const auto start = text.find(from);
  if (start == text.npos)
    return std::nullopt;
  text.remove_prefix(start + from.size());
  const auto end = text.find(to);
  FIEF_ASSERT(end != text.npos);
  const auto part = text.substr(0, end);
  text.remove_prefix(end + to.size());
  return part;
}

std::int32_t e7_of(std::string_view degrees) {
  double x = 0;
  const auto [end, error] = std::from_chars(degrees.data(), degrees.data() + degrees.size(), x);
  FIEF_ASSERT(error == std::errc{} && end == degrees.data() + degrees.size());
  return static_cast<std::int32_t>(std::lround(x * 1e7));
}

void check(const actors::run_loaded& loaded, std::vector<game::fix> fixes) {
  const auto text = net::gpx_of(loaded);
  FIEF_ASSERT(text.starts_with("<?xml") && text.ends_with("</trkseg></trk></gpx>\n"));
  std::stable_sort(fixes.begin(), fixes.end(),
                   [](const auto& a, const auto& b) { return a.t < b.t; });
  std::string_view rest = text;
  for (const auto& fix : fixes) {
    const auto lat = take(rest, "<trkpt lat=\"", "\"");
    const auto lon = take(rest, " lon=\"", "\"");
    const auto time = take(rest, "<time>", "</time></trkpt>");
    FIEF_ASSERT(lat && lon && time);
    FIEF_ASSERT(e7_of(*lat) == fix.lat_e7 && e7_of(*lon) == fix.lon_e7);
    FIEF_ASSERT(*time == base::to_rfc3339(fix.t + loaded.run.clock_offset));
  }
  FIEF_ASSERT(!take(rest, "<trkpt", ">"));
}

const enlist gpx{"gpx", [](bytes input) {
                   static net::json_document document;
                   net::json_errors errors;
                   net::fixes_message read;
                   auto in = document.parse(text_of(input), errors);
                   if (!net::read_fixes(in, false, read))
                     return;
                   actors::run_loaded loaded;
                   loaded.run.clock_offset = game::milliseconds{-1'500};
                   const auto half = read.fixes.size() / 2;
                   const std::span all{read.fixes};
                   loaded.chunks.resize(2);
                   loaded.chunks[0].data = game::encode_chunk(all.first(half));
                   loaded.chunks[1].data = game::encode_chunk(all.subspan(half));
                   check(loaded, read.fixes);
                 }};

} // namespace

} // namespace fief::fuzz
