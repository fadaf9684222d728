#include "game/regions.hpp"
#include "persistence/reads/reads.hpp"

#include <algorithm>

namespace fief::persistence {

namespace {

#define FIEF_FIRST_HELD                                                                            \
  " and t.owner is not null and t.holds_until > $1::bigint order by t.tile limit 1), "

// Skips from a held tile to the first one beyond its region, and in each region from area to area:
// of held tiles it reads the one that it answers with, however many there are. Those that have run
// out are read past where they lie between.
// $1 now  $2 reach of a region  $3 of an area  $4 regions  $5 areas of each
constexpr query q_regions{
  "find_regions",
  "with recursive far (tile, n) as (select (select t.tile from tile t"
  " where t.tile >= (-9223372036854775808)::bigint" FIEF_FIRST_HELD "1"
  " union all select (select t.tile from tile t"
  " where t.tile > (f.tile | $2::bigint)" FIEF_FIRST_HELD "f.n + 1"
  " from far f where f.tile is not null and f.n < $4::bigint)"
  " select i.tile from far f, lateral ("
  "with recursive near (tile, n) as (select f.tile, 1"
  " union all select (select t.tile from tile t"
  " where t.tile > (m.tile | $3::bigint) and t.tile <= (f.tile | $2::bigint)" FIEF_FIRST_HELD
  "m.n + 1 from near m where m.tile is not null and m.n < $5::bigint)"
  " select tile from near) i where i.tile is not null"};

} // namespace

outcome<actors::regions_found> answer(read_context& c, const actors::find_regions& x) {
  auto reach = [](int level) { return static_cast<std::int64_t>(game::reach_of(level)); };
  auto rows = c.tx.run(q_regions, x.now, reach(game::region_level), reach(x.area_level), x.limit,
                       x.areas_max);
  actors::regions_found found;
  found.tiles = c.whole<game::tile_id>(rows, [&c](row_reader& row) {
    auto tile = row.number<game::tile_id>();
    c.check_tile(row, tile);
    return tile;
  });
  std::ranges::sort(found.tiles, {}, &game::tile_id::value); // Postgres has no unsigned integers.
  return found;
}

} // namespace fief::persistence
