/** Boxes of the map: `[west, south, east, north]`, west above east across longitude 180. */
import type { Box } from "../api/types";
import { areaOfBox, cellsIn, meanCellArea } from "./tile_geometry";

export function wrapLon(lon: number): number {
  const turned = ((((lon + 180) % 360) + 360) % 360) - 180;
  return turned === -180 && lon > 0 ? 180 : turned;
}

/** A box as MapLibre has it, which counts longitudes on through several worlds, as the API has it. */
export function apiBox([west, south, east, north]: Box): Box {
  const [bottom, top] = [Math.max(south, -90), Math.min(north, 90)];
  if (east - west >= 360) return [-180, bottom, 180, top];
  return [wrapLon(west), bottom, wrapLon(east), top];
}

function widthOf([west, , east]: Box): number {
  return west <= east ? east - west : east - west + 360;
}

/** The same middle, `factor` times as wide and as high. */
export function scaled(box: Box, factor: number): Box {
  if (factor === 1) return box; // Rounding would make it another one.
  const [west, south, , north] = box;
  const width = widthOf(box);
  const [x, y] = [west + width / 2, (south + north) / 2];
  const [dx, dy] = [(width * factor) / 2, ((north - south) * factor) / 2];
  return apiBox([x - dx, y - dy, x + dx, y + dy]);
}

export function contains(outer: Box, inner: Box): boolean {
  if (inner[1] < outer[1] || inner[3] > outer[3]) return false;
  const width = widthOf(outer);
  if (width >= 360) return true;
  const from_west = (((inner[0] - outer[0]) % 360) + 360) % 360;
  return from_west + widthOf(inner) <= width;
}

/** `lon` from -180 to 180. */
export function containsPoint(box: Box, lat: number, lon: number): boolean {
  const [west, south, east, north] = box;
  if (lat < south || lat > north) return false;
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
}

export interface Bounds {
  area_level: number;
  areas_max: number;
}

// A pan of less than a quarter of the screen needs nothing new.
const margins = [1.5, 1.25, 1];

/** The view grown by a margin, as far as the server allows; null when not even the view is. */
export function watchBox(view: Box, { area_level, areas_max }: Bounds): Box | null {
  for (const margin of margins) {
    const box = scaled(view, margin);
    if (cellsIn(box, area_level, areas_max)) return box;
  }
  return null;
}

/** The view, or of one that is too large the middle part that the server counts. */
export function countedBox(view: Box, { area_level, areas_max }: Bounds): Box {
  const most = 0.9 * areas_max * meanCellArea(area_level);
  const area = areaOfBox(view);
  let factor = area > most ? Math.sqrt(most / area) : 1;
  let box = factor < 1 ? scaled(view, factor) : view;
  while (!cellsIn(box, area_level, areas_max)) {
    factor *= 0.9;
    box = scaled(view, factor);
  }
  return box;
}
