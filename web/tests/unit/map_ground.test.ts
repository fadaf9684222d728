import { describe, expect, it } from "vitest";
import type { LatLon } from "../../src/api/types";
import { circleRing, continuous, lengthOf, metresBetween, placeAt } from "../../src/map/ground";
import { eastward, wrapped } from "../../src/map/ground";
import { random } from "./random";

describe("lengths", () => {
  it("are those of the ground", () => {
    expect(metresBetween([0, 0], [0, 1])).toBeCloseTo(111_195, 0);
    expect(metresBetween([45, 15], [46, 15])).toBeCloseTo(111_195, 0);
    expect(metresBetween([0, 179.5], [0, -179.5])).toBeCloseTo(111_195, 0);
    expect(metresBetween([90, 0], [-90, 77])).toBeCloseTo(Math.PI * 6_371_010, 3);
    expect(lengthOf([])).toBe(0);
    expect(lengthOf([[1, 2]])).toBe(0);
    expect(lengthOf([[0, 0], [0, 1], [0, 0]])).toBeCloseTo(2 * 111_195, 0); // prettier-ignore
  });

  it("lead to a place as far away as was asked, the way that was asked", () => {
    const zagreb: LatLon = [45.81, 15.98];
    for (const metres of [1, 700, 50_000])
      expect(metresBetween(zagreb, placeAt(zagreb, metres, 1.3))).toBeCloseTo(metres, 3);
    expect(placeAt(zagreb, 700, Math.PI / 2)[1]).toBeGreaterThan(15.98);
    expect(placeAt(zagreb, 700, 0)[0]).toBeGreaterThan(45.81);
  });
});

describe("circles", () => {
  it("have all points at the radius, also near the pole and across longitude 180", () => {
    for (const lat of [-89, -45.8, 0, 45.8, 89])
      for (const lon of [-180, -0.001, 15.97, 179.999])
        for (const radius of [100, 1500, 50_000])
          for (const point of circleRing([lat, lon], radius, 12))
            expect(metresBetween([lat, lon], point)).toBeCloseTo(radius, 1);
  });

  it("are closed and run counter-clockwise, as GeoJSON wants them", () => {
    const ring = circleRing([45.8, 15.97], 1000);
    expect(ring.at(-1)).toEqual(ring[0]);
    let area = 0;
    ring.slice(1).forEach(([lat, lon], i) => {
      const [lat_before, lon_before] = ring[i]!;
      area += lon_before * lat - lon * lat_before;
    });
    expect(area).toBeGreaterThan(0);
  });
});

describe("longitudes", () => {
  it("go the short way round", () => {
    expect(eastward(179, -179)).toBe(2);
    expect(eastward(-179, 179)).toBe(-2);
    expect(wrapped(181)).toBe(-179);
  });

  it("of a line never jump, and name the same places", () => {
    const next = random(7);
    const line: LatLon[] = [[0, 179.9]];
    for (let i = 0; i < 200; ++i) line.push([0, wrapped(line[i]![1] + 40 * (next() - 0.5))]);
    const drawn = continuous(line);
    expect(drawn).toHaveLength(line.length);
    drawn.forEach(([lon], i) => {
      expect(wrapped(lon! - line[i]![1])).toBeCloseTo(0, 9);
      if (i > 0) expect(Math.abs(lon! - drawn[i - 1]![0]!)).toBeLessThan(21);
    });
    expect(drawn[0]).toEqual([179.9, 0]);
    expect(continuous([])).toEqual([]);
  });
});
