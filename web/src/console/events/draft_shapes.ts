/** The draft of an event on the map: drawn, and its points dragged. */
import type { Feature, FeatureCollection } from "geojson";
import type { Map as Maplibre, MapLayerMouseEvent, MapLayerTouchEvent, Point } from "maplibre-gl";
import type { LatLon } from "../../api/types";
import { circleRing, continuous, placeAt } from "../../map/ground";
import { hideShapes, showShapes } from "../../map/stage";
import type { Geometry, LineMode, Mode } from "./geometry";

/** What can be taken hold of on the map. */
export type Grip = { part: LineMode; index: number } | { part: "center" | "radius"; index: 0 };

const name = "event-draft";
const grips_layer = `${name}-grips`;
const course_colour = "#17604f";
const checkpoint_colour = "#b3261e";
const area_colour = "#5b3fb5";

const lonLat = ([lat, lon]: LatLon) => [lon, lat];

function grip(part: Grip["part"], index: number, at: LatLon, selected: boolean): Feature {
  return {
    type: "Feature",
    properties: { part, index, selected },
    geometry: { type: "Point", coordinates: lonLat(at) },
  };
}

function line(part: string, points: readonly LatLon[]): Feature {
  return {
    type: "Feature",
    properties: { part },
    geometry: { type: "LineString", coordinates: continuous(points) },
  };
}

export function draftFeatures(geometry: Geometry, selected: Grip | null): FeatureCollection {
  const { course, checkpoints, area } = geometry;
  const is = (part: string, index: number) => selected?.part === part && selected.index === index;
  const features: Feature[] = [];
  if (area) {
    const ring = [circleRing(area.center, area.radius_m, 72).map(lonLat)];
    features.push(
      {
        type: "Feature",
        properties: { part: "area" },
        geometry: { type: "Polygon", coordinates: ring },
      },
      grip("center", 0, area.center, false),
      grip("radius", 0, placeAt(area.center, area.radius_m, Math.PI / 2), false),
    );
  }
  if (course.length > 1) features.push(line("line", course));
  features.push(
    ...course.map((at, i) => grip("course", i, at, is("course", i))),
    ...checkpoints.map((at, i) => grip("checkpoints", i, at, is("checkpoints", i))),
  );
  return { type: "FeatureCollection", features };
}

export function showDraft(geometry: Geometry, selected: Grip | null): void {
  showShapes(name, draftFeatures(geometry, selected), [
    {
      part: "area",
      type: "fill",
      filter: ["==", ["get", "part"], "area"],
      paint: { "fill-color": area_colour, "fill-opacity": 0.1 },
    },
    {
      part: "rim",
      type: "line",
      filter: ["==", ["get", "part"], "area"],
      paint: { "line-color": area_colour, "line-width": 2, "line-dasharray": [3, 2] },
    },
    {
      part: "casing",
      type: "line",
      filter: ["==", ["get", "part"], "line"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": "#ffffff", "line-width": 8 },
    },
    {
      part: "line",
      type: "line",
      filter: ["==", ["get", "part"], "line"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": course_colour, "line-width": 4 },
    },
    {
      part: "grips",
      type: "circle",
      filter: ["has", "index"],
      paint: {
        "circle-radius": [
          "case",
          ["get", "selected"],
          10,
          ["==", ["get", "part"], "checkpoints"],
          9,
          6,
        ],
        "circle-color": [
          "match",
          ["get", "part"],
          "course",
          course_colour,
          "checkpoints",
          "#ffffff",
          area_colour,
        ],
        "circle-stroke-color": [
          "match",
          ["get", "part"],
          "checkpoints",
          checkpoint_colour,
          "#ffffff",
        ],
        "circle-stroke-width": ["case", ["get", "selected"], 4, 3],
      },
    },
  ]);
}

export function hideDraft(): void {
  hideShapes(name);
}

/** Those there, the topmost first. */
export function gripsAt(map: Maplibre, point: Point): Grip[] {
  if (!map.getLayer(grips_layer)) return [];
  return map
    .queryRenderedFeatures(point, { layers: [grips_layer] })
    .map(({ properties }) => ({ part: properties.part, index: Number(properties.index) }) as Grip);
}

/** The one that belongs to what a click sets; those of other parts are not in its way. */
export function gripOf(mode: Mode, grips: readonly Grip[]): Grip | undefined {
  return grips.find(({ part }) =>
    mode === "area" ? part === "center" || part === "radius" : part === mode,
  );
}

type Press = MapLayerMouseEvent | MapLayerTouchEvent;

/**
 * Lets grips be dragged, by mouse and by finger. `begin` is called before the first move of each
 * drag. Returns how to stop.
 */
export function followDrags(
  map: Maplibre,
  begin: (grip: Grip) => void,
  move: (grip: Grip, to: LatLon) => void,
): () => void {
  let held: Grip | null = null;
  let begun = false;
  const press = (event: Press) => {
    if ("touches" in event.originalEvent && event.originalEvent.touches.length > 1) return;
    held = gripsAt(map, event.point)[0] ?? null;
    begun = false;
    if (held) event.preventDefault(); // Else the map moves as well.
  };
  const drag = (event: { lngLat: { lat: number; lng: number } }) => {
    if (!held) return;
    if (!begun) begin(held);
    begun = true;
    move(held, [event.lngLat.lat, event.lngLat.lng]);
  };
  const release = () => (held = null);
  const hover = () => (map.getCanvas().style.cursor = "grab");
  const leave = () => (map.getCanvas().style.cursor = "crosshair");
  map.on("mousedown", grips_layer, press);
  map.on("touchstart", grips_layer, press);
  map.on("mousemove", drag);
  map.on("touchmove", drag);
  map.on("mouseenter", grips_layer, hover);
  map.on("mouseleave", grips_layer, leave);
  // Also outside of the map: a button that is let go elsewhere is let go.
  addEventListener("mouseup", release);
  addEventListener("touchend", release);
  addEventListener("touchcancel", release);
  leave();
  return () => {
    map.off("mousedown", grips_layer, press);
    map.off("touchstart", grips_layer, press);
    map.off("mousemove", drag);
    map.off("touchmove", drag);
    map.off("mouseenter", grips_layer, hover);
    map.off("mouseleave", grips_layer, leave);
    removeEventListener("mouseup", release);
    removeEventListener("touchend", release);
    removeEventListener("touchcancel", release);
    map.getCanvas().style.cursor = "";
  };
}
