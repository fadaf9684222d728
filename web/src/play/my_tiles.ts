/** Where my tiles are. The API has tiles by place, not by owner: it is looked round likely places. */
import type { FeatureCollection } from "geojson";
import { api, must } from "../api/client";
import type { Box, LatLon, Run, Territory, Track } from "../api/types";

export interface MyTiles {
  shapes: FeatureCollection;
  corners: LatLon[];
  count: number;
}

const metres_per_degree = 111_320;
const reach_m = 3000; // So wide that the API still answers with tiles, not with counts.
const runs_tried = 5;

/** A box round a place, `reach` metres to each side. */
export function boxRound([lat, lon]: LatLon, reach = reach_m): Box {
  const d_lat = reach / metres_per_degree;
  const d_lon = d_lat / Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  const wrap = (x: number) => ((((x + 180) % 360) + 360) % 360) - 180;
  return [
    wrap(lon - d_lon),
    Math.max(-90, lat - d_lat),
    wrap(lon + d_lon),
    Math.min(90, lat + d_lat),
  ];
}

/** Of an answer of `/v1/territory` what one user holds. */
export function tilesOf(user: string, territory: Territory): MyTiles {
  const features = territory.features.filter(
    (x) => "owner" in x.properties && x.properties.owner === user,
  );
  const corners = features.flatMap((x) =>
    (x.geometry.coordinates[0] ?? []).map((at): LatLon => [at[1] ?? 0, at[0] ?? 0]),
  );
  const shapes = { type: "FeatureCollection", features } as FeatureCollection;
  return { shapes, corners, count: features.length };
}

/** Round the middle of the view, else where the last runs were. Null: none was found. */
export async function findMyTiles(
  user: string,
  view: LatLon,
  signal: AbortSignal,
): Promise<MyTiles | null> {
  const around = async (at: LatLon): Promise<MyTiles | null> => {
    const query = { bbox: boxRound(at).join(","), zoom: 16 };
    const got = await must(api.GET("/v1/territory", { params: { query }, signal }));
    const mine = tilesOf(user, got as Territory);
    return mine.count > 0 ? mine : null;
  };
  const here = await around(view);
  if (here) return here;
  for (const at of await placesOfRuns(signal)) {
    const there = await around(at);
    if (there) return there;
  }
  return null;
}

async function placesOfRuns(signal: AbortSignal): Promise<LatLon[]> {
  const page = await must(api.GET("/v1/runs", { params: { query: { limit: 50 } }, signal }));
  const took = (page.items as Run[]).filter((x) => x.state === "accepted" && x.tiles_taken > 0);
  const places: LatLon[] = [];
  for (const run of took.slice(0, runs_tried)) {
    const asked = api.GET("/v1/runs/{id}/track", { params: { path: { id: run.id } }, signal });
    const track = await must(asked).catch(() => null); // Tracks are kept for some time only.
    const points = (track as Track | null)?.points ?? [];
    const middle = points[Math.floor(points.length / 2)];
    if (middle) places.push([middle[1], middle[2]]);
  }
  return places;
}
