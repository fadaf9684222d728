#include "bench/load/checks.hpp"

#include "bench/load/accounts.hpp"
#include "bench/load/check_accounts.hpp"
#include "bench/load/check_runs.hpp"
#include "bench/load/event_end.hpp"
#include "bench/load/messages.hpp"
#include "bench/load/together.hpp"

namespace fief::load {

namespace {

constexpr int looks_max = 8; // At a map that others may still change.
constexpr std::chrono::milliseconds between_looks{750};
constexpr std::size_t lanes = 6;
constexpr double half_max_m = 3'000; // The server shows tiles for 32 areas at most.

/// The same box as four, so that each is small enough to be shown in tiles.
std::vector<std::array<double, 4>> quarters(const std::array<double, 4>& box) {
  auto lon = (box[0] + box[2]) / 2;
  auto lat = (box[1] + box[3]) / 2;
  return {{box[0], box[1], lon, lat},
          {lon, box[1], box[2], lat},
          {box[0], lat, lon, box[3]},
          {lon, lat, box[2], box[3]}};
}

} // namespace

asio::awaitable<bool> fetch_map(world& in, const person& who, const std::array<double, 4>& box,
                                watcher::picture& into) {
  auto path = "/v1/territory?bbox=" + box_text(box);
  auto what = in.ask_as(who, op::get_territory, "GET", path, steady::now());
  auto got = co_await in.http.ask(std::move(what));
  if (!got.ok())
    co_return false;
  auto root = in.json.parse(got.body);
  if (text_of(root, "kind") != "tiles")
    co_return false;
  for (auto each : array_of(root, "features")) {
    auto about = member(each, "properties");
    into[std::string{text_of(about, "tile")}] = text_of(about, "owner");
  }
  co_return true;
}

namespace {

asio::awaitable<void> check_map(world& in, const watcher& x) {
  alarm pause{in.io};
  auto boxes = in.plan.watchers.box_m > half_max_m ? quarters(x.box())
                                                   : std::vector<std::array<double, 4>>{x.box()};
  std::size_t differing = 0;
  std::string example;
  for (int look = 0; look < looks_max; ++look) {
    watcher::picture truth;
    auto is_known = true;
    for (const auto& box : boxes) {
      auto is_here = co_await fetch_map(in, x.who(), box, truth);
      is_known = is_known && is_here;
    }
    if (!is_known)
      co_return in.counts.violation("the map to compare with is not to be had");
    differing = 0;
    for (const auto& [tile, owner] : truth) {
      auto mine = x.map().find(tile);
      if (mine == x.map().end() || mine->second != owner) {
        ++differing;
        example = tile;
      }
    }
    for (const auto& [tile, owner] : x.map())
      if (!truth.contains(tile)) {
        ++differing;
        example = tile;
      }
    if (differing == 0)
      break;
    co_await pause.until(steady::now() + between_looks);
    pause.forget();
  }
  ++in.counts.of(counter::checks_made);
  if (differing > 0)
    in.counts.violation("a watcher's map differs from GET /v1/territory in "
                        + std::to_string(differing) + " tiles, for example " + example);
}

} // namespace

asio::awaitable<void> check_everything(world& in,
                                       const std::vector<std::unique_ptr<watcher>>& watchers) {
  std::vector<std::function<asio::awaitable<void>()>> jobs;
  for (const auto& x : watchers)
    if (x->keeps_map() && x->is_shown())
      jobs.emplace_back([&in, &x] { return check_map(in, *x); });
  co_await do_together(in.io, std::move(jobs), lanes);
  co_await check_runs(in);
  co_await check_events(in);
  co_await check_accounts(in);
}

} // namespace fief::load
