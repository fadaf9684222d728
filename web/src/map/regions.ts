/**
 * Where on earth ground is held, while the view is larger than what can be counted: a dot for each
 * region, and a list for the legend.
 */
import { computed, effect, signal, untracked } from "@preact/signals";
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as Maplibre } from "maplibre-gl";
import { api } from "../api/client";
import { ifChanged } from "../api/conditional";
import type { Box, Region, Regions } from "../api/types";
import { server } from "../server";
import { pollWhileSeen } from "../ui/polling";
import { metresBetween } from "./ground";
import { calm, stage, viewport } from "./stage";
import { countedPart } from "./territory";
import { apiBox, containsPoint } from "./view_box";

const look_every_ms = 30_000;
const reach_px = 10; // A finger is not exact.
const listed_max = 5;
const same_city_m = 40_000;
const dots_layer = "region-dot";

const known = signal<Regions | null>(null);

/** Those in view that nobody counts there, the strongest first. Null until they are known. */
const regionsInView = computed(() => {
  const [view, counted] = [viewport.value, countedPart.value];
  if (!view || !counted || !known.value) return null;
  return beyond(known.value.items, apiBox(view.box), counted);
});
export const listedRegions = computed(() => listed(regionsInView.value ?? []));

export function beyond(regions: readonly Region[], view: Box, counted: Box): Region[] {
  return regions
    .filter((x) => containsPoint(view, x.lat, x.lon) && !containsPoint(counted, x.lat, x.lon))
    .sort((a, b) => b.areas - a.areas);
}

/** What a list names: of regions close together, as halves of a city are, the strongest. */
export function listed(regions: readonly Region[]): Region[] {
  const out: Region[] = [];
  for (const x of regions)
    if (!out.some((y) => metresBetween([x.lat, x.lon], [y.lat, y.lon]) < same_city_m)) out.push(x);
  return out.slice(0, listed_max);
}

export function regionFeatures(of: readonly Region[], areas_max: number): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: of.map(({ lat, lon, areas }) => ({
      type: "Feature",
      properties: { share: areas / areas_max },
      geometry: { type: "Point", coordinates: [lon, lat] },
    })),
  };
}

/** Follows what is counted. Returns how to stop. */
export function showRegions(map: Maplibre): () => void {
  const is_wanted = computed(() => countedPart.value !== null);
  const stops = [
    effect(() => (is_wanted.value ? untracked(look) : undefined)),
    effect(() => {
      const data = regionFeatures(regionsInView.value ?? [], known.value?.areas_max ?? 1);
      void map.getSource<GeoJSONSource>("regions")!.setData(data);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function look(): () => void {
  return pollWhileSeen<Regions>({
    load: (etag, signal) => {
      const params = { header: { "If-None-Match": etag } };
      return ifChanged(api.GET("/v1/regions", { params, signal }));
    },
    every_ms: () => look_every_ms,
    onLook: (data) => {
      if (data) known.value = data;
    },
    onError: () => undefined, // What was known stays; the bar says that nobody answers.
  });
}

/** The region whose dot is there. */
export function dotAt(map: Maplibre, at: { lat: number; lng: number }): [number, number] | null {
  const { x, y } = map.project([at.lng, at.lat]);
  const found = map.queryRenderedFeatures(
    [
      [x - reach_px, y - reach_px],
      [x + reach_px, y + reach_px],
    ],
    { layers: [dots_layer] },
  )[0];
  return found?.geometry.type === "Point" ? (found.geometry.coordinates as [number, number]) : null;
}

/** So near that all of a city is counted. */
export function goToRegion(center: [number, number]): void {
  const zoom = (server.peek()?.detailed_zoom_min ?? 13) - 1;
  stage.peek()?.easeTo({ center, zoom, duration: calm() ? 0 : 600 });
}
