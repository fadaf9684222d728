import type { LatLon } from "../api/types";

const earth_radius_m = 6_371_010;
const degree = Math.PI / 180;

/** Points on a circle of `radius_m` round a place, closed, counter-clockwise. */
export function circleRing([lat, lon]: LatLon, radius_m: number, corners = 64): LatLon[] {
  const angle = radius_m / earth_radius_m;
  const [sin_lat, cos_lat] = [Math.sin(lat * degree), Math.cos(lat * degree)];
  const ring: LatLon[] = [];
  for (let k = 0; k < corners; ++k) {
    const bearing = (-2 * Math.PI * k) / corners;
    const sin_to = sin_lat * Math.cos(angle) + cos_lat * Math.sin(angle) * Math.cos(bearing);
    const east = Math.sin(bearing) * Math.sin(angle) * cos_lat;
    const north = Math.cos(angle) - sin_lat * sin_to;
    ring.push([Math.asin(sin_to) / degree, lon + Math.atan2(east, north) / degree]);
  }
  ring.push(ring[0]!);
  return ring;
}

/** Metres between two places. */
export function metresBetween(a: LatLon, b: LatLon): number {
  const lat = Math.sin(((a[0] - b[0]) * degree) / 2);
  const lon = Math.sin(((a[1] - b[1]) * degree) / 2);
  const x = lat * lat + Math.cos(a[0] * degree) * Math.cos(b[0] * degree) * lon * lon;
  return 2 * earth_radius_m * Math.asin(Math.min(1, Math.sqrt(x)));
}
