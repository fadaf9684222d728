/** Tiles are S2 cells; their id on the wire is the cell's token. So are areas, some levels above. */
import { r1, s1, s2 } from "s2js";
import type { Box, LatLon } from "../api/types";
import { cornersAt, placeOf, type LonLat } from "./s2_cell";

const degree = 180 / Math.PI;
const earth_radius_m = 6_371_010;

/** The token of the tile at a place. `level` is `tile_level` of `/v1/server`. */
export function tileAt(lat: number, lon: number, level = 17): string {
  const leaf = s2.cellid.fromLatLng(s2.LatLng.fromDegrees(lat, lon));
  return s2.cellid.toToken(s2.cellid.parent(leaf, level));
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
  const place = placeOf(token);
  if (!place) throw new Error(`"${token}" names no cell.`);
  return cornersAt(place);
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

export function areaOf(token: string): number {
  const cell = s2.Cell.fromCellID(s2.cellid.fromToken(token));
  return cell.approxArea() * earth_radius_m * earth_radius_m;
}

/**
 * The cells of a level that the server counts as touched by a box; null when there are more than
 * `max`. The server asks the same question of each: do the cell's bounds meet the box?
 */
export function cellsIn(box: Box, level: number, max: number): string[] | null {
  if (areaOfBox(box) / (largest_cell * meanCellArea(level)) > max) return null;
  const rect = rectOf(box);
  const { lat, lng } = rect.center();
  const seen = new Set([s2.cellid.parent(s2.cellid.fromLatLng(new s2.LatLng(lat, lng)), level)]);
  const found: string[] = [];
  for (const id of seen) {
    if (!rect.intersects(s2.Cell.fromCellID(id).rectBound())) continue;
    if (found.length === max) return null;
    found.push(s2.cellid.toToken(id));
    for (const next of s2.cellid.edgeNeighbors(id)) seen.add(next);
  }
  return found;
}

const largest_cell = 1.4; // The largest cell of a level is less than this times the mean one.

export function meanCellArea(level: number): number {
  return (4 * Math.PI * earth_radius_m ** 2) / 6 / 4 ** level;
}

/** In m². */
export function areaOfBox([west, south, east, north]: Box): number {
  const width = (west <= east ? east - west : east - west + 360) / degree;
  const height = Math.sin(north / degree) - Math.sin(south / degree);
  return width * height * earth_radius_m ** 2;
}

function rectOf([west, south, east, north]: Box): s2.Rect {
  return new s2.Rect(
    new r1.Interval(south / degree, north / degree),
    s1.Interval.fromEndpoints(west / degree, east / degree),
  );
}
