import { describe, expect, it } from "vitest";
import type { Fix, LatLon } from "../../src/api/types";
import { draftFeatures, progressFeatures, tileFeatures } from "../../src/play/run_shapes";

const route: LatLon[] = [
  [45.81, 15.98],
  [45.82, 15.98],
  [45.82, 15.99],
];
const partsOf = (drawn: { features: { properties: unknown }[] }) =>
  drawn.features.map((x) => (x.properties as { part: string }).part);

describe("draftFeatures", () => {
  it("is nothing, then a start, then a line with its corners", () => {
    expect(partsOf(draftFeatures([]))).toEqual([]);
    expect(partsOf(draftFeatures(route.slice(0, 1)))).toEqual(["start"]);
    expect(partsOf(draftFeatures(route))).toEqual(["line", "corner", "corner", "start"]);
  });
});

it("a route over longitude 180 is a short line, not one round the world", () => {
  const line = draftFeatures([
    [10, 179.999],
    [10, -179.999],
    [10, 179.998],
  ]).features[0]!.geometry;
  const lons = line.type === "LineString" ? line.coordinates.map((x) => x[0]!) : [];
  expect(lons).toHaveLength(3);
  expect(Math.max(...lons) - Math.min(...lons)).toBeLessThan(0.01);
});

describe("progressFeatures", () => {
  const fixes: Fix[] = Array.from({ length: 10 }, (_, i) => [
    i * 1000,
    45.81 + i / 1e5,
    15.98,
    5,
    i,
    1,
  ]);
  const pointsOf = (made: number, acked: number, part: string) => {
    const found = progressFeatures(route, { fixes }, made, acked).features.find(
      (x) => x.properties?.part === part,
    );
    return found?.geometry.type === "LineString" ? found.geometry.coordinates.length : 0;
  };

  it("tells what is made from what the server has", () => {
    expect(pointsOf(8, 5, "made")).toBe(8);
    expect(pointsOf(8, 5, "acked")).toBe(5);
    expect(pointsOf(8, 0, "acked")).toBe(0);
  });

  it("has the runner at the last position that is made", () => {
    const drawn = progressFeatures(route, { fixes }, 3, 0).features.at(-1);
    expect(drawn?.properties?.part).toBe("runner");
    expect(drawn?.geometry).toEqual({ type: "Point", coordinates: [15.98, 45.81 + 2 / 1e5] });
    expect(partsOf(progressFeatures(route, { fixes }, 0, 0))).toEqual(["ahead"]);
  });
});

it("tileFeatures are closed rings round the tiles", () => {
  const [tile] = tileFeatures(["4765d6b4c"]).features;
  const ring = tile?.geometry.type === "Polygon" ? tile.geometry.coordinates[0]! : [];
  expect(ring.length).toBe(5);
  expect(ring[0]).toEqual(ring[4]);
  expect(new Set(ring.map(String)).size).toBe(4);
});
