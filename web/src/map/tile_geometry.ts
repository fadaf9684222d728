/** Tiles are S2 cells; their id on the wire is the cell's token. So are areas, some levels above. */
import type { Box, LatLon } from "../api/types";
import { cornersAt, neighboursOf, placeAt, placeOf, solidAngleOf, tokenOf } from "./s2_cell";
import type { LonLat, Place } from "./s2_cell";

const degree = 180 / Math.PI;
const earth_radius_m = 6_371_010;

/** The token of the tile at a place. `level` is `tile_level` of `/v1/server`. */
export function tileAt(lat: number, lon: number, level = 17): string {
  return tokenOf(placeAt(lat, lon, level));
}

/** Whether a text names a cell of this level, written as the server writes it. */
export function isTile(token: string, level: number): boolean {
  return !/0$/.test(token) && placeOf(token)?.level === level;
}

/** Its four corners, counter-clockwise. */
export function cornersOf(token: string): LatLon[] {
  return pointsOf(token).map(([lon, lat]) => [lat, lon]);
}

/** The corners as GeoJSON has them: longitude first, and the ring not closed. */
export function pointsOf(token: string): LonLat[] {
  return cornersAt(cellOf(token));
}

function cellOf(token: string): Place {
  const place = placeOf(token);
  if (!place) throw new Error(`"${token}" names no cell.`);
  return place;
}

/** A closed ring round it. */
export function ringOf(token: string): LonLat[] {
  const points = pointsOf(token);
  return [...points, points[0]!];
}

export function centreOf(token: string): LatLon {
  return middleOf(pointsOf(token));
}

/** The middle of four corners; a tile is small enough for that. */
export function middleOf(points: readonly LonLat[]): LatLon {
  const sum = points.reduce(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
  return [sum[1]! / points.length, sum[0]! / points.length];
}

/** In m². */
export function areaOf(token: string): number {
  return solidAngleOf(cellOf(token)) * earth_radius_m * earth_radius_m;
}

/**
 * The cells of a level that the server counts as touched by a box; null when there are more than
 * `max`. The server asks the same question of each: do the cell's bounds meet the box?
 */
export function cellsIn(box: Box, level: number, max: number): string[] | null {
  if (areaOfBox(box) / (largest_cell * meanCellArea(level)) > max) return null;
  const [west, south, east, north] = box;
  const middle = west <= east ? (west + east) / 2 : (west + east + 360) / 2;
  const first = placeAt((south + north) / 2, middle, level);
  const seen = new Map([[nameOf(first), first]]);
  const found: string[] = [];
  for (const place of seen.values()) {
    if (!meets(boundsOf(place), box)) continue;
    if (found.length === max) return null;
    found.push(tokenOf(place));
    for (const next of neighboursOf(place)) seen.set(nameOf(next), next);
  }
  return found;
}

function nameOf({ face, i, j }: Place): string {
  return `${face} ${i} ${j}`;
}

/** The box round a cell below the faces: its corners are its extremes. East may be beyond 180. */
export function boundsOf(place: Place): Box {
  const corners = cornersAt(place);
  const [lons, lats] = [corners.map((x) => x[0]), corners.map((x) => x[1])];
  const [south, north] = [Math.min(...lats) - margin, Math.max(...lats) + margin];
  if (south <= -90 || north >= 90) return [-180, south, 180, north]; // It has every longitude.
  return [Math.min(...lons) - margin, south, Math.max(...lons) + margin, north];
}

const margin = 2 * Number.EPSILON * degree; // As the server's library allows for rounding.

function meets(bounds: Box, box: Box): boolean {
  if (bounds[1] > box[3] || bounds[3] < box[1]) return false;
  const from = (a: number, b: number) => (((b - a) % 360) + 360) % 360;
  return from(box[0], bounds[0]) <= widthOf(box) || from(bounds[0], box[0]) <= widthOf(bounds);
}

function widthOf([west, , east]: Box): number {
  return west <= east ? east - west : east - west + 360;
}

const largest_cell = 1.4; // The largest cell of a level is less than this times the mean one.

export function meanCellArea(level: number): number {
  return (4 * Math.PI * earth_radius_m ** 2) / 6 / 4 ** level;
}

/** In m². */
export function areaOfBox(box: Box): number {
  const [, south, , north] = box;
  const width = widthOf(box) / degree;
  const height = Math.sin(north / degree) - Math.sin(south / degree);
  return width * height * earth_radius_m ** 2;
}
