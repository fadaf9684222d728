import { describe, expect, it } from "vitest";
import type { LatLon } from "../../src/api/types";
import { lengthOf, metresBetween } from "../../src/map/ground";
import { chanceOf } from "../../src/play/simulator/chance";
import {
  durationMs,
  isTooLong,
  jitterLimits,
  jitterMax,
  paceFromText,
  paceLimits,
  record,
  type Recipe,
} from "../../src/play/simulator/recording";
import { Along, closed, isClosed, loopAround, moved } from "../../src/play/simulator/route";

const zagreb: LatLon = [45.81, 15.98];

function recipe(change: Partial<Recipe> = {}): Recipe {
  return {
    seed: "0190aa",
    route: loopAround(zagreb, 2000),
    sport: "run",
    pace_ms_per_km: 330_000,
    jitter_m: 4,
    start_ms: 1_780_000_000_000,
    ...change,
  };
}

/** Speeds over so many seconds, as the rules measure them: from place to place. */
function speedsOver(seconds: number, { fixes }: ReturnType<typeof record>, every = 1): number[] {
  const speeds = [];
  for (let i = 0; i + seconds < fixes.length; i += every) {
    const [a, b] = [fixes[i]!, fixes[i + seconds]!];
    speeds.push(metresBetween([a[1], a[2]], [b[1], b[2]]) / seconds);
  }
  return speeds;
}

function varianceOf(xs: number[]): number {
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
  return xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length;
}

/** Straight north, so that speeds from place to place are those along the way. */
const straight = (metres: number): LatLon[] => [zagreb, moved(zagreb, 0, metres)];
const seeds = Array.from({ length: 12 }, (_, i) => `seed ${i}`);
const paces = [paceLimits.fastest_ms, 200_000, 330_000, 480_000, paceLimits.slowest_ms];

describe("record", () => {
  it("is the same for the same recipe, and another for another seed", () => {
    expect(record(recipe())).toEqual(record(recipe()));
    expect(record(recipe({ seed: "0190ab" })).fixes).not.toEqual(record(recipe()).fixes);
  });

  it("has a position each second, and steps and metres that never go back", () => {
    const { fixes, done_m } = record(recipe());
    fixes.forEach((fix, i) => {
      expect(fix[0]).toBe(recipe().start_ms + 1000 * i);
      expect(fix[5]).toBe(1);
      expect(fix[4]).toBeGreaterThanOrEqual(fixes[i - 1]?.[4] ?? 0);
      expect(done_m[i]).toBeGreaterThanOrEqual(done_m[i - 1] ?? 0);
    });
    expect(done_m.at(-1)).toBeCloseTo(lengthOf(recipe().route), 6);
  });

  it.each(paces)("keeps a pace of %d ms/km", (pace_ms_per_km) => {
    for (const seed of seeds) {
      const made = record(recipe({ seed, pace_ms_per_km, route: straight(5000) }));
      const took = (made.fixes.length - 1) * 1000;
      expect(Math.abs(took / durationMs(5000, pace_ms_per_km) - 1)).toBeLessThan(0.02);
    }
  });

  it.each([1, 4, 10])("is never more than %d m beside the route", (jitter_m) => {
    for (const seed of seeds) {
      const { fixes, done_m } = record(recipe({ seed, jitter_m }));
      const along = new Along(recipe().route);
      fixes.forEach((fix, i) => {
        const off = metresBetween(along.place(done_m[i]!), [fix[1], fix[2]]);
        expect(off).toBeLessThan(jitter_m + 0.02);
      });
    }
  });

  it("is no vehicle at the fastest pace, with as much jitter as it allows", () => {
    const pace_ms_per_km = paceLimits.fastest_ms;
    const jitter_m = jitterMax(pace_ms_per_km);
    expect(jitter_m).toBeGreaterThanOrEqual(4);
    for (const seed of seeds) {
      const made = record(recipe({ seed, pace_ms_per_km, jitter_m, route: straight(8000) }));
      expect(Math.max(...speedsOver(30, made))).toBeLessThan(7);
    }
  });

  it.each(paces)("is no machine: its speed varies at %d ms/km", (pace_ms_per_km) => {
    for (const seed of seeds) {
      const made = record(recipe({ seed, pace_ms_per_km, jitter_m: 1, route: straight(3000) }));
      expect(varianceOf(speedsOver(10, made, 10))).toBeGreaterThan(0.015);
    }
  });

  it("changes its speed no faster than people do, and never stands", () => {
    for (const seed of seeds) {
      const speeds = speedsOver(3, record(recipe({ seed, jitter_m: 10, route: straight(3000) })));
      for (let i = 3; i < speeds.length; ++i)
        expect(Math.abs(speeds[i]! - speeds[i - 3]!) / 3).toBeLessThan(2);
      expect(Math.min(...speeds)).toBeGreaterThan(0.6);
    }
  });

  it.each(["run", "walk"] as const)("steps as people do on a %s", (sport) => {
    for (const seed of seeds) {
      const { fixes } = record(recipe({ seed, sport }));
      const per_minute = (fixes.at(-1)![4]! / (fixes.length - 1)) * 60;
      expect(per_minute).toBeGreaterThan(sport === "run" ? 150 : 90);
      expect(per_minute).toBeLessThan(180);
    }
  });

  it("runs over longitude 180", () => {
    const { fixes } = record(recipe({ route: loopAround([-17, 179.999], 2000) }));
    for (let i = 1; i < fixes.length; ++i) {
      const [a, b] = [fixes[i - 1]!, fixes[i]!];
      expect(Math.abs(b[2])).toBeLessThanOrEqual(180);
      expect(metresBetween([a[1], a[2]], [b[1], b[2]])).toBeLessThan(6);
    }
  });

  it("has at most as many positions as a run may have", () => {
    expect(isTooLong(100_000, 330_000)).toBe(false);
    expect(isTooLong(200_000, 330_000)).toBe(true);
    const longest = record(recipe({ route: straight(200_000), pace_ms_per_km: 900_000 }));
    expect(longest.fixes.length).toBe(50_000);
  });
});

