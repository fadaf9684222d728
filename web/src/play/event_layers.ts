/** How events look on the map. MapLibre has no letters without a server of fonts: numbers are drawn here. */
import type { FeatureCollection } from "geojson";
import type { Map as Maplibre } from "maplibre-gl";
import type { LayerOf } from "../map/stage";

const image_prefix = "checkpoint ";

function isDark(): boolean {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export function eventLayers(): LayerOf[] {
  const dark = isDark();
  const ink = dark ? "#f0c067" : "#8a4b00";
  const paper = dark ? "#14181b" : "#ffffff";
  const kind = (x: string) => ["==", ["get", "kind"], x];
  const active = ["==", ["get", "state"], "active"];
  const open = ["get", "open"];
  const layers = [
    {
      part: "area",
      type: "fill",
      filter: kind("area"),
      paint: { "fill-color": ink, "fill-opacity": ["case", open, 0.08, 0] },
    },
    {
      part: "area-active",
      type: "line",
      filter: ["all", kind("area"), active],
      paint: { "line-color": ink, "line-width": ["case", open, 4, 2.5] },
    },
    {
      part: "area-other",
      type: "line",
      filter: ["all", kind("area"), ["!", active]],
      paint: {
        "line-color": ink,
        "line-width": ["case", open, 3, 1.5],
        "line-dasharray": [3, 2],
      },
    },
    {
      part: "course-edge",
      type: "line",
      filter: kind("course"),
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": paper, "line-width": ["case", open, 9, 6], "line-opacity": 0.8 },
    },
    {
      part: "course-active",
      type: "line",
      filter: ["all", kind("course"), active],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": ink, "line-width": ["case", open, 5, 3] },
    },
    {
      part: "course-other",
      type: "line",
      filter: ["all", kind("course"), ["!", active]],
      layout: { "line-join": "round" },
      paint: {
        "line-color": ink,
        "line-width": ["case", open, 4, 2.5],
        "line-dasharray": [2, 1.5],
      },
    },
    {
      part: "checkpoint",
      type: "symbol",
      filter: kind("checkpoint"),
      minzoom: 12,
      layout: {
        "icon-image": ["concat", image_prefix, ["get", "numbers"]],
        "icon-allow-overlap": true,
      },
    },
  ];
  return layers as unknown as LayerOf[];
}

/** Makes the pictures of the numbers on checkpoints, once each, before they are drawn. */
export function addNumberImages(map: Maplibre, { features }: FeatureCollection): void {
  for (const { properties } of features) {
    const numbers: unknown = properties?.numbers;
    if (typeof numbers !== "string" || map.hasImage(image_prefix + numbers)) continue;
    const image = numberImage(numbers);
    if (image) map.addImage(image_prefix + numbers, image, { pixelRatio: 2 });
  }
}

function numberImage(text: string): ImageData | null {
  const canvas = document.createElement("canvas");
  const font = "bold 24px system-ui, sans-serif";
  const measure = canvas.getContext("2d");
  if (!measure) return null;
  measure.font = font;
  const height = 40;
  const width = Math.max(height, Math.ceil(measure.measureText(text).width) + 22);
  canvas.width = width;
  canvas.height = height;
  const draw = canvas.getContext("2d");
  if (!draw) return null;
  const dark = isDark();
  draw.fillStyle = dark ? "#f0c067" : "#8a4b00";
  draw.strokeStyle = dark ? "#14181b" : "#ffffff";
  draw.lineWidth = 4;
  draw.beginPath();
  draw.roundRect(2, 2, width - 4, height - 4, (height - 4) / 2);
  draw.fill();
  draw.stroke();
  draw.fillStyle = draw.strokeStyle;
  draw.font = font;
  draw.textAlign = "center";
  draw.textBaseline = "middle";
  draw.fillText(text, width / 2, height / 2 + 2);
  return draw.getImageData(0, 0, width, height);
}
