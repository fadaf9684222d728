/**
 * Where the map begins: where the address says (`?at=45.81,15.98,14`), else where it was left, else
 * where an event is, else where ground is held, else the world.
 */
import { api, must } from "../api/client";
import type { Event, LatLon, Region } from "../api/types";
import { zoom_of_areas } from "./area_counts";
import { apiBox, countedBox, type Bounds } from "./view_box";

/** What is asked of the map here. */
interface Moving {
  isMoving(): boolean;
  on(kind: "resize" | "moveend", then: () => void): unknown;
}

export interface View {
  lat: number;
  lon: number;
  zoom: number;
}

const storage_key = "fief.view";
export const world: View = { lat: 25, lon: 10, zoom: 1.3 };

/** Reads `lat,lon[,zoom]`. Null for anything else. */
export function parseView(text: string | null): View | null {
  const numbers = (text ?? "").split(",").map((x) => (x.trim() === "" ? NaN : Number(x)));
  const [lat, lon, zoom = 14] = numbers;
  if (lat === undefined || lon === undefined || numbers.length > 3) return null;
  const fits = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 22; // NaN is never.
  return fits ? { lat, lon, zoom } : null;
}

export function formatView({ lat, lon, zoom }: View): string {
  return [lat.toFixed(5), lon.toFixed(5), zoom.toFixed(2)].join(",");
}

export function knownView(): View | null {
  const asked = parseView(new URLSearchParams(location.search).get("at"));
  if (asked) return asked;
  try {
    return parseView(localStorage.getItem(storage_key));
  } catch {
    return null; // Private windows may have no storage.
  }
}

/** Calls `then` after each move. A new size of the frame ends like a move, but is none. */
export function onMoved(map: Moving, then: () => void): void {
  let resizing = false;
  map.on("resize", () => (resizing = !map.isMoving()));
  map.on("moveend", () => {
    if (!resizing) then();
    resizing = false;
  });
}

export function rememberView(view: View): void {
  try {
    localStorage.setItem(storage_key, formatView(view));
  } catch {
    // Then it begins anew next time.
  }
}

const metres_per_degree = 111_320;

/** Points that bound an event's place; none for one that goes on everywhere. */
export function pointsOfEvent({ area, course, checkpoints }: Partial<Event>): LatLon[] {
  const points = [...(course ?? []), ...(checkpoints ?? [])] as LatLon[];
  if (!area) return points;
  const high = area.radius_m / metres_per_degree;
  const wide = high / Math.max(0.01, Math.cos((area.lat * Math.PI) / 180));
  return [...points, [area.lat - high, area.lon - wide], [area.lat + high, area.lon + wide]];
}

/**
 * Somewhere that is worth a look: an event, else the strongest ground. Empty when nothing has a
 * place. @throws Refusal
 */
export async function whereSomethingIsOn(limits: Bounds): Promise<LatLon[]> {
  for (const state of ["active", "scheduled", "settled"] as const) {
    const query = { state, limit: 50 };
    const { items } = await must(api.GET("/v1/events", { params: { query } }));
    for (const event of items) {
      const points = pointsOfEvent(event as Event);
      if (points.length > 0) return points;
    }
  }
  const { items } = await must(api.GET("/v1/regions"));
  const strongest = items.reduce<Region | null>((a, b) => (a && a.areas >= b.areas ? a : b), null);
  return strongest ? groundIn(strongest, limits) : [];
}

/** The corners of the area of a region that is held the most. */
async function groundIn({ lat, lon }: Region, limits: Bounds): Promise<LatLon[]> {
  const bbox = countedBox(apiBox([lon - 0.3, lat - 0.2, lon + 0.3, lat + 0.2]), limits).join(",");
  const query = { bbox, zoom: zoom_of_areas };
  const { features } = await must(api.GET("/v1/territory", { params: { query } }));
  let most = 0;
  let corners: LatLon[] = [[lat, lon]];
  for (const { geometry, properties } of features)
    if ("area" in properties && properties.tiles > most) {
      most = properties.tiles;
      corners = geometry.coordinates[0]!.map(([x, y]) => [y!, x!]);
    }
  return corners;
}
