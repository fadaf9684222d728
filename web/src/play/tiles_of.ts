/** One user's tiles in an answer of `/v1/territory`, and the box to ask for. */
import type { FeatureCollection } from "geojson";
import type { Box, LatLon, Territory } from "../api/types";

export interface MyTiles {
  shapes: FeatureCollection;
  corners: LatLon[];
  count: number;
}

const metres_per_degree = 111_320;
const reach_m = 3000; // So wide that the API still answers with tiles, not with counts.

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
