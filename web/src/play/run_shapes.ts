/** What of a simulated run is on the map: the route as it is drawn, and the run as it goes on. */
import type { Feature, FeatureCollection, Position } from "geojson";
import type { LatLon } from "../api/types";
import { hideShapes, showShapes } from "../map/stage";
import { cornersOf } from "../map/tile_geometry";
import type { Recording } from "./simulator/recording";

const ink = "#b3430f";
const paper = "#ffffff";

function place([lat, lon]: LatLon): Position {
  return [lon, lat];
}

function collection(features: Feature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}

function line(part: string, coordinates: Position[]): Feature[] {
  if (coordinates.length < 2) return [];
  const geometry = { type: "LineString" as const, coordinates };
  return [{ type: "Feature", properties: { part }, geometry }];
}

function spot(part: string, coordinates: Position | undefined): Feature[] {
  if (!coordinates) return [];
  return [{ type: "Feature", properties: { part }, geometry: { type: "Point", coordinates } }];
}

export function draftFeatures(route: readonly LatLon[]): FeatureCollection {
  const at = route.map(place);
  return collection([
    ...line("line", at),
    ...at.slice(1).flatMap((x) => spot("corner", x)),
    ...spot("start", at[0]),
  ]);
}

/** The route that is being drawn. */
export function showDraft(route: readonly LatLon[]): void {
  showShapes("simulator-draft", draftFeatures(route), [
    {
      part: "line",
      type: "line",
      filter: ["==", ["get", "part"], "line"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": ink, "line-width": 3, "line-dasharray": [2, 1.5] },
    },
    {
      part: "corners",
      type: "circle",
      filter: ["==", ["get", "part"], "corner"],
      paint: {
        "circle-radius": 4,
        "circle-color": ink,
        "circle-stroke-color": paper,
        "circle-stroke-width": 1.5,
      },
    },
    {
      part: "start",
      type: "circle",
      filter: ["==", ["get", "part"], "start"],
      paint: {
        "circle-radius": 7,
        "circle-color": paper,
        "circle-stroke-color": ink,
        "circle-stroke-width": 3,
      },
    },
  ]);
}

export function hideDraft(): void {
  hideShapes("simulator-draft");
}

/** Where a point would be added from the keyboard. */
export function showCentre(at: LatLon): void {
  showShapes("simulator-centre", collection(spot("centre", place(at))), [
    {
      part: "centre",
      type: "circle",
      paint: {
        "circle-radius": 10,
        "circle-opacity": 0,
        "circle-stroke-color": ink,
        "circle-stroke-width": 3,
      },
    },
  ]);
}

export function hideCentre(): void {
  hideShapes("simulator-centre");
}

export function tileFeatures(tokens: readonly string[]): FeatureCollection {
  return collection(
    tokens.map((token) => {
      const corners = cornersOf(token).map(place);
      const ring = [...corners, corners[0]!];
      return {
        type: "Feature",
        properties: { token },
        geometry: { type: "Polygon", coordinates: [ring] },
      };
    }),
  );
}

/** Tiles that the server says are passed so far; nobody else sees them yet. */
export function showProvisional(tokens: readonly string[]): void {
  showShapes("simulator-tiles", tileFeatures(tokens), [
    { part: "fill", type: "fill", paint: { "fill-color": ink, "fill-opacity": 0.16 } },
    {
      part: "edge",
      type: "line",
      paint: { "line-color": ink, "line-width": 1.5, "line-dasharray": [2, 2] },
    },
  ]);
}

/** The route ahead, what the phone has made, and of that what the server has. */
export function progressFeatures(
  route: readonly LatLon[],
  { fixes }: Pick<Recording, "fixes">,
  made: number,
  acked: number,
): FeatureCollection {
  const at: Position[] = fixes.slice(0, made).map(([, lat, lon]) => [lon, lat]);
  return collection([
    ...line("ahead", route.map(place)),
    ...line("made", at),
    ...line("acked", at.slice(0, acked)),
    ...spot("runner", at.at(-1)),
  ]);
}

export function showProgress(data: FeatureCollection): void {
  const rounded = { "line-cap": "round", "line-join": "round" } as const;
  showShapes("simulator-run", data, [
    {
      part: "ahead",
      type: "line",
      filter: ["==", ["get", "part"], "ahead"],
      paint: { "line-color": "#6b6f76", "line-width": 2, "line-dasharray": [1, 2] },
    },
    {
      part: "made",
      type: "line",
      filter: ["==", ["get", "part"], "made"],
      paint: { "line-color": ink, "line-width": 3, "line-dasharray": [1, 1] },
    },
    {
      part: "acked",
      type: "line",
      filter: ["==", ["get", "part"], "acked"],
      layout: rounded,
      paint: { "line-color": ink, "line-width": 5 },
    },
    {
      part: "runner",
      type: "circle",
      filter: ["==", ["get", "part"], "runner"],
      paint: {
        "circle-radius": 8,
        "circle-color": ink,
        "circle-stroke-color": paper,
        "circle-stroke-width": 3,
      },
    },
  ]);
}

export function hideRun(): void {
  hideShapes("simulator-run");
  hideShapes("simulator-tiles");
}
