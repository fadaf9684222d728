/** Where events are, as shapes: areas, courses, checkpoints with their numbers, labels. */
import type { Feature, FeatureCollection, Position } from "geojson";
import type { Box, Event, LatLon } from "../api/types";
import { circleRing, continuous } from "../map/ground";
import { stateAt } from "./event_words";

export type PlacedEvent = Pick<
  Event,
  "id" | "name" | "starts_at" | "cut_at" | "settle_at" | "state"
> &
  Partial<Pick<Event, "course" | "checkpoints" | "area">>;

/** Where the label stands: at the start, or in the middle of the area; null: it has no place. */
export function placeOf(event: PlacedEvent): LatLon | null {
  const at = event.checkpoints?.[0] ?? event.course?.[0];
  if (at) return pair(at);
  return event.area ? [event.area.lat, event.area.lon] : null;
}

/** All that has to be in view when somebody opens the event. */
export function pointsOf(event: PlacedEvent): LatLon[] {
  const area = event.area && circleRing([event.area.lat, event.area.lon], event.area.radius_m, 16);
  return [
    ...(event.course ?? []).map(pair),
    ...(event.checkpoints ?? []).map(pair),
    ...(area ?? []),
  ];
}

/** Whether a box shows any of it, by the box round it. */
export function isInView(event: PlacedEvent, [west, south, east, north]: Box): boolean {
  const points = pointsOf(event);
  if (points.length === 0) return false;
  const lats = points.map((x) => x[0]);
  if (Math.max(...lats) < south || Math.min(...lats) > north) return false;
  // The map may have gone round the world, so longitudes are looked at from its west edge on.
  const lons = points.map((x) => x[1]);
  const [first, last] = [Math.min(...lons), Math.max(...lons)];
  if (east - west >= 360) return true;
  const from = modulo(first - west, 360);
  return from <= modulo(east - west, 360) || from + (last - first) >= 360;
}

/** One collection for all: `kind` is area, course or checkpoint; `state` as it is now. */
export function shapesOf(
  events: readonly PlacedEvent[],
  open: string | null,
  now_ms: number,
): FeatureCollection {
  const features: Feature[] = [];
  for (const event of events) {
    const common = { event: event.id, state: stateAt(event, now_ms), open: event.id === open };
    const add = (kind: string, geometry: Feature["geometry"], more = {}) =>
      features.push({ type: "Feature", geometry, properties: { ...common, kind, ...more } });
    if (event.area) {
      const ring = circleRing([event.area.lat, event.area.lon], event.area.radius_m);
      add("area", { type: "Polygon", coordinates: [ring.map(position)] });
    }
    if (event.course)
      add("course", {
        type: "LineString",
        coordinates: continuous(event.course.map(pair)),
      });
    for (const { at, numbers } of checkpointsByPlace(event.checkpoints ?? []))
      add("checkpoint", { type: "Point", coordinates: position(at) }, { numbers });
  }
  return { type: "FeatureCollection", features };
}

/** A lap ends where it starts: such a place has both numbers, `1·5`. */
export function checkpointsByPlace(
  checkpoints: readonly (readonly number[])[],
): { at: LatLon; numbers: string }[] {
  const places = new Map<string, { at: LatLon; numbers: string }>();
  checkpoints.forEach((point, i) => {
    const at = pair(point);
    const key = at.map((x) => x.toFixed(5)).join();
    const place = places.get(key);
    if (place) place.numbers += `·${i + 1}`;
    else places.set(key, { at, numbers: `${i + 1}` });
  });
  return [...places.values()];
}

export interface LabelGroup<T> {
  at: LatLon;
  events: T[];
}

/**
 * Labels that would lie over each other stand in one list. `pixel` is where a place is on the
 * screen; the first event of a group decides where it stands.
 */
export function groupLabels<T extends PlacedEvent>(
  events: readonly T[],
  pixel: (at: LatLon) => readonly [x: number, y: number],
  size: readonly [width: number, height: number] = [200, 44],
): LabelGroup<T>[] {
  const groups: (LabelGroup<T> & { x: number; y: number })[] = [];
  for (const event of events) {
    const at = placeOf(event);
    if (!at) continue;
    const [x, y] = pixel(at);
    const group = groups.find((g) => Math.abs(g.x - x) < size[0] && Math.abs(g.y - y) < size[1]);
    if (group) group.events.push(event);
    else groups.push({ at, events: [event], x, y });
  }
  return groups.map(({ at, events: of }) => ({ at, events: of }));
}

const edge_px = 6; // Between a label and the edge of the map.

/**
 * How far to push a label sideways, so that all of it is in view: by at most half of its width, for
 * it still stands over its place. `x` is where its middle would be.
 */
export function pushIntoView(x: number, width: number, view_width: number): number {
  const half = width / 2;
  const [first, last] = [half + edge_px, view_width - half - edge_px];
  const to = last < first ? x : Math.min(Math.max(x, first), last);
  return Math.min(half, Math.max(-half, to - x));
}

function pair(point: readonly number[]): LatLon {
  return [point[0] ?? 0, point[1] ?? 0];
}

function position([lat, lon]: LatLon): Position {
  return [lon, lat];
}

function modulo(x: number, by: number): number {
  return ((x % by) + by) % by;
}
