import { describe, expect, it } from "vitest";
import type { Track } from "../../src/api/types";
import { bandsOf, paceBands, pointsOfMark, trackFeatures } from "../../src/map/track_features";

type Point = Track["points"][number];

/** A second apart, going north, with these speeds; the first is where it starts. */
function northward(speeds: (number | null)[], hows: Record<number, Point[4]> = {}): Point[] {
  let lat = 45.8;
  return speeds.map((speed, i): Point => {
    lat += (speed ?? 0) / 111_195;
    return [
      1000 * i,
      lat,
      15.98,
      i === 0 ? null : speed,
      hows[i] ?? (i === 0 ? "start" : "joined"),
    ];
  });
}

const bandNear = (ms: number) => paceBands.findIndex((band) => ms < band.below_ms);

describe("bandsOf", () => {
  it("gives a steady run one band", () => {
    const bands = bandsOf(northward(new Array(60).fill(3)));
    expect(bands[0]).toBe(-1);
    expect(new Set(bands.slice(1))).toEqual(new Set([bandNear(1_000_000 / 3)]));
  });

  it("does not take the noise of single positions for changes of pace", () => {
    const noisy = Array.from({ length: 120 }, (_, i) => (i % 2 ? 1.2 : 4.8));
    expect(new Set(bandsOf(northward(noisy)).slice(20, 100))).toEqual(new Set([bandNear(333_333)]));
  });

  it("shows a change that lasts", () => {
    const speeds = [...new Array(60).fill(2.2), ...new Array(60).fill(8)];
    const bands = bandsOf(northward(speeds));
    expect(bands[30]).toBe(bandNear(1_000_000 / 2.2));
    expect(bands[100]).toBe(0);
  });

  it("rides on no bridge, break or start, and nothing is carried over them", () => {
    const points = northward([...new Array(30).fill(7.5), ...new Array(30).fill(2)], {
      30: "broken",
    });
    const bands = bandsOf(points);
    expect(bands[30]).toBe(-1);
    expect(new Set(bands.slice(1, 30))).toEqual(new Set([0]));
    expect(new Set(bands.slice(31))).toEqual(new Set([bandNear(500_000)]));
  });

  it("counts standing as the slowest", () => {
    expect(bandsOf(northward(new Array(40).fill(0))).slice(1)).toEqual(
      new Array(39).fill(paceBands.length - 1),
    );
  });
});

describe("trackFeatures", () => {
  const partsOf = (track: Pick<Track, "points" | "marks">) =>
    trackFeatures(track).features.map((x) => x.properties?.part as string);

  it("is nothing for a track without points", () => {
    expect(trackFeatures({ points: [], marks: [] }).features).toEqual([]);
  });

  it("is two ends for a single point", () => {
    expect(partsOf({ points: northward([null]), marks: [] })).toEqual(["start", "end"]);
  });

  it("covers each joined segment exactly once, in few lines", () => {
    const speeds = Array.from({ length: 500 }, (_, i) => 2 + 2 * Math.sin(i / 60));
    const points = northward(speeds, { 100: "bridge", 200: "broken" });
    const lines = trackFeatures({ points, marks: [] }).features.filter(
      (x) => x.properties?.part === "way",
    );
    const segments = lines.reduce(
      (sum, x) => sum + (x.geometry.type === "LineString" ? x.geometry.coordinates.length - 1 : 0),
      0,
    );
    expect(segments).toBe(499 - 2);
    expect(lines.length).toBeLessThan(30);
  });

  it("draws a bridge apart and a break not at all", () => {
    const points = northward(new Array(30).fill(3), { 10: "bridge", 20: "broken" });
    expect(partsOf({ points, marks: [] })).toEqual(["way", "bridge", "way", "way", "start", "end"]);
  });

  it("draws what was noticed by its kind, with its number", () => {
    const points = northward(new Array(30).fill(3));
    const marks: Track["marks"] = [
      { kind: "fast", first: 2, last: 9, value: 8.1 },
      { kind: "parked", first: 10, last: 14, value: 40 },
    ];
    const drawn = trackFeatures({ points, marks }).features.filter(
      (x) => x.properties?.mark !== undefined,
    );
    expect(drawn.map((x) => x.properties)).toEqual([
      { part: "mark-line", kind: "fast", mark: 0 },
      { part: "mark-spot", kind: "parked", mark: 1 },
    ]);
    expect(drawn[0]?.geometry).toMatchObject({ type: "LineString" });
    expect(drawn[1]?.geometry).toEqual({
      type: "Point",
      coordinates: [15.98, points[12]![1]],
    });
  });

  it("goes on over longitude 180", () => {
    const points: Point[] = [
      [0, 0, 179.9999, null, "start"],
      [1000, 0, -179.9999, 3, "joined"],
      [2000, 0, 179.9998, 3, "joined"],
    ];
    const [first] = trackFeatures({ points, marks: [] }).features;
    const lons =
      first?.geometry.type === "LineString" && first.geometry.coordinates.map((x) => x[0]);
    expect(lons).toEqual([179.9999, 180.0001, 179.9998].map((x) => expect.closeTo(x, 6)));
  });
});

it("pointsOfMark are the points from its first to its last", () => {
  const points = northward(new Array(10).fill(3));
  expect(pointsOfMark({ points }, { kind: "gap", first: 3, last: 4, value: 31 })).toEqual([
    [points[3]![1], 15.98],
    [points[4]![1], 15.98],
  ]);
});
