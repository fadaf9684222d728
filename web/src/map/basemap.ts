/** The operator's basemap, subdued, below everything else. */
import { signal } from "@preact/signals";
import * as maplibre from "maplibre-gl";
import type { LayerSpecification, Map as Maplibre } from "maplibre-gl";
import type { Protocol } from "pmtiles";
import type { Server } from "../api/types";
import { first_own_layer } from "./style";
import type { Palette } from "./owner_colours";

export type Basemap = NonNullable<Server["basemap"]>;

const id = "basemap";
let protocol: Protocol | undefined;

/** Absolute, with the braces of a template kept. */
export function absolute(url: string, base: string): string {
  return new URL(url, base).href.replace(/%7B/gi, "{").replace(/%7D/gi, "}");
}

/** Whom the basemap is from, as text: what MapLibre's own control shows would be markup. */
export const attribution = signal("");

/** @throws Error when the archive cannot be read. */
export async function showBasemap(map: Maplibre, of: Basemap, palette: Palette): Promise<void> {
  const url = absolute(of.url, location.href);
  attribution.value = of.attribution ?? "";
  if (of.kind === "raster") {
    map.addSource(id, { type: "raster", tiles: [url], tileSize: 256 });
    for (const layer of rasterLayers()) map.addLayer(layer, first_own_layer);
  } else {
    const pmtiles = await import("pmtiles"); // Most servers have no such archive.
    const archive = new pmtiles.PMTiles(url);
    const { tileType } = await archive.getHeader();
    if (!protocol) {
      protocol = new pmtiles.Protocol();
      maplibre.addProtocol("pmtiles", protocol.tile);
    }
    protocol.add(archive);
    const type = tileType === pmtiles.TileType.Mvt ? "vector" : "raster";
    map.addSource(id, { type, url: `pmtiles://${url}` });
    const metadata = await archive.getMetadata();
    attribution.value ||= plainText((metadata as { attribution?: unknown } | null)?.attribution);
    const named = type === "vector" ? layerNames(metadata) : null;
    const layers = named ? vectorLayers(named, palette) : rasterLayers();
    for (const layer of layers) map.addLayer(layer, first_own_layer);
  }
}

/** An archive's attribution is markup by custom. */
export function plainText(markup: unknown): string {
  return typeof markup === "string" ? markup.replace(/<[^>]*>/g, "").replace(/&copy;/g, "©") : "";
}

/** Half there: streets to find one's way, not to look at. */
function rasterLayers(): LayerSpecification[] {
  return [
    {
      id,
      type: "raster",
      source: id,
      paint: { "raster-opacity": 0.5, "raster-saturation": -0.75, "raster-contrast": -0.1 },
    },
  ];
}

/** The layers that an archive of vector tiles says it has. */
export function layerNames(metadata: unknown): string[] {
  const layers = (metadata as { vector_layers?: unknown } | null)?.vector_layers;
  if (!Array.isArray(layers)) return [];
  return layers.map((x) => (x as { id?: unknown }).id).filter((x) => typeof x === "string");
}

/** Outlines of everything, water filled: enough to tell where one is, in any schema. */
export function vectorLayers(names: readonly string[], { ink }: Palette): LayerSpecification[] {
  const wet = names.filter((name) => /water|ocean|sea/i.test(name));
  return [
    ...wet.map((name): LayerSpecification => ({
      id: `${id}-water-${name}`,
      type: "fill",
      source: id,
      "source-layer": name,
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": "#6b9dbb", "fill-opacity": 0.25 },
    })),
    ...names.map((name): LayerSpecification => ({
      id: `${id}-line-${name}`,
      type: "line",
      source: id,
      "source-layer": name,
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": ink, "line-width": 0.7, "line-opacity": 0.22 },
    })),
  ];
}
