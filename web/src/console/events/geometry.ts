/** The places of an event: its course, its checkpoints, its area. */
import type { LatLon } from "../../api/types";
import { lengthOf } from "../../map/ground";

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

export const nowhere: Geometry = { course: [], checkpoints: [], area: null };

/** To a tenth of a metre: no finger is more exact. */
export function rounded([lat, lon]: LatLon): LatLon {
  const six = (x: number) => Math.round(x * 1e6) / 1e6;
  return [six(lat), six(lon)];
}

export function roundedRadius(metres: number): number {
  const step = metres < 1000 ? 10 : 50;
  return Math.min(radius_m_max, Math.max(radius_m_min, Math.round(metres / step) * step));
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
