/** Tiles are S2 cells; their id on the wire is the cell's token. */
import { s2 } from "s2js";
import type { LatLon } from "../api/types";

const degree = 180 / Math.PI;

/** The token of the tile at a place. `level` is `tile_level` of `/v1/server`. */
export function tileAt(lat: number, lon: number, level = 17): string {
  const leaf = s2.cellid.fromLatLng(s2.LatLng.fromDegrees(lat, lon));
  return s2.cellid.toToken(s2.cellid.parent(leaf, level));
}

/** Its four corners, counter-clockwise. */
export function cornersOf(token: string): LatLon[] {
  const cell = s2.Cell.fromCellID(s2.cellid.fromToken(token));
  return [0, 1, 2, 3].map((k) => {
    const at = s2.LatLng.fromPoint(cell.vertex(k));
    return [at.lat * degree, at.lng * degree];
  });
}
