/** Where my tiles are. The API has tiles by place, not by owner: it is looked round likely places. */
import { api, must } from "../api/client";
import type { LatLon, Run, Territory, Track } from "../api/types";
import { boxRound, tilesOf, type MyTiles } from "./tiles_of";

const runs_tried = 5;

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
