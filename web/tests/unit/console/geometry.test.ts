import { describe, expect, it } from "vitest";
import {
  distanceDoubt,
  nowhere,
  pointsOf,
  roundedRadius,
  textOf,
  withClick,
  withMoved,
  without,
  type Geometry,
} from "../../../src/console/events/geometry";
import type { LatLon } from "../../../src/api/types";
import { lengthOf } from "../../../src/map/ground";

const square: LatLon[] = [
  [45.8066249, 15.9706616],
  [45.8066249, 15.9791774],
  [45.8105819, 15.9791774],
  [45.8105819, 15.9706616],
  [45.8066249, 15.9706616],
];

describe("points as text", () => {
  it("read back as they were", () => {
    expect(pointsOf(textOf(square))).toEqual({ points: square });
    expect(pointsOf("\n 45.1 15.2 \n\n-3;4\n")).toEqual({
      points: [
        [45.1, 15.2],
        [-3, 4],
      ],
    });
    expect(pointsOf("")).toEqual({ points: [] });
  });

  it("say which line is wrong", () => {
    for (const line of ["45.1", "45.1, x", "91, 0", "0, 181", "1, 2, 3", "NaN, 1"])
      expect(pointsOf(`45.1, 15.2\n${line}`), line).toMatchObject({
        wrong: expect.stringContaining("Line 2 "),
      });
  });
});

describe("drawing", () => {
  it("adds, moves and takes away points", () => {
    let drawn: Geometry = nowhere;
    drawn = withClick(drawn, "course", [45.12345678, 15]);
    drawn = withClick(drawn, "course", [45.2, 15.1]);
    drawn = withClick(drawn, "checkpoints", [45.3, 15.3]);
    expect(drawn.course).toEqual([
      [45.123457, 15],
      [45.2, 15.1],
    ]);
    expect(withMoved(drawn, "course", 1, [46, 16]).course[1]).toEqual([46, 16]);
    expect(without(drawn, "course", 0).course).toEqual([[45.2, 15.1]]);
    expect(drawn.checkpoints).toHaveLength(1);
    expect(nowhere.course).toHaveLength(0);
  });

  it("keeps the radius when the centre moves", () => {
    const first = withClick(nowhere, "area", [45, 15]);
    expect(first.area).toEqual({ center: [45, 15], radius_m: 1000 });
    const wide = { ...first, area: { center: [45, 15] as LatLon, radius_m: 4200 } };
    expect(withClick(wide, "area", [46, 16]).area).toEqual({ center: [46, 16], radius_m: 4200 });
  });

  it("stops at the greatest number of points", () => {
    const full = { ...nowhere, checkpoints: Array.from({ length: 200 }, (): LatLon => [45, 15]) };
    expect(withClick(full, "checkpoints", [46, 16])).toBe(full);
  });

  it("has radii that the server takes", () => {
    expect([3, 104, 1234, 60_000].map(roundedRadius)).toEqual([100, 100, 1250, 50_000]);
  });
});

describe("a race's distance", () => {
  const drawn = { ...nowhere, course: square };

  it("is within a tenth of its course", () => {
    const length = lengthOf(square);
    expect(distanceDoubt(Math.round(length), drawn)).toBeNull();
    expect(distanceDoubt(Math.ceil(length / 1.1) + 1, drawn)).toBeNull();
    expect(distanceDoubt(Math.floor(length / 1.1) - 1, drawn)).toEqual({ kind: "course", length });
    expect(distanceDoubt(Math.floor(length / 0.9) - 1, drawn)).toBeNull();
    expect(distanceDoubt(Math.ceil(length / 0.9) + 1, drawn)).toEqual({ kind: "course", length });
    expect(distanceDoubt(null, drawn)).toBeNull();
    expect(distanceDoubt(5000, nowhere)).toBeNull();
  });

  it("reaches all checkpoints", () => {
    const checked = { ...nowhere, checkpoints: square };
    expect(distanceDoubt(1000, checked)).toMatchObject({ kind: "checkpoints" });
    expect(distanceDoubt(9000, checked)).toBeNull(); // The way between them may wind.
  });
});
