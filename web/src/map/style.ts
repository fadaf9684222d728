/**
 * The whole style, from the bottom up: paper, the operator's basemap, the territory, the graticule.
 * What panels draw (`showShapes`) comes above all of it. Nothing is fetched for it: without
 * `glyphs` MapLibre draws text with the fonts that are here.
 */
import type {
  ExpressionSpecification,
  LayerSpecification,
  Map as Maplibre,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { fills, type Palette } from "./owner_colours";

/** Layers of the basemap go below the first of ours. */
export const first_own_layer = "area-fill";

const empty: SourceSpecification = {
  type: "geojson",
  data: { type: "FeatureCollection", features: [] },
};
// Cells have four straight edges: nothing is gained by simplifying them, and gaps would show.
const cells: SourceSpecification = { ...empty, promoteId: "id", tolerance: 0, buffer: 4 };

export const sources = {
  areas: { ...empty, tolerance: 0 },
  "area-labels": empty,
  counted: { ...empty, tolerance: 0 },
  tiles: cells,
  borders: cells,
  pulse: { ...empty, tolerance: 0 },
  grid: { ...empty, tolerance: 0 },
  graticule: { ...empty, tolerance: 0 },
  regions: empty,
} satisfies Record<string, SourceSpecification>;

export type OwnSource = keyof typeof sources;

const look: ExpressionSpecification = [
  "coalesce",
  ["feature-state", "look"],
  ["get", "look"],
] as never;

export function layersOf(palette: Palette): LayerSpecification[] {
  const { paper, ink, mine } = palette;
  const fill = (of: ExpressionSpecification) =>
    ["match", of, ...fills(palette), "rgba(0,0,0,0)"] as never;
  return [
    { id: "paper", type: "background", paint: { "background-color": paper } },
    {
      id: "area-fill",
      type: "fill",
      source: "areas",
      paint: { "fill-color": fill(["get", "look"]), "fill-opacity": ["get", "density"] },
    },
    {
      id: "area-line",
      type: "line",
      source: "areas",
      paint: { "line-color": paper, "line-width": 1 },
    },
    {
      id: "tile-fill",
      type: "fill",
      source: "tiles",
      paint: {
        "fill-color": fill(look),
        "fill-antialias": false, // It would draw a seam round every tile.
        "fill-opacity": 1,
        "fill-opacity-transition": { duration: 400 },
      },
    },
    {
      id: "tile-line",
      type: "line",
      source: "tiles",
      minzoom: 15.5,
      paint: {
        "line-color": paper,
        "line-width": 0.75,
        // A free tile may still be in the source.
        "line-opacity": ["case", ["<", look, 0], 0, 0.35] as never,
      },
    },
    {
      id: "border-other",
      type: "line",
      source: "borders",
      filter: ["==", ["get", "side"], "other"],
      paint: {
        "line-color": ink,
        "line-opacity": 0.75,
        "line-width": ["interpolate", ["linear"], ["zoom"], 12, 0.4, 15, 1.2, 18, 2],
      },
    },
    {
      id: "border-mine-halo",
      type: "line",
      source: "borders",
      filter: ["==", ["get", "side"], "mine"],
      layout: { "line-cap": "round" },
      paint: {
        "line-color": ink,
        "line-width": ["interpolate", ["linear"], ["zoom"], 12, 2, 15, 4.5, 18, 7],
      },
    },
    {
      id: "border-mine",
      type: "line",
      source: "borders",
      filter: ["==", ["get", "side"], "mine"],
      layout: { "line-cap": "round" },
      paint: {
        "line-color": mine,
        "line-width": ["interpolate", ["linear"], ["zoom"], 12, 1, 15, 2.5, 18, 4],
      },
    },
    {
      id: "pulse",
      type: "fill",
      source: "pulse",
      paint: { "fill-color": ink, "fill-opacity": 0 },
    },
    {
      id: "grid",
      type: "line",
      source: "grid",
      paint: { "line-color": ink, "line-width": 0.5, "line-opacity": 0.12 },
    },
    {
      id: "graticule",
      type: "line",
      source: "graticule",
      paint: { "line-color": ink, "line-width": 0.6, "line-opacity": 0.22 },
    },
    {
      id: "counted",
      type: "line",
      source: "counted",
      paint: { "line-color": ink, "line-width": 1.5, "line-dasharray": [4, 3] },
    },
    {
      id: "region-dot",
      type: "circle",
      source: "regions",
      paint: {
        "circle-color": ink,
        "circle-opacity": 0.8,
        "circle-radius": ["interpolate", ["linear"], ["get", "share"], 0, 5, 1, 10],
        "circle-stroke-color": paper,
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "area-label",
      type: "symbol",
      source: "area-labels",
      layout: {
        "text-field": ["get", "text"],
        "text-font": ["sans-serif"],
        "text-size": 13,
        "text-padding": 2,
        "symbol-sort-key": ["-", ["get", "tiles"]],
      },
      paint: { "text-color": ink, "text-halo-color": paper, "text-halo-width": 1.6 },
    },
  ];
}

export function quietStyle(palette: Palette): StyleSpecification {
  return { version: 8, sources, layers: layersOf(palette) };
}

/** Gives our layers the colours of another theme; everything that is drawn stays. */
export function restyle(map: Maplibre, palette: Palette): void {
  for (const layer of layersOf(palette))
    for (const [name, value] of Object.entries(layer.paint ?? {}))
      if (/color/.test(name)) map.setPaintProperty(layer.id, name as never, value as never);
}
