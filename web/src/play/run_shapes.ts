/** What of a simulated run is on the map: the route as it is drawn, and the run as it goes on. */
import type { Feature, FeatureCollection, Position } from "geojson";
import type { LatLon } from "../api/types";
import { continuous } from "../map/ground";
import { hideShapes, showShapes } from "../map/stage";
import { cornersOf } from "../map/tile_geometry";
import type { Recording } from "./simulator/recording";

// Dark on a light edge stands out from every owner's colour, by day and by night.
const ink = "#14181b";
const paper = "#ffffff";
const own = "#e8590c"; // The colour of one's own ground, which the tiles are to become.

const rounded = { "line-cap": "round", "line-join": "round" } as const;

function edge(part: string, of: string[], width: number): Layer {
  return {
    part,
    type: "line",
    filter: ["in", ["get", "part"], ["literal", of]],
    layout: rounded,
    paint: { "line-color": paper, "line-width": width },
  };
}

type Layer = Parameters<typeof showShapes>[2][number];

function place([lat, lon]: LatLon): Position {
  return [lon, lat];
}

function collection(features: Feature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}

function line(part: string, places: readonly LatLon[]): Feature[] {
  if (places.length < 2) return [];
  const geometry = { type: "LineString" as const, coordinates: continuous(places) };
  return [{ type: "Feature", properties: { part }, geometry }];
}

function spot(part: string, coordinates: Position | undefined): Feature[] {
  if (!coordinates) return [];
  return [{ type: "Feature", properties: { part }, geometry: { type: "Point", coordinates } }];
}

export function draftFeatures(route: readonly LatLon[]): FeatureCollection {
  const at = route.map(place);
  return collection([
    ...line("line", route),
    ...at.slice(1).flatMap((x) => spot("corner", x)),
    ...spot("start", at[0]),
  ]);
}

/** The route that is being drawn. */
export function showDraft(route: readonly LatLon[]): void {
  showShapes("simulator-draft", draftFeatures(route), [
    edge("edge", ["line"], 6),
    {
      part: "line",
      type: "line",
      filter: ["==", ["get", "part"], "line"],
      paint: { "line-color": ink, "line-width": 3, "line-dasharray": [2, 1] },
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

const edgeOfTiles: Layer = {
  part: "edge",
  type: "line",
  paint: { "line-color": ink, "line-width": 1.5, "line-dasharray": [2, 2] },
};

/** Tiles that the server says are passed so far; nobody else sees them yet. */
export function showProvisional(tokens: readonly string[]): void {
  showShapes("simulator-tiles", tileFeatures(tokens), [
    { part: "fill", type: "fill", paint: { "fill-color": own, "fill-opacity": 0.45 } },
    edgeOfTiles,
  ]);
}

/** The route ahead, what the phone has made, and of that what the server has. */
export function progressFeatures(
  route: readonly LatLon[],
  { fixes }: Pick<Recording, "fixes">,
  made: number,
  acked: number,
): FeatureCollection {
  const at = fixes.slice(0, made).map(([, lat, lon]): LatLon => [lat, lon]);
  return collection([
    ...line("ahead", route),
    ...line("made", at),
    ...line("acked", at.slice(0, acked)),
    ...at.slice(-1).flatMap((x) => spot("runner", place(x))),
  ]);
}

export function showProgress(data: FeatureCollection): void {
  showShapes("simulator-run", data, [
    edge("edge-ahead", ["ahead"], 4),
    {
      part: "ahead",
      type: "line",
      filter: ["==", ["get", "part"], "ahead"],
      paint: { "line-color": ink, "line-width": 2, "line-dasharray": [1, 2] },
    },
    edge("edge-made", ["made"], 7),
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
      paint: { "line-color": ink, "line-width": 4 },
    },
    {
      part: "runner",
      type: "circle",
      filter: ["==", ["get", "part"], "runner"],
      paint: {
        "circle-radius": 8,
        "circle-color": paper,
        "circle-stroke-color": ink,
        "circle-stroke-width": 4,
      },
    },
  ]);
}

export function hideRun(): void {
  hideShapes("simulator-run");
  hideShapes("simulator-tiles");
}
