import { describe, expect, it } from "vitest";
import { Borders } from "../../src/map/borders";
import { pointsOf, tileAt } from "../../src/map/tile_geometry";
import { isNothing, TileStore, type Difference, type Holding } from "../../src/map/tile_store";
import { s2 } from "s2js";
import { random } from "./random";

type Changes = [string, string | null, number | null][];

/** What a map would show that is told differences only; refuses those that make no sense. */
class Shown {
  readonly tiles = new Map<string, string>();

  apply(change: Difference, store: TileStore): void {
    for (const token of change.removed) expect(this.tiles.delete(token)).toBe(true);
    for (const token of change.added) {
      expect(this.tiles.has(token)).toBe(false);
      this.tiles.set(token, store.get(token)!.owner);
    }
    for (const token of change.changed) {
      expect(this.tiles.get(token)).not.toBe(store.get(token)!.owner);
      this.tiles.set(token, store.get(token)!.owner);
    }
    for (const token of change.renewed) expect(this.tiles.get(token)).toBe(store.get(token)!.owner);
  }
}

describe("the store of tiles", () => {
  it("tells differences that lead to the newest state, whatever comes", () => {
    for (let seed = 1; seed <= 25; ++seed) {
      const next = random(seed);
      const pick = (n: number) => Math.floor(next() * n);
      const store = new TileStore();
      const shown = new Shown();
      const truth = new Map<string, Holding>();
      let now = 0;
      for (let step = 0; step < 120; ++step) {
        const what = pick(10);
        const tiles: Changes = [];
        const named = new Set<string>();
        for (let k = pick(12); k > 0; --k) {
          const token = `t${pick(20)}`;
          if (named.has(token)) continue;
          named.add(token);
          tiles.push(
            next() < 0.3 ? [token, null, null] : [token, `u${pick(4)}`, now + 1 + pick(50)],
          );
        }
        let change: Difference;
        if (what < 6) {
          change = store.delta({ tiles });
          for (const [token, owner, until] of tiles)
            if (owner === null) truth.delete(token);
            else truth.set(token, { owner, until: until! });
        } else if (what < 8) {
          const held = tiles.filter(([, owner]) => owner !== null);
          change = store.snapshot({ tiles: held, owners: {} });
          truth.clear();
          for (const [token, owner, until] of held)
            truth.set(token, { owner: owner!, until: until! });
        } else if (what < 9) {
          now += pick(30);
          change = store.expire(now);
          for (const [token, { until }] of truth) if (until <= now) truth.delete(token);
        } else if (pick(4) === 0) {
          change = store.clear();
          truth.clear();
        } else continue;
        shown.apply(change, store);
        expect(new Map(store.entries())).toEqual(truth);
        expect(shown.tiles).toEqual(new Map([...truth].map(([k, { owner }]) => [k, owner])));
      }
    }
  });

  it("says nothing when nothing changed", () => {
    const store = new TileStore();
    const tiles: Changes = [["a", "u", 10]];
    expect(store.delta({ tiles })).toMatchObject({ added: ["a"] });
    expect(isNothing(store.delta({ tiles }))).toBe(true);
    expect(isNothing(store.snapshot({ tiles, owners: {} }))).toBe(true);
    expect(isNothing(store.delta({ tiles: [["b", null, null]] }))).toBe(true);
    expect(isNothing(store.expire(9))).toBe(true);
    expect(store.delta({ tiles: [["a", "u", 20]] })).toMatchObject({ renewed: ["a"] });
    expect(isNothing(store.expire(19))).toBe(true); // What it held until before counts no more.
    expect(store.expire(20)).toMatchObject({ removed: ["a"] });
  });

  it("remembers names, also those that only an earlier message told", () => {
    const store = new TileStore();
    store.snapshot({ tiles: [], owners: { u: "ana" } });
    store.delta({ tiles: [], owners: { v: "<b>ivo</b>" } });
    store.clear();
    expect([store.nameOf("u"), store.nameOf("v"), store.nameOf("w")]).toEqual([
      "ana",
      "<b>ivo</b>",
      undefined,
    ]);
  });
});

/** Neighbouring tiles, and how many edges lie between different owners, by the S2 library. */
function patch(): string[] {
  const start = s2.cellid.fromToken(tileAt(45.8131, 15.9775));
  const seen = new Set([start]);
  for (const id of seen) {
    if (seen.size > 60) break;
    for (const next of s2.cellid.edgeNeighbors(id)) seen.add(next);
  }
  return [...seen].slice(0, 60).map((id) => s2.cellid.toToken(id));
}

describe("borders", () => {
  it("lie between different owners, as neighbours of the S2 library have it", () => {
    const tokens = patch();
    const neighbours = new Map(
      tokens.map((token) => [
        token,
        s2.cellid.edgeNeighbors(s2.cellid.fromToken(token)).map((id) => s2.cellid.toToken(id)),
      ]),
    );
    for (let seed = 1; seed <= 6; ++seed) {
      const next = random(seed);
      const borders = new Borders();
      const owners = new Map<string, string>();
      const drawn = new Map<number, string>();
      let me: string | null = null;
      for (let step = 0; step < 40; ++step) {
        for (let k = 0; k < 8; ++k) {
          const token = tokens[Math.floor(next() * tokens.length)]!;
          if (next() < 0.25) {
            borders.free(token);
            owners.delete(token);
          } else {
            const owner = `u${Math.floor(next() * 3)}`;
            borders.hold(token, owner, pointsOf(token));
            owners.set(token, owner);
          }
        }
        if (next() < 0.2) me = next() < 0.5 ? null : "u1";
        borders.look(me);
        const { add, remove } = borders.take();
        for (const id of remove) expect(drawn.delete(id)).toBe(true);
        for (const { id, side } of add) {
          expect(drawn.has(id)).toBe(false);
          drawn.set(id, side);
        }
        const wanted = { mine: 0, other: 0 };
        for (const [token, owner] of owners)
          for (const beyond of neighbours.get(token)!) {
            const other = owners.get(beyond);
            if (other === owner || (other !== undefined && beyond < token)) continue;
            wanted[owner === me || other === me ? "mine" : "other"] += 1;
          }
        const counted = { mine: 0, other: 0 };
        for (const side of drawn.values()) counted[side as "mine" | "other"] += 1;
        expect(counted).toEqual(wanted);
      }
      for (const token of tokens) borders.free(token);
      for (const id of borders.take().remove) drawn.delete(id);
      expect(drawn.size).toBe(0);
    }
  });

  it("have nothing to tell when asked again", () => {
    const borders = new Borders();
    const token = tileAt(45.8131, 15.9775);
    borders.hold(token, "u", pointsOf(token));
    expect(borders.take().add).toHaveLength(4);
    borders.hold(token, "u", pointsOf(token));
    expect(borders.take()).toEqual({ add: [], remove: [] });
    borders.hold(token, "v", pointsOf(token)); // Another owner, the same lines.
    expect(borders.take()).toEqual({ add: [], remove: [] });
  });
});
