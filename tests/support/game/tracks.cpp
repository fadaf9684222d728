#include "tests/support/game/tracks.hpp"

#include "base/assert.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fief::test {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields(1);
  auto quoted = false;
  for (auto c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      fields.emplace_back();
    else if (c != '\r')
      fields.back() += c;
  }
  return fields;
}

std::int32_t e7(const std::string& text) {
  return static_cast<std::int32_t>(std::llround(std::stod(text) * 1e7));
}

std::vector<game::fix> read_fixes(const fs::path& file) {
  std::vector<game::fix> fixes;
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    auto fields = split(line);
    if (fields.size() < 4)
      continue;
    game::fix x;
    x.seq = static_cast<std::uint32_t>(fixes.size() + 1);
    if (!fields[0].empty())
      x.t = base::from_ms(std::stoll(fields[0]));
    x.lat_e7 = e7(fields[1]);
    x.lon_e7 = e7(fields[2]);
    if (!fields[3].empty())
      x.acc_dm = static_cast<std::uint16_t>(std::llround(std::stod(fields[3]) * 10));
    fixes.push_back(x);
  }
  return fixes;
}

/// The numbers of one stream in a response of the Strava streams API, brackets ignored.
std::vector<double> read_stream(const std::string& text, const std::string& type) {
  std::vector<double> numbers;
  auto at = text.find("\"type\":\"" + type + "\",\"data\":[");
  if (at == std::string::npos)
    return numbers;
  at = text.find('[', at);
  auto end = text.find('"', at);
  while (at < end) {
    auto start = text.find_first_of("-0123456789", at);
    if (start >= end)
      break;
    std::size_t used = 0;
    numbers.push_back(std::stod(text.substr(start, 24), &used));
    at = start + used;
  }
  return numbers;
}

std::vector<game::fix> read_streams(const fs::path& file, const std::string& start) {
  std::ifstream in{file};
  std::stringstream all;
  all << in.rdbuf();
  auto places = read_stream(all.str(), "latlng");
  auto times = read_stream(all.str(), "time");
  FIEF_ASSERT(places.size() == 2 * times.size());
  std::vector<game::fix> fixes(times.size());
  for (std::size_t k = 0; k < times.size(); ++k) {
    fixes[k].seq = static_cast<std::uint32_t>(k + 1);
    fixes[k].t = *base::parse_rfc3339(start) + base::milliseconds{std::llround(times[k] * 1000)};
    fixes[k].lat_e7 = static_cast<std::int32_t>(std::llround(places[2 * k] * 1e7));
    fixes[k].lon_e7 = static_cast<std::int32_t>(std::llround(places[2 * k + 1] * 1e7));
  }
  return fixes;
}

std::vector<real_track> read_all(const fs::path& folder) {
  std::vector<real_track> tracks;
  std::ifstream in{folder / "manifest.csv"};
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    auto fields = split(line);
    real_track track;
    track.file = fields.at(0);
    auto dot = track.file.rfind('.');
    track.name = track.file.substr(0, dot);
    auto csv = folder / "csv" / (track.name + "_" + track.file.substr(dot + 1) + ".csv");
    if (fs::exists(csv))
      track.fixes = read_fixes(csv);
    else if (track.name.ends_with("_strava_streams"))
      track.fixes = read_streams(folder / track.file, fields.at(12));
    else
      continue; // Not decodable: a case for the parsers alone.
    if (!fields.at(17).empty())
      track.enclosed_ha = std::stod(fields[17]);
    tracks.push_back(std::move(track));
  }
  return tracks;
}

} // namespace

std::optional<std::string> tracks_folder() {
  const auto* set = std::getenv("FIEF_TRACKS");
  fs::path source{__FILE__};
  auto beside = source.parent_path() / "../../../../shared/tracks";
  auto folder = set != nullptr ? fs::path{set} : beside;
  if (!fs::exists(folder / "manifest.csv"))
    return std::nullopt;
  return fs::weakly_canonical(folder).string();
}

const std::vector<real_track>& real_tracks() {
  static const auto tracks = read_all(*tracks_folder());
  return tracks;
}

const real_track& real_track_named(const std::string& name) {
  for (const auto& x : real_tracks())
    if (x.name == name)
      return x;
  FIEF_ASSERT(false);
  std::abort();
}

} // namespace fief::test
