/** A run's track on the map: coloured by pace, with what the rules noticed on it. */
import type { ExpressionSpecification, FilterSpecification } from "maplibre-gl";
import type { Track, TrackMark } from "../api/types";
import { hideShapes, showShapes } from "./stage";
import { paceBands, trackFeatures } from "./track_features";

export { pointsOfMark } from "./track_features";

// From blue to yellow, readable on paper and at night, also for those who tell red from green
// badly. The lightness grows with the time a kilometre takes; the vehicle stands out.
const band_colours = ["#d81b60", "#313695", "#2f6db3", "#3f9db5", "#7fb96a", "#e0a92e"] as const;
const mark_colours: Record<TrackMark["kind"], string> = {
  fast: "#d81b60",
  gap: "#6b6f76",
  parked: "#7a3fb5",
  acceleration: "#d35400",
  uniform_speed: "#8d6e00",
  cadence: "#00796b",
};

interface Legend {
  colour: string;
  text: string;
}

/** What the colours of the way mean, fastest first. */
export const paceLegend: readonly Legend[] = paceBands.map((band, i) => ({
  colour: band_colours[i]!,
  text: band.text,
}));

export function colourOfMark(kind: TrackMark["kind"]): string {
  return mark_colours[kind];
}

/** How a mark is drawn, for a legend: by shape, and not by colour alone. */
export function shapeOfMark(kind: TrackMark["kind"]): "band" | "dashes" | "ring" | "dot" {
  if (kind === "gap") return "dashes";
  if (kind === "parked") return "ring";
  return kind === "acceleration" ? "dot" : "band";
}

function isPart(part: string, ...kinds: TrackMark["kind"][]): FilterSpecification {
  const here: ExpressionSpecification = ["==", ["get", "part"], part];
  return kinds.length === 0 ? here : ["all", here, ["in", ["get", "kind"], ["literal", kinds]]];
}

const colour_of_band: ExpressionSpecification = [
  "at",
  ["get", "band"],
  ["literal", [...band_colours]],
];

const colour_of_kind = [
  "match",
  ["get", "kind"],
  ...Object.entries(mark_colours).flat(),
  "#6b6f76",
] as unknown as ExpressionSpecification;

const rounded = { "line-cap": "round", "line-join": "round" } as const;

/**
 * Draws a track under a name; again under the same name replaces it. Call it in an effect that
 * reads `stage`: before the map is there it does nothing.
 */
export function showTrack(name: string, track: Pick<Track, "points" | "marks">): void {
  showShapes(name, trackFeatures(track), [
    {
      part: "bands",
      type: "line",
      filter: isPart("mark-line", "fast", "uniform_speed", "cadence"),
      layout: rounded,
      paint: { "line-color": colour_of_kind, "line-width": 15, "line-opacity": 0.45 },
    },
    {
      part: "casing",
      type: "line",
      filter: isPart("way"),
      layout: rounded,
      paint: { "line-color": "#ffffff", "line-width": 7 },
    },
    {
      part: "way",
      type: "line",
      filter: isPart("way"),
      layout: rounded,
      paint: { "line-color": ["to-color", colour_of_band], "line-width": 4 },
    },
    {
      part: "gaps",
      type: "line",
      filter: ["any", isPart("bridge"), isPart("mark-line", "gap")] as FilterSpecification,
      paint: { "line-color": mark_colours.gap, "line-width": 3, "line-dasharray": [1.5, 1.5] },
    },
    {
      part: "rings",
      type: "circle",
      filter: isPart("mark-spot", "parked"),
      paint: {
        "circle-radius": 10,
        "circle-opacity": 0,
        "circle-stroke-color": mark_colours.parked,
        "circle-stroke-width": 3,
      },
    },
    {
      part: "dots",
      type: "circle",
      filter: isPart("mark-spot", "acceleration"),
      paint: {
        "circle-radius": 6,
        "circle-color": mark_colours.acceleration,
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    },
    {
      part: "start",
      type: "circle",
      filter: isPart("start"),
      paint: {
        "circle-radius": 6,
        "circle-color": "#ffffff",
        "circle-stroke-color": "#1c2226",
        "circle-stroke-width": 3,
      },
    },
    {
      part: "end",
      type: "circle",
      filter: isPart("end"),
      paint: {
        "circle-radius": 6,
        "circle-color": "#1c2226",
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 3,
      },
    },
  ]);
}

export function hideTrack(name: string): void {
  hideShapes(name);
}
