/** Zoomed out: how many tiles of each area are held, asked for again now and then. */
import type { FeatureCollection } from "geojson";
import { api, refusalOf } from "../api/client";
import type { Box, Territory } from "../api/types";
import { count } from "../units";
import { lookOf } from "./owner_colours";
import { middleOf } from "./tile_geometry";
import type { LonLat } from "./s2_cell";

export const counted_every_ms = 10_000;
export const zoom_of_areas = 0; // Below `detailed_zoom_min`, whatever that is.

export interface Counted {
  /** Null when nothing changed since the answer with this ETag. */
  territory: Territory | null;
  etag: string | null;
}

/** @throws Refusal */
export async function countAreas(
  box: Box,
  etag: string | null,
  signal: AbortSignal,
): Promise<Counted> {
  const { data, error, response } = await api.GET("/v1/territory", {
    params: { query: { bbox: box.join(","), zoom: zoom_of_areas } },
    headers: etag ? { "If-None-Match": etag } : {},
    signal,
  });
  if (response.status === 304) return { territory: null, etag };
  if (!data) throw refusalOf(response, error);
  return { territory: data as Territory, etag: response.headers.get("ETag") };
}

/** The areas and a label for each. `tiles_max`: how many tiles an area has. */
export function areaFeatures(
  territory: Territory,
  me: string | null,
  tiles_max: number,
): { areas: FeatureCollection; labels: FeatureCollection } {
  const areas: FeatureCollection = { type: "FeatureCollection", features: [] };
  const labels: FeatureCollection = { type: "FeatureCollection", features: [] };
  for (const { geometry, properties } of territory.features) {
    if (!("area" in properties)) continue;
    const { tiles, strongest } = properties;
    const look = lookOf(strongest.user, me);
    areas.features.push({
      type: "Feature",
      properties: { look, density: densityOf(tiles, tiles_max) },
      geometry,
    });
    const ring = (geometry.coordinates[0] ?? []).slice(0, -1) as LonLat[];
    const [lat, lon] = middleOf(ring);
    labels.features.push({
      type: "Feature",
      properties: { text: count(tiles), tiles },
      geometry: { type: "Point", coordinates: [lon, lat] },
    });
  }
  return { areas, labels };
}

/** Opacity by how much of it is held. By the square root: most areas are held in small part. */
export function densityOf(tiles: number, tiles_max: number): number {
  return 0.2 + 0.75 * Math.sqrt(Math.min(1, tiles / tiles_max));
}
