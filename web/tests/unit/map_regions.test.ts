import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Region } from "../../src/api/types";

const json = (body: unknown) => new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } }); // prettier-ignore
const limits = { area_level: 12, areas_max: 400 };

function region(lat: number, lon: number, areas: number): Region {
  return { region: `${lat}`, lat, lon, areas };
}

let answers: Record<string, unknown>;
let asked: URL[];

beforeEach(() => {
  vi.resetModules();
  asked = [];
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("location", { hash: "", search: "", origin: "http://fief.test" });
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    asked.push(url);
    return json(answers[url.pathname]);
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("regions", () => {
  it("are those in view that are not counted there, the strongest first", async () => {
    const { beyond } = await import("../../src/map/regions");
    const [weak, strong, counted, outside] = [
      region(44, 10, 2),
      region(46, 12, 9),
      region(45, 15, 16),
      region(20, 12, 16),
    ];
    expect(beyond([weak, strong, counted, outside], [5, 40, 20, 50], [14, 44, 16, 46])).toEqual([
      strong,
      weak,
    ]);
    const [west, east] = [region(0, 179, 1), region(0, -179, 1)];
    expect(beyond([west, east], [170, -10, -170, 10], [0, 0, 1, 1])).toEqual([west, east]);
  });

  it("are listed, halves of a city once", async () => {
    const { listed } = await import("../../src/map/regions");
    const [big, half, west] = [region(45.79, 15.95, 9), region(45.81, 16.04, 3), region(-1, -2, 1)];
    expect(listed([big, half, west])).toEqual([big, west]);
    const many = Array.from({ length: 9 }, (_, k) => region(k, k, 9 - k));
    expect(listed(many)).toHaveLength(5);
  });

  it("are points, larger where more is held", async () => {
    const { regionFeatures } = await import("../../src/map/regions");
    const { features } = regionFeatures([region(44, 10, 4), region(46, 12, 16)], 16);
    expect(features.map((x) => x.properties)).toEqual([{ share: 0.25 }, { share: 1 }]);
    expect(features[0]!.geometry).toEqual({ type: "Point", coordinates: [10, 44] });
  });
});

describe("where something is on", () => {
  const area = (tiles: number, lon: number) => ({
    type: "Feature",
    properties: { area: "4765", tiles },
    geometry: { type: "Polygon", coordinates: [[[lon, 45], [lon + 0.1, 45], [lon, 46], [lon, 45]]] }, // prettier-ignore
  });

  it("is at an event, if one has a place", async () => {
    answers = { "/v1/events": { items: [{ course: [[45, 15]] }], next_cursor: null } };
    const { whereSomethingIsOn } = await import("../../src/map/start_view");
    expect(await whereSomethingIsOn(limits)).toEqual([[45, 15]]);
  });

  it("is else the area that is held most, of the region where most areas are", async () => {
    answers = {
      "/v1/events": { items: [{}], next_cursor: null },
      "/v1/regions": { items: [region(10, 10, 1), region(45.5, 15, 3), region(0, 0, 2)], areas_max: 16 },
      "/v1/territory": { features: [area(5, 15), area(9, 15.1), area(2, 15.2)] },
    }; // prettier-ignore
    const { whereSomethingIsOn } = await import("../../src/map/start_view");
    expect(await whereSomethingIsOn(limits)).toEqual([
      [45, 15.1],
      [45, 15.2],
      [46, 15.1],
      [45, 15.1],
    ]);
    const [west, south, east, north] = asked.at(-1)!.searchParams.get("bbox")!.split(",").map(Number); // prettier-ignore
    expect(west! < 15 && 15 < east! && south! < 45.5 && 45.5 < north!).toBe(true);
  });

  it("is nowhere in an empty world", async () => {
    answers = {
      "/v1/events": { items: [], next_cursor: null },
      "/v1/regions": { items: [], areas_max: 16 },
    };
    const { whereSomethingIsOn } = await import("../../src/map/start_view");
    expect(await whereSomethingIsOn(limits)).toEqual([]);
  });
});
