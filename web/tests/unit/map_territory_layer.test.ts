import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Polygon } from "geojson";
import type { Map as Maplibre } from "maplibre-gl";
import { random } from "./random";

vi.stubGlobal("location", { origin: "http://fief.example", search: "" });
vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => undefined }));

const { TerritoryLayer } = await import("../../src/map/territory_layer");
const { TileStore } = await import("../../src/map/tile_store");
const { lookOf } = await import("../../src/map/owner_colours");
const { middleOf, tileAt } = await import("../../src/map/tile_geometry");

interface Diff {
  add?: { properties: { id: number; look: number }; geometry: Polygon }[];
  remove?: number[];
}

/** What of a map the layer uses: sources with differences, and feature state. */
class FakeMap {
  readonly features = {
    tiles: new Map<number, { token: string; look: number }>(),
    borders: new Map<number, { token: string; look: number }>(),
  };
  readonly states = new Map<number, number>();
  readonly updates = { tiles: 0, borders: 0 };

  getSource(name: "tiles" | "borders") {
    const features = this.features[name];
    return {
      updateData: ({ add = [], remove = [] }: Diff) => {
        this.updates[name] += 1;
        for (const id of remove) expect(features.delete(id)).toBe(true);
        for (const { properties, geometry } of add) {
          expect(features.has(properties.id)).toBe(false);
          const token = name === "tiles" ? tokenOf(geometry) : "";
          features.set(properties.id, { token, look: properties.look });
        }
        return Promise.resolve();
      },
      setData: () => {
        throw new Error("No source is written anew.");
      },
    };
  }
  setFeatureState({ id }: { id: number }, { look }: { look: number }): void {
    this.states.set(id, look);
  }
  /** What a person sees. */
  looks(): Map<string, number> {
    const out = new Map<string, number>();
    for (const [id, { token, look: entered }] of this.features.tiles) {
      const look = this.states.get(id) ?? entered;
      if (look >= 0) out.set(token, look);
    }
    return out;
  }
}

function tokenOf({ coordinates }: Polygon): string {
  const [lat, lon] = middleOf(coordinates[0]!.slice(1) as [number, number][]);
  return tileAt(lat, lon);
}

describe("the layer of tiles", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const tokens = Array.from({ length: 30 }, (_, k) => tileAt(45.8 + k * 0.002, 15.98));
  const far = 10 ** 15;

  it("comes to show what the store has, whatever the order of changes", async () => {
    for (let seed = 1; seed <= 10; ++seed) {
      const next = random(seed);
      const map = new FakeMap();
      const store = new TileStore();
      const layer = new TerritoryLayer(map as unknown as Maplibre, store);
      let me: string | null = null;
      for (let step = 0; step < 60; ++step) {
        const tiles = new Map<string, [string, string | null, number | null]>();
        for (let k = 0; k < 8; ++k) {
          const token = tokens[Math.floor(next() * tokens.length)]!;
          const owner = next() < 0.4 ? null : `u${Math.floor(next() * 4)}`;
          tiles.set(token, [token, owner, owner === null ? null : far]);
        }
        layer.show(store.delta({ tiles: [...tiles.values()] }), me, 0);
        if (next() < 0.2) layer.refresh((me = next() < 0.5 ? null : "u2"), 0);
        await vi.advanceTimersByTimeAsync(next() * 900);
        // A tile that became free is never seen, however late it leaves the source.
        for (const token of map.looks().keys()) expect(store.get(token)).toBeDefined();
      }
      await vi.advanceTimersByTimeAsync(1000);
      const wanted = new Map([...store.entries()].map(([k, { owner }]) => [k, lookOf(owner, me)]));
      expect(map.looks()).toEqual(wanted);
      const without_fill = map.features.tiles.size - wanted.size;
      expect(without_fill).toBeLessThanOrEqual(map.features.tiles.size / 4);
      layer.show(store.clear(), me, 0);
      await vi.advanceTimersByTimeAsync(1000);
      expect(map.features.tiles.size + map.features.borders.size).toBe(0);
      expect(map.states.size).toBeLessThanOrEqual(2 * tokens.length); // Ids are used again.
    }
  });

  it("changes owners by feature state alone, and sources once a second at most", async () => {
    const map = new FakeMap();
    const store = new TileStore();
    const layer = new TerritoryLayer(map as unknown as Maplibre, store);
    const all = (owner: string) => tokens.map((x): [string, string, number] => [x, owner, far]);
    layer.show(store.snapshot({ tiles: all("u1"), owners: {} }), null, 0);
    expect(map.looks().size).toBe(tokens.length); // The first at once.
    const before = { ...map.updates };
    await vi.advanceTimersByTimeAsync(5000);
    layer.show(store.delta({ tiles: all("u2") }), null, 0);
    expect(map.updates).toEqual(before);
    expect([...map.looks().values()]).toEqual(tokens.map(() => lookOf("u2", null)));
    for (let k = 0; k < 20; ++k) {
      layer.show(store.delta({ tiles: [[tokens[0]!, k % 2 ? "u1" : null, k % 2 ? far : null]] }), null, 0); // prettier-ignore
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(map.updates.borders - before.borders).toBeLessThanOrEqual(3);
    expect(map.updates.tiles).toBe(before.tiles); // One without a fill stays for its next owner.
    layer.remove();
  });

  it("cuts borders less often where there are very many", async () => {
    const updatesOf = async (count: number) => {
      const map = new FakeMap();
      const store = new TileStore();
      const layer = new TerritoryLayer(map as unknown as Maplibre, store);
      const many = Array.from({ length: count }, (_, k) =>
        tileAt(45 + Math.floor(k / 200) * 0.002, 15 + (k % 200) * 0.002),
      );
      const tiles = many.map((x): [string, string, number] => [x, "u1", far]);
      layer.show(store.snapshot({ tiles, owners: {} }), null, 0);
      for (let k = 0; k < 16; ++k) {
        await vi.advanceTimersByTimeAsync(500);
        layer.show(store.delta({ tiles: [[many[0]!, k % 4 < 2 ? null : "u1", far]] }), null, 0);
      }
      layer.remove();
      return map.updates.borders;
    };
    expect(await updatesOf(30)).toBeGreaterThanOrEqual(8);
    expect(await updatesOf(20_000)).toBeLessThanOrEqual(5);
  });
});
