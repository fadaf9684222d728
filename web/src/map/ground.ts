/** Measures and shapes on the ground. Places are `[lat, lon]` in degrees. Pure. */
import type { Position } from "geojson";
import type { LatLon } from "../api/types";

const earth_radius_m = 6_371_010; // As the server has it.
const degree = Math.PI / 180;

/** The short way round, also over longitude 180. */
export function eastward(from: number, to: number): number {
  const turn = to - from;
  return turn - 360 * Math.round(turn / 360);
}

export function wrapped(lon: number): number {
  return lon - 360 * Math.round(lon / 360);
}

/** Metres between two places. */
export function metresBetween(a: LatLon, b: LatLon): number {
  const rise = Math.sin(((b[0] - a[0]) * degree) / 2);
  const turn = Math.sin(((b[1] - a[1]) * degree) / 2);
  const x = rise * rise + Math.cos(a[0] * degree) * Math.cos(b[0] * degree) * turn * turn;
  return 2 * earth_radius_m * Math.asin(Math.min(1, Math.sqrt(x)));
}

/** Metres along a line. */
export function lengthOf(line: readonly LatLon[]): number {
  return line.reduce((sum, at, i) => sum + (i > 0 ? metresBetween(line[i - 1]!, at) : 0), 0);
}

/** The place so many metres away; `bearing` in radians, clockwise from north. */
export function placeAt([lat, lon]: LatLon, metres: number, bearing: number): LatLon {
  const angle = metres / earth_radius_m;
  const [sin_lat, cos_lat] = [Math.sin(lat * degree), Math.cos(lat * degree)];
  const sin_to = sin_lat * Math.cos(angle) + cos_lat * Math.sin(angle) * Math.cos(bearing);
  const east = Math.sin(bearing) * Math.sin(angle) * cos_lat;
  const north = Math.cos(angle) - sin_lat * sin_to;
  return [Math.asin(sin_to) / degree, lon + Math.atan2(east, north) / degree];
}

/** Points on a circle of `radius_m` round a place, closed, counter-clockwise. */
export function circleRing(centre: LatLon, radius_m: number, corners = 64): LatLon[] {
  const ring = Array.from({ length: corners }, (_, k) =>
    placeAt(centre, radius_m, (-2 * Math.PI * k) / corners),
  );
  return [...ring, ring[0]!];
}

/**
 * As GeoJSON has places, with longitudes that go on beyond 180: a line that jumped to -180 would be
 * drawn round the world.
 */
export function continuous(line: readonly LatLon[]): Position[] {
  let before: number | undefined;
  return line.map(([lat, lon]) => {
    before = before === undefined ? lon : before + eastward(before, lon);
    return [before, lat];
  });
}
