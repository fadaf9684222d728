/** Lines of latitude and longitude at a step that suits the view. */
import type { FeatureCollection } from "geojson";
import type { Box } from "../api/types";

// Degrees that read well, in halves, fifths and tens.
const steps = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 45,
] as const;
const lines_wanted = 6;

/** The smallest step that has no more lines than wanted in so many degrees of longitude. */
export function stepOf(width_deg: number, wanted = lines_wanted): number {
  return steps.find((step) => width_deg / step <= wanted) ?? 45;
}

/** The multiples of `step` from `from` to `to`. */
export function multiples(from: number, to: number, step: number): number[] {
  const out: number[] = [];
  for (let k = Math.ceil(from / step); k * step <= to; ++k) out.push(Number((k * step).toFixed(6)));
  return out;
}

export interface Graticule {
  step: number;
  meridians: number[];
  parallels: number[];
}

const lat_max = 85;

/** Longitudes count on through several worlds, as MapLibre has them. */
export function graticuleOf([west, south, east, north]: Box, wanted = lines_wanted): Graticule {
  const step = stepOf(east - west, wanted);
  return {
    step,
    meridians: multiples(west, east, step),
    parallels: multiples(Math.max(south, -lat_max), Math.min(north, lat_max), step),
  };
}

/** The lines of a box and of as much again on each side, so that a pan does not uncover gaps. */
export function graticuleLines(box: Box, step: number): FeatureCollection {
  const [west, south, east, north] = box;
  const [dx, dy] = [east - west, north - south];
  const [w, e] = [west - dx, east + dx];
  const [s, n] = [Math.max(south - dy, -lat_max), Math.min(north + dy, lat_max)];
  const line = (coordinates: [number, number][]) => ({
    type: "Feature" as const,
    properties: {},
    geometry: { type: "LineString" as const, coordinates },
  });
  return {
    type: "FeatureCollection",
    features: [
      ...multiples(w, e, step).map((lon) => line([[lon, s], [lon, n]])), // prettier-ignore
      ...multiples(s, n, step).map((lat) => line([[w, lat], [e, lat]])), // prettier-ignore
    ],
  };
}

/** `45.82° N`, with the digits that the step has. */
export function latText(lat: number, step: number): string {
  return `${digits(Math.abs(lat), step)}°${lat > 0 ? " N" : lat < 0 ? " S" : ""}`;
}

export function lonText(lon: number, step: number): string {
  const turned = ((((lon + 180) % 360) + 360) % 360) - 180;
  const sign = turned === -180 || Math.abs(turned) < 1e-9 ? "" : turned > 0 ? " E" : " W";
  return `${digits(Math.abs(turned), step)}°${sign}`;
}

function digits(x: number, step: number): string {
  return x.toFixed(step >= 1 ? 0 : Math.ceil(-Math.log10(step) - 1e-9));
}
