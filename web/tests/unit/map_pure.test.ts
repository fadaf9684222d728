import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { random } from "./random";

vi.stubGlobal("location", { origin: "http://fief.example", search: "" });
vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));

const { formatView, knownView, onMoved, parseView, pointsOfEvent, rememberView } =
  await import("../../src/map/start_view");
const { paddingBeside } = await import("../../src/map/padding");
const { areaFeatures, densityOf } = await import("../../src/map/area_counts");
const { holdersOf, holdersOfAreas } = await import("../../src/map/holders");
const { placeText } = await import("../../src/map/tile_text");
const { absolute, layerNames, plainText, vectorLayers } = await import("../../src/map/basemap");
const { layersOf, sources } = await import("../../src/map/style");
const { dark, light } = await import("../../src/map/owner_colours");
const { TileStore } = await import("../../src/map/tile_store");
const { centreOf, ringOf, tileAt } = await import("../../src/map/tile_geometry");
import type { Box, Territory } from "../../src/api/types";

describe("the room for what is shown", () => {
  const map = { left: 420, top: 50, right: 1420, bottom: 850 };

  it("is even without cards, and little on a small map", () => {
    expect(paddingBeside(map, null)).toEqual({ left: 60, top: 60, right: 60, bottom: 60 });
    const flat = { left: 0, top: 0, right: 400, bottom: 100 };
    expect(paddingBeside(flat, null)).toEqual({ left: 60, top: 10, right: 60, bottom: 10 });
  });

  it("is beside high cards and above wide ones", () => {
    const high = { left: 432, top: 250, right: 702, bottom: 838 };
    expect(paddingBeside(map, high)).toMatchObject({ left: 312, bottom: 60 });
    const flat = { left: 432, top: 780, right: 702, bottom: 838 };
    expect(paddingBeside(map, flat)).toMatchObject({ left: 60, bottom: 100 });
  });

  it("is behind them where there is no other", () => {
    const small = { left: 0, top: 0, right: 300, bottom: 300 };
    const cards = { left: 12, top: 40, right: 282, bottom: 288 };
    expect(paddingBeside(small, cards)).toMatchObject({ left: 60, bottom: 60 });
  });
});

describe("the start", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal("localStorage", storage);
  });
  afterEach(() => vi.stubGlobal("location", { origin: "http://fief.example", search: "" }));

  it("is read from three numbers, the zoom optional", () => {
    expect(parseView("45.81,15.98,14")).toEqual({ lat: 45.81, lon: 15.98, zoom: 14 });
    expect(parseView("45.81,15.98")).toEqual({ lat: 45.81, lon: 15.98, zoom: 14 });
    for (const bad of [null, "", ",", "45", "91,0", "0,181", "0,0,23", "a,b", "1,2,3,4", "1,,3"])
      expect(parseView(bad)).toBeNull();
  });

  it("is what was left, unless the address says another, or nonsense was kept", () => {
    expect(knownView()).toBeNull();
    const view = { lat: -33.5, lon: 151.25, zoom: 12.5 };
    rememberView(view);
    expect(knownView()).toEqual(view);
    expect(parseView(formatView(view))).toEqual(view);
    vi.stubGlobal("location", { search: "?at=1,2,3" });
    expect(knownView()).toEqual({ lat: 1, lon: 2, zoom: 3 });
    vi.stubGlobal("location", { search: "?at=here" });
    expect(knownView()).toEqual(view);
    kept.set("fief.view", "<script>");
    expect(knownView()).toBeNull();
  });

  it("is left by a move, but not by a new size of the frame", () => {
    const then = { resize: () => undefined as unknown, moveend: () => undefined as unknown };
    let [moving, moves] = [false, 0];
    const map = {
      isMoving: () => moving,
      on: (kind: "resize" | "moveend", call: () => void) => (then[kind] = call),
    };
    onMoved(map, () => (moves += 1));
    then.resize();
    then.moveend();
    expect(moves).toBe(0);
    then.moveend();
    expect(moves).toBe(1);
    moving = true; // The size changes in the middle of a move, which then ends.
    then.resize();
    moving = false;
    then.moveend();
    expect(moves).toBe(2);
  });

  it("does without storage", () => {
    const refuse = () => {
      throw new DOMException("denied", "SecurityError");
    };
    vi.stubGlobal("localStorage", { getItem: refuse, setItem: refuse });
    rememberView({ lat: 1, lon: 2, zoom: 3 });
    expect(knownView()).toBeNull();
  });

  it("knows an event's place by whatever it has", () => {
    expect(pointsOfEvent({ course: [[1, 2]], checkpoints: [[3, 4]] })).toEqual([[1, 2], [3, 4]]); // prettier-ignore
    const [low, high] = pointsOfEvent({ area: { lat: 60, lon: 20, radius_m: 1000 } });
    expect((high![0] - low![0]) * 111.32).toBeCloseTo(2);
    expect((high![1] - low![1]) * 111.32 * 0.5).toBeCloseTo(2);
    expect(pointsOfEvent({})).toEqual([]);
  });
});

function territory(areas: [lat: number, tiles: number, user: string, strongest: number][]) {
  return {
    type: "FeatureCollection",
    kind: "areas",
    features: areas.map(([lat, tiles, user, strongest]) => {
      const area = tileAt(lat, 16, 12);
      return {
        type: "Feature",
        geometry: { type: "Polygon", coordinates: [ringOf(area)] },
        properties: {
          area,
          tiles,
          owners: 2,
          strongest: { user, username: `<${user}>`, tiles: strongest },
        },
      };
    }),
  } as Territory;
}