describe("jitterMax", () => {
  it("is all there is for usual paces", () => {
    expect(jitterMax(330_000)).toBe(jitterLimits.most_m);
  });
});

describe("paceFromText", () => {
  it.each([
    ["5:30", 330_000],
    [" 2:30 ", 150_000],
    ["6", 360_000],
    ["12:05", 725_000],
  ])("reads %s", (text, ms) => expect(paceFromText(text)).toBe(ms));
  it.each(["", "5:60", "5:3", "fast", "-5:00", "5.5", "100:00"])("refuses %s", (text) =>
    expect(paceFromText(text)).toBeNull(),
  );
});

describe("routes", () => {
  it("makes a loop of the length that is asked for, which is closed", () => {
    for (const centre of [zagreb, [0, 180], [-60, -20]] as LatLon[]) {
      const loop = loopAround(centre, 1500);
      expect(lengthOf(loop)).toBeCloseTo(1500, -1);
      expect(isClosed(loop)).toBe(true);
    }
  });

  it("closes an open route, and a closed one not again", () => {
    const open: LatLon[] = [zagreb, moved(zagreb, 300, 0), moved(zagreb, 300, 300)];
    expect(isClosed(open)).toBe(false);
    expect(isClosed(closed(open))).toBe(true);
    expect(closed(closed(open))).toEqual(closed(open));
    expect(closed(open.slice(0, 2))).toEqual(open.slice(0, 2));
  });
});

describe("chanceOf", () => {
  it("is even between 0 and 1", () => {
    const chance = chanceOf("even");
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; ++i) counts[Math.floor(chance.next() * 10)]! += 1;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it("differs from the start for seeds that differ in one letter", () => {
    const first = new Set(Array.from({ length: 100 }, (_, i) => chanceOf(`run ${i}`).next()));
    expect(first.size).toBe(100);
  });
});
