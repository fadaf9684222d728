/**
 * What of a track is drawn: its way coloured by pace, gaps, ends, and the parts that the rules
 * noticed. Pure; `track_shapes` puts it on the map.
 */
import type { Feature, FeatureCollection, Position } from "geojson";
import type { LatLon, Track, TrackMark } from "../api/types";
import { continuous } from "./ground";

/** Paces, fastest first; a pace belongs to the first band that it is below. */
export const paceBands = [
  { below_ms: 143_000, text: "faster than 2:23 min/km (a vehicle)" },
  { below_ms: 240_000, text: "below 4:00 min/km" },
  { below_ms: 300_000, text: "4:00 to 5:00 min/km" },
  { below_ms: 360_000, text: "5:00 to 6:00 min/km" },
  { below_ms: 480_000, text: "6:00 to 8:00 min/km" },
  { below_ms: Infinity, text: "slower than 8:00 min/km" },
] as const;

const around_ms = 8000; // Positions a second apart lie too close together to tell a speed.

/** The band of each segment that leads to a point; -1 where there is none to ride on. */
export function bandsOf(points: Track["points"]): number[] {
  const bands: number[] = new Array<number>(points.length).fill(-1);
  let low = 0;
  let high = 0;
  let metres = 0; // Of the segments low + 1 ... high.
  let time_ms = 0;
  const length = (i: number) => ((points[i]![0] - points[i - 1]![0]) / 1000) * (points[i]![3] ?? 0);
  const isRidden = (i: number) => points[i] !== undefined && points[i]![4] === "joined";
  for (let i = 1; i < points.length; ++i) {
    if (!isRidden(i)) continue;
    if (!isRidden(i - 1) || high < i) {
      low = high = i - 1;
      metres = time_ms = 0;
    }
    const middle = (points[i - 1]![0] + points[i]![0]) / 2;
    while (isRidden(high + 1) && (high < i || points[high + 1]![0] <= middle + around_ms)) {
      high += 1;
      metres += length(high);
      time_ms += points[high]![0] - points[high - 1]![0];
    }
    while (low + 1 < i && points[low]![0] < middle - around_ms) {
      low += 1;
      metres -= length(low);
      time_ms -= points[low]![0] - points[low - 1]![0];
    }
    bands[i] = bandOf(metres > 0 ? (time_ms / metres) * 1000 : Infinity);
  }
  return bands;
}

function bandOf(ms_per_km: number): number {
  const found = paceBands.findIndex((band) => ms_per_km < band.below_ms);
  return found < 0 ? paceBands.length - 1 : found;
}

/** `part` of the properties says what a feature is; see `track_shapes` for how each is drawn. */
export function trackFeatures(track: Pick<Track, "points" | "marks">): FeatureCollection {
  const { points, marks } = track;
  const at = continuous(points.map(([, lat, lon]) => [lat, lon]));
  const features: Feature[] = [...way(points, at)];
  for (const [index, mark] of marks.entries()) features.push(...noticed(mark, index, at));
  if (at.length > 0) {
    features.push(spot("start", at[0]!), spot("end", at.at(-1)!));
  }
  return { type: "FeatureCollection", features };
}

/** One line for each stretch of the same band, so that a long track has few features. */
function way(points: Track["points"], at: Position[]): Feature[] {
  const bands = bandsOf(points);
  const features: Feature[] = [];
  for (let i = 1; i < points.length;) {
    const how = points[i]![4];
    const first = i - 1;
    const same = (k: number) => points[k]![4] === how && bands[k] === bands[i];
    let last = i;
    while (last + 1 < points.length && same(last + 1)) last += 1;
    if (how === "joined")
      features.push(line("way", at.slice(first, last + 1), { band: bands[i]! }));
    else if (how === "bridge") features.push(line("bridge", at.slice(first, last + 1)));
    i = last + 1;
  }
  return features;
}

function noticed(mark: TrackMark, index: number, at: Position[]): Feature[] {
  const part = at.slice(mark.first, mark.last + 1);
  if (part.length === 0) return [];
  const properties = { kind: mark.kind, mark: index };
  if (mark.kind === "parked" || mark.kind === "acceleration")
    return [spot("mark-spot", middleOf(part), properties)];
  return [line("mark-line", part, properties)];
}

function middleOf(part: Position[]): Position {
  return part[Math.floor(part.length / 2)]!;
}

function line(part: string, coordinates: Position[], more: object = {}): Feature {
  const whole = coordinates.length > 1 ? coordinates : [...coordinates, ...coordinates];
  return {
    type: "Feature",
    properties: { part, ...more },
    geometry: { type: "LineString", coordinates: whole },
  };
}

function spot(part: string, coordinates: Position, more: object = {}): Feature {
  return {
    type: "Feature",
    properties: { part, ...more },
    geometry: { type: "Point", coordinates },
  };
}

/** Where a mark is, to bring it into view with `fitPoints`. */
export function pointsOfMark(track: Pick<Track, "points">, mark: TrackMark): LatLon[] {
  return track.points.slice(mark.first, mark.last + 1).map(([, lat, lon]) => [lat, lon]);
}