describe("counts of areas", () => {
  it("are labelled in the middle of each area, opaque by how full it is", () => {
    const { areas, labels } = areaFeatures(territory([[45, 1024, "a", 600], [46, 3, "b", 2]]), "a", 1024); // prettier-ignore
    const [full, sparse] = areas.features.map((x) => x.properties!);
    expect(full!.density).toBeCloseTo(0.95);
    expect(sparse!.density).toBeLessThan(0.3);
    expect(full!.look).not.toBe(sparse!.look);
    expect(labels.features.map((x) => x.properties!.tiles)).toEqual([1024, 3]);
    const [lat, lon] = centreOf(tileAt(46, 16, 12));
    expect(labels.features[1]!.geometry).toMatchObject({ coordinates: [lon, lat] });
  });

  it("grow denser with each tile, and never beyond the whole", () => {
    for (let n = 1; n < 1024; ++n)
      expect(densityOf(n + 1, 1024)).toBeGreaterThan(densityOf(n, 1024));
    expect(densityOf(5000, 1024)).toBe(densityOf(1024, 1024));
  });
});

describe("the strongest", () => {
  it("are counted in view alone, most tiles first", () => {
    const store = new TileStore();
    const next = random(2);
    const tiles = new Map<string, [string, string, number]>();
    for (let k = 0; k < 300; ++k) {
      const token = tileAt(45.8 + next() * 0.02, 15.96 + next() * 0.04);
      tiles.set(token, [token, `u${Math.floor(next() * 5)}`, 100]);
    }
    store.snapshot({ tiles: [...tiles.values()], owners: { u0: "ana", u1: "ivo" } });
    const view: Box = [15.96, 45.8, 15.98, 45.81];
    const got = holdersOf(store, view, centreOf);
    const inside = [...tiles.values()].filter(([token]) => {
      const [lat, lon] = centreOf(token);
      return lat >= view[1] && lat <= view[3] && lon >= view[0] && lon <= view[2];
    });
    expect(got.tiles).toBe(inside.length);
    expect(got.tiles).toBeGreaterThan(20);
    for (const { owner, tiles } of got.all)
      expect(tiles).toBe(inside.filter((x) => x[1] === owner).length);
    const counts = got.all.map((x) => x.tiles);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(got.all.find((x) => x.owner === "u0")?.name).toBe("ana");
    expect(got.all.find((x) => x.owner === "u4")?.name).toBe("somebody");
  });

  it("of areas are added up over them", () => {
    const got = holdersOfAreas(territory([[45, 10, "a", 6], [46, 9, "b", 5], [47, 7, "a", 1]])); // prettier-ignore
    expect(got.all.map(({ name, tiles }) => [name, tiles])).toEqual([["<a>", 7], ["<b>", 5]]); // prettier-ignore
    expect(got.tiles).toBe(26);
    expect(got.only_strongest).toBe(true);
  });
});

describe("texts", () => {
  it("of places", () => {
    expect(placeText(45.8131, 15.9775)).toBe("45.81310° N, 15.97750° E");
    expect(placeText(-1, -2)).toBe("1.00000° S, 2.00000° W");
  });
});

describe("the style", () => {
  it("fetches nothing, and has each layer once, over a source that is there", () => {
    for (const palette of [light, dark]) {
      const layers = layersOf(palette);
      expect(new Set(layers.map((x) => x.id)).size).toBe(layers.length);
      for (const layer of layers)
        if ("source" in layer) expect(Object.keys(sources)).toContain(layer.source);
    }
    expect(JSON.stringify([sources, layersOf(light)])).not.toMatch(/https?:|\/\//);
  });

  it("differs between the themes in colours alone", () => {
    const shape = (layers: ReturnType<typeof layersOf>) =>
      layers.map((x) => [x.id, Object.keys(x.paint ?? {})]);
    expect(shape(layersOf(light))).toEqual(shape(layersOf(dark)));
  });
});

describe("the basemap", () => {
  it("keeps the braces of a template, and is absolute", () => {
    expect(absolute("/tiles/{z}/{x}/{y}.png", "http://a.example/#/")).toBe(
      "http://a.example/tiles/{z}/{x}/{y}.png",
    );
    expect(absolute("city.pmtiles", "http://a.example/")).toBe("http://a.example/city.pmtiles");
  });

  it("draws every layer that the archive names, water filled, and nothing for nonsense", () => {
    const names = layerNames({ vector_layers: [{ id: "water" }, { id: "roads" }, { x: 1 }] });
    expect(names).toEqual(["water", "roads"]);
    expect(layerNames(null)).toEqual([]);
    expect(layerNames({ vector_layers: "x" })).toEqual([]);
    const layers = vectorLayers(names, light);
    expect(layers.filter((x) => x.type === "fill")).toHaveLength(1);
    expect(layers.filter((x) => x.type === "line")).toHaveLength(2);
  });

  it("shows an attribution as text", () => {
    expect(plainText('<a href="x" onclick="y">&copy; OpenStreetMap</a>')).toBe("© OpenStreetMap");
    expect(plainText(undefined)).toBe("");
  });
});
