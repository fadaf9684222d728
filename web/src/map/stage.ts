/**
 * The one map of the page, and what panels may do with it: draw shapes above the territory, take
 * clicks, move the view. Panels come and go; the map stays.
 */
import { signal } from "@preact/signals";
import type { FeatureCollection } from "geojson";
import type {
  GeoJSONSource,
  LayerSpecification,
  Map as Maplibre,
  MapMouseEvent,
} from "maplibre-gl";
import type { Box, LatLon } from "../api/types";
import { paddingBeside, type Padding } from "./padding";

export interface Viewport {
  box: Box;
  zoom: number;
  center: LatLon;
}

/** Null until its style is there. Set by `map_view`. */
export const stage = signal<Maplibre | null>(null);
export const viewport = signal<Viewport | null>(null);

/**
 * From the bottom up: paper, basemap, areas and tiles with their borders, grid and graticule with
 * labels, then what panels show here, in the order in which they first did. What lies below is in
 * the style (`style.ts`) before `stage` is set, so that nothing of it comes on top later.
 */
export type LayerOf = PartOf<LayerSpecification>;
// Distributes over the kinds of layers: `Omit` of the union would keep only what all have.
type PartOf<L> = L extends unknown ? Omit<L, "id" | "source"> & { part: string } : never;

const shown = new Map<string, string[]>();

/**
 * Draws `data` under a name, above the territory; again under the same name replaces it. The
 * layers are those of the first call. Does nothing before the map is there: call it in an effect
 * that reads `stage`.
 */
export function showShapes(name: string, data: FeatureCollection, layers: LayerOf[]): void {
  const map = stage.value;
  if (!map) return;
  const source = map.getSource<GeoJSONSource>(name);
  if (source) {
    source.setData(data);
    return;
  }
  map.addSource(name, { type: "geojson", data });
  const ids: string[] = [];
  for (const { part, ...layer } of layers) {
    const id = `${name}-${part}`;
    map.addLayer({ ...layer, id, source: name } as LayerSpecification);
    ids.push(id);
  }
  shown.set(name, ids);
}

export function hideShapes(name: string): void {
  const map = stage.value;
  if (!map || !map.getSource(name)) return;
  for (const id of shown.get(name) ?? []) map.removeLayer(id);
  map.removeSource(name);
  shown.delete(name);
}

export type ClickTaker = (at: LatLon, event: MapMouseEvent) => void;

const takers: ClickTaker[] = [];
/** Whether somebody draws: then a click on a tile does not open it. */
export const clicksTaken = signal(false);

/** Clicks on the map go to the newest taker alone. Returns how to give them back. */
export function takeClicks(taker: ClickTaker): () => void {
  takers.push(taker);
  clicksTaken.value = true;
  return () => {
    const index = takers.indexOf(taker);
    if (index >= 0) takers.splice(index, 1);
    clicksTaken.value = takers.length > 0;
  };
}

/** For `map_view`: true if somebody took the click. */
export function deliverClick(event: MapMouseEvent): boolean {
  const taker = takers.at(-1);
  taker?.([event.lngLat.lat, event.lngLat.wrap().lng], event);
  return taker !== undefined;
}

/** Shows all of the points, beside the panel and the cards. */
export function fitPoints(points: readonly LatLon[], zoom_max = 16): void {
  const map = stage.value;
  const first = points[0];
  if (!map || !first) return;
  const box: Box = [first[1], first[0], first[1], first[0]];
  for (const [lat, lon] of points) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  map.fitBounds(box, { padding: paddingOf(map), maxZoom: zoom_max, duration: calm() ? 0 : 600 });
}

/** What fits beside the cards that lie on the map. */
function paddingOf(map: Maplibre): Padding {
  const cards = document.querySelector(".map-cards");
  return paddingBeside(
    map.getContainer().getBoundingClientRect(),
    cards && cards.getBoundingClientRect(),
  );
}

/** Whether the person asked for less motion. */
export function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
