/** The map itself: MapLibre on our own quiet style. */
import "maplibre-gl/dist/maplibre-gl.css";
import * as maplibre from "maplibre-gl";
import type { Map as Maplibre, MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { useEffect, useRef } from "preact/hooks";
import { go } from "../route";
import { deliverClick, stage, viewport } from "./stage";
import { tileAt } from "./tile_geometry";
import { quietStyle } from "./style";

maplibre.setWorkerUrl(workerUrl);

export function MapView() {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!root.current) return;
    const map = new maplibre.Map({
      container: root.current,
      style: quietStyle(),
      center: [15.9775, 45.8131],
      zoom: 14,
      attributionControl: false,
    });
    map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), "top-right");
    map.addControl(new maplibre.ScaleControl(), "bottom-right");
    const look = () => publish(map);
    map.on("load", () => {
      stage.value = map;
      look();
    });
    map.on("moveend", look);
    map.on("click", (event: MapMouseEvent) => {
      if (!deliverClick(event)) go("tile", tileAt(event.lngLat.lat, event.lngLat.lng));
    });
    return () => {
      stage.value = null;
      map.remove();
    };
  }, []);
  return <div ref={root} class="map" role="region" aria-label="Map of the territory" />;
}

function publish(map: Maplibre): void {
  const bounds = map.getBounds();
  const { lat, lng } = map.getCenter();
  viewport.value = {
    box: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()],
    zoom: map.getZoom(),
    center: [lat, lng],
  };
}
