#include "bench/load/check_runs.hpp"

#include "base/time.hpp"
#include "bench/load/accounts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace fief::load {

namespace {

constexpr std::size_t runs_max = 60; // Of one process.
constexpr double margin_m = 300;
constexpr int looks_max = 10;
constexpr std::chrono::milliseconds between_looks{500};

/// The value of an attribute or element that begins at `from`; empty when there is none before
/// `to`.
std::string_view after(std::string_view text, std::string_view mark, char end) {
  auto at = text.find(mark);
  if (at == text.npos)
    return {};
  text.remove_prefix(at + mark.size());
  return text.substr(0, text.find(end));
}

std::int32_t e7_of(std::string_view degrees) {
  return static_cast<std::int32_t>(
    std::lround(std::strtod(std::string{degrees}.c_str(), nullptr) * 1e7));
}

asio::awaitable<void> check_track(world& in, const finished_run& run) {
  const auto& who = in.people[run.person];
  auto path = "/v1/runs/" + run.id + "/track.gpx";
  auto what = in.ask_as(who, op::get_track, "GET", path, steady::now());
  auto got = co_await in.http.ask(std::move(what));
  ++in.counts.of(counter::checks_made);
  if (!got.ok())
    co_return in.counts.violation("the track of run " + run.id + " is not to be had: " + got.code);
  auto found = compare_track(got.body, run);
  if (found.points != run.fixes.size())
    in.counts.violation("run " + run.id + " has " + std::to_string(found.points)
                        + " fixes on the server, and all " + std::to_string(run.fixes.size())
                        + " were acknowledged");
  else if (found.differing > 0)
    in.counts.violation("run " + run.id + ": " + std::to_string(found.differing)
                        + " fixes differ from what was sent");
}

/// Round the run, by what was sent.
std::array<double, 4> box_of(const finished_run& run) {
  std::array<double, 4> box{180, 90, -180, -90};
  for (const auto& x : run.fixes) {
    box[0] = std::min(box[0], x.at.lon / 1e7);
    box[1] = std::min(box[1], x.at.lat / 1e7);
    box[2] = std::max(box[2], x.at.lon / 1e7);
    box[3] = std::max(box[3], x.at.lat / 1e7);
  }
  constexpr double m_per_degree = 111'195;
  auto lat = margin_m / m_per_degree;
  auto lon = lat / std::cos(box[1] * 0.017453292519943295);
  return {box[0] - lon, box[1] - lat, box[2] + lon, box[3] + lat};
}

asio::awaitable<void> check_told_tiles(world& in, const finished_run& run) {
  alarm pause{in.io};
  std::size_t lost = 0;
  std::string example;
  for (int look = 0; look < looks_max; ++look) {
    watcher::picture map;
    auto box = box_of(run);
    auto is_known = co_await fetch_map(in, in.people[run.person], box, map);
    if (!is_known)
      co_return; // A run so long that its box is shown in areas.
    lost = 0;
    for (const auto& tile : run.told)
      if (!map.contains(tile)) {
        ++lost;
        example = tile;
      }
    if (lost == 0)
      break;
    co_await pause.until(steady::now() + between_looks); // Claims are merged after the result.
    pause.forget();
  }
  ++in.counts.of(counter::checks_made);
  if (lost > 0)
    in.counts.violation("run " + run.id + " was accepted, and nobody holds " + std::to_string(lost)
                        + " of the tiles it was told, for example " + example);
}

} // namespace

track_difference compare_track(std::string_view gpx, const finished_run& run) {
  track_difference out;
  for (auto at = gpx.find("<trkpt "); at != gpx.npos; at = gpx.find("<trkpt ", at + 1)) {
    auto next = gpx.find("<trkpt ", at + 1);
    auto point = gpx.substr(at, next == gpx.npos ? gpx.npos : next - at);
    auto index = out.points++;
    if (index >= run.fixes.size())
      continue;
    const auto& sent = run.fixes[index];
    auto t = base::parse_rfc3339(after(point, "<time>", '<'));
    auto expected = fix_ms(run.start_ms, static_cast<std::uint32_t>(index + 1));
    auto is_same = e7_of(after(point, "lat=\"", '"')) == sent.at.lat
                   && e7_of(after(point, "lon=\"", '"')) == sent.at.lon && t
                   && std::llabs(base::to_ms(*t) - expected) <= 5'000;
    out.differing += is_same ? 0 : 1;
  }
  return out;
}

asio::awaitable<void> check_runs(world& in) {
  std::size_t checked = 0;
  for (const auto& run : in.finished) {
    if (run.fixes.empty() || ++checked > runs_max)
      continue;
    co_await keep_signed_in(in, in.people[run.person]);
    co_await check_track(in, run);
    if (run.took_territory && !run.told.empty())
      co_await check_told_tiles(in, run);
  }
}

} // namespace fief::load
