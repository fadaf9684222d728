/** The map itself: MapLibre on our own quiet style, and what lies over it. */
import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/map.css";
import { effect, useSignal } from "@preact/signals";
import * as maplibre from "maplibre-gl";
import type { Map as Maplibre, MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { useEffect, useRef } from "preact/hooks";
import { go } from "../route";
import { server } from "../server";
import { tellError } from "../ui/toast";
import { attribution, showBasemap } from "./basemap";
import { showGraticule } from "./graticule_layer";
import { dotAt, goToRegion, showRegions } from "./regions";
import { calm, deliverClick, stage, viewport } from "./stage";
import { knownView, onMoved, rememberView, whereSomethingIsOn, world } from "./start_view";
import { quietStyle, restyle } from "./style";
import { mode, partly, showTerritory } from "./territory";
import { palette } from "./theme";
import { tileAt } from "./tile_geometry";

maplibre.setWorkerUrl(workerUrl);

export function MapView() {
  const root = useRef<HTMLDivElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  const aiming = useSignal(false); // The map has the keyboard.
  useEffect(() => {
    if (!root.current || !labels.current) return;
    const over = labels.current;
    const map = createMap(root.current);
    const stops: (() => void)[] = [];
    let decided = knownView() !== null; // The world alone is no view to come back to.
    map.on("load", () => {
      publish(map);
      stops.push(
        showGraticule(map, over),
        showTerritory(map),
        showRegions(map),
        followTheme(map),
        addBasemap(map),
      );
      stage.value = map;
      if (!decided) stops.push(goWhereSomethingIsOn(map, () => decided));
    });
    map.on("moveend", () => publish(map));
    onMoved(map, () => {
      decided = true;
      remember(map);
    });
    map.on("click", (event: MapMouseEvent) => {
      if (!deliverClick(event)) openAt(map, event.lngLat);
    });
    const canvas = map.getCanvas();
    canvas.addEventListener("keydown", (event) => {
      if (event.key === "Enter") openAt(map, map.getCenter());
    });
    canvas.addEventListener("focus", () => (aiming.value = canvas.matches(":focus-visible")));
    canvas.addEventListener("blur", () => (aiming.value = false));
    return () => {
      stage.value = null;
      for (const stop of stops) stop();
      map.remove();
    };
  }, []);
  return (
    <div class="map" role="region" aria-label="Map of the territory">
      <div ref={root} class="map-canvas" />
      <div ref={labels} class="graticule-labels" aria-hidden="true" />
      {aiming.value && <div class="crosshair" aria-hidden="true" />}
      <MapNotes />
    </div>
  );
}

function createMap(container: HTMLElement): Maplibre {
  const { lat, lon, zoom } = knownView() ?? world;
  const map = new maplibre.Map({
    container,
    style: quietStyle(palette.peek()),
    center: [lon, lat],
    zoom,
    attributionControl: false,
    // North is up: the graticule has its numbers at the edges.
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map
    .getCanvas()
    .setAttribute(
      "aria-label",
      "Map. Arrow keys move it, plus and minus zoom, Enter opens the tile in the middle.",
    );
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  if (isSecureContext)
    map.addControl(
      new maplibre.GeolocateControl({ fitBoundsOptions: { maxZoom: 15 } }),
      "top-right",
    );
  map.addControl(new maplibre.ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-right");
  return map;
}

/** Opens the tile there; zooms in when tiles are not shown one by one. */
function openAt(map: Maplibre, at: { lat: number; lng: number }): void {
  const limits = server.peek();
  const dot = partly.peek() ? dotAt(map, at) : null;
  if (dot) goToRegion(dot);
  else if (mode.peek() === "areas" && limits) {
    const zoom = Math.max(limits.detailed_zoom_min, map.getZoom() + 2);
    map.easeTo({ center: [at.lng, at.lat], zoom, duration: calm() ? 0 : 600 });
  } else go("tile", tileAt(at.lat, at.lng, limits?.tile_level));
}

function followTheme(map: Maplibre): () => void {
  let drawn = palette.peek();
  return effect(() => {
    if (palette.value === drawn) return;
    drawn = palette.value;
    restyle(map, drawn);
  });
}

/** As soon as it is known whether there is one. */
function addBasemap(map: Maplibre): () => void {
  let added = false;
  return effect(() => {
    const of = server.value?.basemap;
    if (!of || added) return;
    added = true;
    showBasemap(map, of, palette.peek()).catch(tellError);
  });
}

/** As soon as the server answers, unless the person or a panel moved the map meanwhile. */
function goWhereSomethingIsOn(map: Maplibre, moved: () => boolean): () => void {
  let asked = false;
  return effect(() => {
    const limits = server.value; // Another object with each connection.
    if (!limits || asked || moved()) return;
    asked = true;
    whereSomethingIsOn(limits).then(
      (points) => {
        if (moved() || map.isMoving() || points.length === 0) return;
        const bounds = new maplibre.LngLatBounds();
        for (const [lat, lon] of points) bounds.extend([lon, lat]);
        const camera = map.cameraForBounds(bounds, { padding: 60, maxZoom: 14 });
        // Tiles that change are worth more than the whole of a course.
        const zoom = Math.max(camera?.zoom ?? 0, limits.detailed_zoom_min + 0.3);
        if (camera) map.jumpTo({ ...camera, zoom });
      },
      () => (asked = false), // It shows the world until the server is asked again what it is.
    );
  });
}

function publish(map: Maplibre): void {
  const bounds = map.getBounds();
  const { lat, lng } = map.getCenter().wrap();
  viewport.value = {
    box: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()],
    zoom: map.getZoom(),
    center: [lat, lng],
  };
}

function remember(map: Maplibre): void {
  const { lat, lng } = map.getCenter().wrap();
  rememberView({ lat, lon: lng, zoom: map.getZoom() });
}

/** What has to be said about the map on the map. */
function MapNotes() {
  return (
    <>
      {partly.value && (
        <p class="map-note" role="status">
          Counted inside the frame; dots are ground elsewhere.
        </p>
      )}
      {attribution.value !== "" && <p class="attribution">{attribution.value}</p>}
    </>
  );
}
