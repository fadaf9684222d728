import { expect, it } from "vitest";
import type { Track } from "../../../src/api/types";
import { speedsOf } from "../../../src/console/reviews/speeds";

type Points = Track["points"];

const steady = (count: number, speed: (i: number) => number | null): Points =>
  Array.from({ length: count }, (_, i) => [
    i * 1000,
    45.8,
    15.9,
    speed(i),
    i === 0 ? "start" : "joined",
  ]) as Points;

it("is in km/h, and the same smooth or not at a steady speed", () => {
  const { momentary, smooth, times_ms } = speedsOf(steady(60, (i) => (i === 0 ? null : 3)));
  expect(times_ms.slice(0, 3)).toEqual([0, 1000, 2000]);
  expect(momentary[0]).toBeNull();
  expect(smooth[0]).toBeNull();
  for (let i = 1; i < 60; ++i) {
    expect(momentary[i]).toBeCloseTo(10.8);
    expect(smooth[i]).toBeCloseTo(10.8);
  }
});

it("takes the noise out and keeps the mean", () => {
  const { smooth } = speedsOf(steady(200, (i) => (i === 0 ? null : i % 2 ? 2 : 4)));
  for (let i = 20; i < 180; ++i) expect(Math.abs(smooth[i]! - 10.8)).toBeLessThan(0.5);
});

it("weighs each segment by how long it lasts", () => {
  const points = [
    [0, 45, 15, null, "start"],
    [6000, 45, 15, 1, "joined"],
    [8000, 45, 15, 5, "joined"],
  ] as Points;
  expect(speedsOf(points).smooth[1]).toBeCloseTo(((1 * 6 + 5 * 2) / 8) * 3.6);
});

it("does not bridge a break", () => {
  const broken = steady(30, (i) => (i === 0 || i === 15 ? null : 3));
  const { smooth } = speedsOf(broken);
  expect(smooth[15]).toBeNull();
  expect(smooth[14]).toBeCloseTo(10.8);
  expect(smooth[16]).toBeCloseTo(10.8);
});

it("has nothing of nothing", () => {
  expect(speedsOf([])).toEqual({ times_ms: [], momentary: [], smooth: [] });
});
