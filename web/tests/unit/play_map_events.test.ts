import { describe, expect, it } from "vitest";
import type { Box, Event, LatLon } from "../../src/api/types";
import { metresBetween } from "../../src/map/ground";
import { isSameDrawn, mergeEvents, nearQuery, selectDrawn } from "../../src/play/event_selection";

const now = Date.parse("2026-05-10T17:00:00.000Z");
const view: Box = [15.9, 45.7, 16.1, 45.9];

function event(id: string, more: Partial<Event> = {}): Event {
  return {
    id,
    organiser: "o",
    name: id,
    city: "Zagreb",
    tz: "Europe/Zagreb",
    starts_at: "2026-05-10T16:00:00.000Z",
    cut_at: "2026-05-10T20:00:00.000Z",
    settle_at: "2026-05-10T20:30:00.000Z",
    metric: "race",
    state: "active",
    entry_fee_cents: 0,
    pot_cents: 0,
    live_spectators: false,
    tickets_sold: 0,
    tickets_cents: 0,
    created_at: "2026-05-01T10:00:00.000Z",
    course: [
      [45.8, 15.97],
      [45.81, 15.98],
    ],
    ...more,
  };
}

describe("the circle that is asked for", () => {
  const at = (center: LatLon, d: number): { box: Box; center: LatLon } => ({
    box: [center[1] - d, center[0] - d, center[1] + d, center[0] + d],
    center,
  });

  it("covers the view, as far as the API goes", () => {
    for (const d of [0.001, 0.01, 0.05, 0.1, 0.3])
      for (const center of [
        [45.8131, 15.9775],
        [0.004, -179.996],
        [-45.55, 100.15],
      ] as LatLon[]) {
        const { box } = at(center, d);
        const { near, radius_m } = nearQuery(at(center, d));
        const middle = near.split(",").map(Number) as LatLon;
        for (const corner of [
          [box[1], box[0]],
          [box[1], box[2]],
          [box[3], box[0]],
          [box[3], box[2]],
        ])
          expect(metresBetween(middle, corner as LatLon)).toBeLessThanOrEqual(radius_m);
      }
  });

  it("stays what it is when the view moves a little", () => {
    const before = nearQuery(at([45.8131, 15.9775], 0.02));
    expect(nearQuery(at([45.8133, 15.9777], 0.02))).toEqual(before);
  });

  it("is one that the API takes, also when the map went round the world", () => {
    expect(nearQuery(at([0, 0], 60)).radius_m).toBe(100_000);
    expect(nearQuery(at([45.8, 375.98], 0.01)).near).toBe("45.80,15.98");
    expect(nearQuery(at([45.8, -344.02], 0.01)).near).toBe("45.80,15.98");
  });
});

describe("what is drawn", () => {
  it("has each event once, the open one as its panel has it, the soonest end first", () => {
    const later = event("a", { cut_at: "2026-05-11T20:00:00.000Z" });
    const all = mergeEvents([later, event("b")], event("b", { name: "renamed" }));
    expect(all.map((x) => x.name)).toEqual(["renamed", "a"]);
  });

  it("is not over, unless it is open", () => {
    const all = [
      event("on"),
      event("final", { state: "settled" }),
      event("off", { state: "cancelled" }),
    ];
    expect(selectDrawn(all, view, null, now).map((x) => x.event.id)).toEqual(["on"]);
    expect(selectDrawn(all, view, "final", now).map((x) => x.event.id)).toEqual(["on", "final"]);
  });

  it("is in view, and not more than a map can carry; the open one always is", () => {
    const many = Array.from({ length: 100 }, (_, i) => event(`${i}`));
    expect(selectDrawn(many, view, null, now)).toHaveLength(60);
    expect(selectDrawn(many, view, "99", now).map((x) => x.event.id)).toContain("99");
    expect(selectDrawn(many, [0, 0, 1, 1], "99", now)).toEqual([]);
  });

  it("is left alone while only other members change", () => {
    const before = selectDrawn([event("a")], view, null, now);
    const sold = selectDrawn([event("a", { tickets_sold: 3 })], view, null, now);
    expect(isSameDrawn(before, sold)).toBe(true);
    const renamed = selectDrawn([event("a", { name: "b" })], view, null, now);
    expect(isSameDrawn(before, renamed)).toBe(false);
    const moved = selectDrawn(
      [
        event("a", {
          course: [
            [45.8, 15.97],
            [45.8, 15.98],
          ],
        }),
      ],
      view,
      null,
      now,
    );
    expect(isSameDrawn(before, moved)).toBe(false);
    const cut = selectDrawn([event("a")], view, null, Date.parse("2026-05-10T20:00:00.000Z"));
    expect(isSameDrawn(before, cut)).toBe(false);
    expect(isSameDrawn(before, [])).toBe(false);
  });
});
