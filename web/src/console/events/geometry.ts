/** The places of an event: its course, its checkpoints, its area. */
import type { LatLon } from "../../api/types";

export interface Area {
  center: LatLon;
  radius_m: number;
}

export interface Geometry {
  course: LatLon[];
  checkpoints: LatLon[];
  area: Area | null;
}

/** What a click on the map adds to. */
export type Mode = "course" | "checkpoints" | "area";
export type LineMode = "course" | "checkpoints";

export const points_max = { course: 5000, checkpoints: 200 } as const;
export const radius_m_min = 100;
export const radius_m_max = 50_000;

const earth_radius_m = 6_371_010; // As the server has it.
const degree = Math.PI / 180;

export const nowhere: Geometry = { course: [], checkpoints: [], area: null };

/** Along the ground, in metres. */
export function metresBetween([lat_a, lon_a]: LatLon, [lat_b, lon_b]: LatLon): number {
  const sin2 = (x: number) => Math.sin(x / 2) ** 2;
  const h =
    sin2((lat_b - lat_a) * degree) +
    Math.cos(lat_a * degree) * Math.cos(lat_b * degree) * sin2((lon_b - lon_a) * degree);
  return 2 * earth_radius_m * Math.asin(Math.min(1, Math.sqrt(h)));
}

export function lengthOf(line: readonly LatLon[]): number {
  return line.reduce((sum, at, i) => sum + (i > 0 ? metresBetween(line[i - 1]!, at) : 0), 0);
}

/** To a tenth of a metre: no finger is more exact. */
export function rounded([lat, lon]: LatLon): LatLon {
  const six = (x: number) => Math.round(x * 1e6) / 1e6;
  return [six(lat), six(lon)];
}

export function roundedRadius(metres: number): number {
  const step = metres < 1000 ? 10 : 50;
  return Math.min(radius_m_max, Math.max(radius_m_min, Math.round(metres / step) * step));
}

/** The place so far east of another. Where the handle of the radius is. */
export function eastOf([lat, lon]: LatLon, metres: number): LatLon {
  return around([lat, lon], metres, Math.PI / 2);
}

/** A circle on the ground as a closed ring. */
export function ringOf({ center, radius_m }: Area, corners = 72): LatLon[] {
  return Array.from({ length: corners + 1 }, (_, i) =>
    around(center, radius_m, ((i % corners) / corners) * 2 * Math.PI),
  );
}

function around([lat, lon]: LatLon, metres: number, bearing: number): LatLon {
  const far = metres / earth_radius_m;
  const from = lat * degree;
  const sin = Math.sin(from) * Math.cos(far) + Math.cos(from) * Math.sin(far) * Math.cos(bearing);
  const to = Math.asin(sin);
  const turned = Math.atan2(
    Math.sin(bearing) * Math.sin(far) * Math.cos(from),
    Math.cos(far) - Math.sin(from) * sin,
  );
  return [to / degree, lon + turned / degree];
}

export type Points = { points: LatLon[] } | { wrong: string };

/** Points as text: one `lat, lon` a line. */
export function pointsOf(text: string): Points {
  const points: LatLon[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [lat, lon, ...more] = line
      .trim()
      .split(/[\s,;]+/)
      .map(Number);
    const is_point = lat !== undefined && lon !== undefined && more.length === 0;
    if (!is_point || !(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180))
      return { wrong: `Line ${i + 1} is not a latitude and a longitude, like 45.8131, 15.9775.` };
    points.push([lat, lon]);
  }
  return { points };
}

export function textOf(points: readonly LatLon[]): string {
  return points.map(([lat, lon]) => `${lat}, ${lon}`).join("\n");
}

/** After a click at a place. A second click on the area moves its centre. */
export function withClick(geometry: Geometry, mode: Mode, at: LatLon): Geometry {
  const place = rounded(at);
  if (mode === "area") {
    const radius_m = geometry.area?.radius_m ?? 1000;
    return { ...geometry, area: { center: place, radius_m } };
  }
  const line = geometry[mode];
  return line.length >= points_max[mode] ? geometry : { ...geometry, [mode]: [...line, place] };
}

export function withMoved(geometry: Geometry, mode: LineMode, index: number, to: LatLon): Geometry {
  const line = geometry[mode].map((x, i) => (i === index ? rounded(to) : x));
  return { ...geometry, [mode]: line };
}

export function without(geometry: Geometry, mode: LineMode, index: number): Geometry {
  return { ...geometry, [mode]: geometry[mode].filter((_, i) => i !== index) };
}

/** What the rules ask of a race's distance: its course within a tenth. */
const tolerance = 0.1;

/** What is odd about a race's distance; null when nothing is. */
export function distanceDoubt(distance_m: number | null, { course, checkpoints }: Geometry) {
  if (distance_m === null) return null;
  if (course.length >= 2) {
    const length = lengthOf(course);
    if (Math.abs(length - distance_m) > tolerance * distance_m) return { kind: "course", length };
  }
  if (checkpoints.length >= 2) {
    const length = lengthOf(checkpoints);
    if (length > (1 + tolerance) * distance_m) return { kind: "checkpoints", length };
  }
  return null;
}

export function sameGeometry(a: Geometry, b: Geometry): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
