/** Draws the graticule with labels along the edges, and at middle zooms the grid of areas. */
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as Maplibre } from "maplibre-gl";
import type { Box } from "../api/types";
import { server } from "../server";
import { graticuleLines, graticuleOf, latText, lonText, type Graticule } from "./graticule";
import { cellsIn, pointsOf } from "./tile_geometry";
import { polygon } from "./territory_layer";
import { apiBox } from "./view_box";

const grid_zoom_min = 10.5;
const grid_zoom_max = 13.5;
const grid_cells_max = 400;

function boxOf(map: Maplibre): Box {
  const bounds = map.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}

/** `labels`: an element over the map. Returns how to stop. */
export function showGraticule(map: Maplibre, labels: HTMLElement): () => void {
  const put = (name: string, data: FeatureCollection) =>
    void map.getSource<GeoJSONSource>(name)!.setData(data);

  // Labels need room beside each other.
  const of = (box: Box) =>
    graticuleOf(box, Math.max(2, Math.round(map.getContainer().clientWidth / 170)));
  const drawLines = () => {
    const box = boxOf(map);
    put("graticule", graticuleLines(box, of(box).step));
    put("grid", gridOf(box, map.getZoom()));
  };
  const drawLabels = () => placeLabels(map, labels, of(boxOf(map)));
  const draw = () => {
    drawLines();
    drawLabels();
  };
  draw();
  map.on("move", drawLabels);
  map.on("moveend", drawLines);
  map.on("resize", draw);
  return () => {
    map.off("move", drawLabels);
    map.off("moveend", drawLines);
    map.off("resize", draw);
    labels.replaceChildren();
  };
}

function gridOf(box: Box, zoom: number): FeatureCollection {
  const level = server.peek()?.area_level;
  const out: FeatureCollection = { type: "FeatureCollection", features: [] };
  if (level === undefined || zoom < grid_zoom_min || zoom > grid_zoom_max) return out;
  for (const token of cellsIn(apiBox(box), level, grid_cells_max) ?? [])
    out.features.push(polygon(pointsOf(token), {}));
  return out;
}

/** Texts are moved, not made anew, while the map moves under them. */
function placeLabels(map: Maplibre, root: HTMLElement, { meridians, parallels, step }: Graticule) {
  const { clientWidth, clientHeight } = map.getContainer();
  const center = map.getCenter();
  const wanted = [
    ...meridians.map((lon) => {
      const { x } = map.project([lon, center.lat]);
      return { text: lonText(lon, step), x, y: 0, css: "meridian", room: clientWidth - x };
    }),
    ...parallels.map((lat) => {
      const { y } = map.project([center.lng, lat]);
      return { text: latText(lat, step), x: 0, y, css: "parallel", room: clientHeight - y };
    }),
  ].filter(({ x, y, room }) => room > 24 && Math.max(x, y) > 24);
  while (root.children.length > wanted.length) root.lastElementChild!.remove();
  while (root.children.length < wanted.length) root.append(document.createElement("span"));
  wanted.forEach(({ text, x, y, css }, k) => {
    const label = root.children[k] as HTMLElement;
    if (label.textContent !== text) label.textContent = text;
    label.className = css;
    label.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  });
}
