import { describe, expect, it } from "vitest";
import type { Box, Event, Standing } from "../../src/api/types";
import { metresBetween } from "../../src/map/ground";
import {
  checkpointsByPlace,
  groupLabels,
  isInView,
  placeOf,
  pointsOf,
  pushIntoView,
  shapesOf,
  type PlacedEvent,
} from "../../src/play/event_shapes";
import { countdownOf, poolOf, sells, stateAt } from "../../src/play/event_words";
import { announcement, mergeStandings } from "../../src/play/standings";

const minute = 60_000;
const hour = 60 * minute;
const times = {
  starts_at: "2026-05-10T16:00:00.000Z",
  cut_at: "2026-05-10T20:00:00.000Z",
  settle_at: "2026-05-10T20:30:00.000Z",
  state: "scheduled" as Event["state"],
};
const at = (text: string) => Date.parse(`2026-05-10T${text}.000Z`);

describe("the state of an event", () => {
  it("follows from the clock, whatever it was when it was loaded", () => {
    for (const state of ["scheduled", "active", "cut"] as const) {
      const event = { ...times, state };
      expect(stateAt(event, at("15:59:59"))).toBe("scheduled");
      expect(stateAt(event, at("16:00:00"))).toBe("active");
      expect(stateAt(event, at("19:59:59"))).toBe("active");
      expect(stateAt(event, at("20:00:00"))).toBe("cut");
      expect(stateAt(event, at("23:00:00"))).toBe("cut");
    }
  });

  it("is what the marks say, whatever the clock says", () => {
    for (const state of ["settled", "cancelled"] as const)
      for (const now of ["15:00:00", "17:00:00", "23:00:00"])
        expect(stateAt({ ...times, state }, at(now))).toBe(state);
  });

  it("says what comes next and when", () => {
    expect(countdownOf(times, at("15:00:00"))).toEqual({ to: "Starts in", left_ms: hour });
    expect(countdownOf(times, at("19:30:00"))).toEqual({ to: "Ends in", left_ms: 30 * minute });
    expect(countdownOf(times, at("20:10:00"))).toEqual({
      to: "Results in at most",
      left_ms: 20 * minute,
    });
    expect(countdownOf(times, at("20:31:00"))).toBeNull();
    expect(countdownOf({ ...times, state: "settled" }, at("19:00:00"))).toBeNull();
    const { settle_at: _, ...summary } = times; // As in a ticket.
    expect(countdownOf(summary, at("20:10:00"))).toBeNull();
  });

  it("decides whether tickets are sold", () => {
    expect(sells(times, at("15:00:00"))).toBe(true);
    expect(sells(times, at("19:59:59"))).toBe(true);
    expect(sells(times, at("20:00:00"))).toBe(false);
    expect(sells({ ...times, state: "cancelled" }, at("15:00:00"))).toBe(false);
  });
});

it("the pool is what was paid in, and once settled what was paid out", () => {
  expect(poolOf({ tickets_cents: 300, pot_cents: 5000 })).toBe(5300);
  expect(poolOf({ tickets_cents: 300, pot_cents: 5000, pool_cents: 5250 })).toBe(5250);
});

const zagreb = { lat: 45.8131, lon: 15.9775, radius_m: 1500 };

function event(id: string, more: Partial<PlacedEvent> = {}): PlacedEvent {
  return { id, name: id, ...times, ...more };
}

describe("shapes", () => {
  it("put the label at the start, else in the middle of the area", () => {
    expect(placeOf(event("a", { checkpoints: [[1, 2]], course: [[3, 4]] }))).toEqual([1, 2]);
    expect(placeOf(event("a", { course: [[3, 4]], area: zagreb }))).toEqual([3, 4]);
    expect(placeOf(event("a", { area: zagreb }))).toEqual([45.8131, 15.9775]);
    expect(placeOf(event("a"))).toBeNull();
  });

  it("give a lap's start and end one place with both numbers", () => {
    const lap = [
      [45.8, 15.97],
      [45.8, 15.98],
      [45.81, 15.98],
      [45.8, 15.97],
    ];
    expect(checkpointsByPlace(lap).map((x) => x.numbers)).toEqual(["1·4", "2", "3"]);
  });

  it("are longitude first, and carry which event they are of, as data", () => {
    const name = "<img src=x onerror=alert(1)>";
    const drawn = shapesOf(
      [
        event("a", {
          name,
          course: [
            [45, 15],
            [46, 16],
          ],
          checkpoints: [
            [45, 15],
            [46, 16],
          ],
          area: zagreb,
        }),
      ],
      "a",
      at("17:00:00"),
    );
    expect(drawn.features.map((x) => x.properties?.kind)).toEqual([
      "area",
      "course",
      "checkpoint",
      "checkpoint",
    ]);
    for (const { properties } of drawn.features)
      expect(properties).toMatchObject({ event: "a", open: true, state: "active" });
    expect(drawn.features[1]?.geometry).toEqual({
      type: "LineString",
      coordinates: [
        [15, 45],
        [16, 46],
      ],
    });
    expect(JSON.stringify(drawn)).not.toContain("onerror");
  });

  it("are in view when any of them is", () => {
    const view: Box = [15.9, 45.7, 16.1, 45.9];
    expect(isInView(event("a", { area: zagreb }), view)).toBe(true);
    expect(isInView(event("a", { area: { ...zagreb, lat: 46.5 } }), view)).toBe(false);
    expect(isInView(event("a", { area: { ...zagreb, lon: 17 } }), view)).toBe(false);
    expect(isInView(event("a"), view)).toBe(false);
    // The view lies in the middle of a long course.
    expect(
      isInView(
        event("a", {
          course: [
            [45.8, 15],
            [45.8, 17],
          ],
        }),
        view,
      ),
    ).toBe(true);
    // The map has gone round the world.
    expect(isInView(event("a", { area: zagreb }), [375.9, 45.7, 376.1, 45.9])).toBe(true);
    expect(isInView(event("a", { area: zagreb }), [-344.1, 45.7, -343.9, 45.9])).toBe(true);
    expect(isInView(event("a", { area: zagreb }), [-400, -80, 400, 80])).toBe(true);
    const fiji = { lat: -17, lon: 179.99, radius_m: 3000 };
    expect(isInView(event("a", { area: fiji }), [179, -18, 181, -16])).toBe(true);
  });

  it("have all that has to be seen among their points", () => {
    const points = pointsOf(event("a", { area: zagreb }));
    for (const point of points)
      expect(metresBetween([45.8131, 15.9775], point)).toBeCloseTo(1500, 0);
  });
});

describe("labels", () => {
  it("are pushed into view at the edges, and stay over their places", () => {
    expect(pushIntoView(500, 200, 1000)).toBe(0);
    expect(pushIntoView(80, 200, 1000)).toBe(26);
    expect(pushIntoView(930, 200, 1000)).toBe(-36);
    expect(pushIntoView(-300, 200, 1000)).toBe(100); // Out of view with its place.
    expect(pushIntoView(60, 400, 300)).toBe(0); // It does not fit at all.
    for (let x = 0; x <= 360; x += 7) {
      const middle = x + pushIntoView(x, 216, 360);
      expect(middle - 108).toBeGreaterThanOrEqual(0);
      expect(middle + 108).toBeLessThanOrEqual(360);
    }
  });

  const pixel = ([lat, lon]: readonly [number, number]) => [lon, lat] as const;
  const there = (id: string, x: number, y: number) => event(id, { course: [[y, x]] });

  it("that would overlap stand in one list, in their order", () => {
    const groups = groupLabels([there("a", 0, 0), there("b", 500, 0), there("c", 100, 30)], pixel);
    expect(groups.map((x) => x.events.map((e) => e.id))).toEqual([["a", "c"], ["b"]]);
    expect(groups[0]?.at).toEqual([0, 0]);
  });

  it("lose no event that has a place, and show none that has none", () => {
    const all = Array.from({ length: 40 }, (_, i) => there(`${i}`, (i * 37) % 400, (i * 53) % 300));
    const groups = groupLabels([...all, event("nowhere")], pixel);
    const ids = groups.flatMap((x) => x.events.map((e) => e.id));
    expect(ids.sort()).toEqual(all.map((x) => x.id).sort());
  });
});

function standing(rank: number, username: string, value = 1000 * rank): Standing {
  return {
    rank,
    user: `id-${username}`,
    username,
    value,
    reached_at: times.cut_at,
    prize_cents: 0,
  };
}

describe("leaderboards", () => {
  it("show each runner once: the watched ranks are newer than those behind", () => {
    const first = [standing(1, "ana"), standing(2, "ivo")];
    const behind = [standing(4, "eva"), standing(3, "ivo"), standing(5, "eva"), standing(3, "tea")];
    const all = mergeStandings(first, behind);
    expect(all.map((x) => `${x.rank} ${x.username}`)).toEqual(["1 ana", "2 ivo", "3 tea", "5 eva"]);
  });

  it("tell a new leader and the end, and nothing else", () => {
    const board = (state: Event["state"], ...items: Standing[]) => ({
      state,
      metric: "race" as const,
      items,
    });
    const ana = standing(1, "ana", 574_000);
    const ivo = standing(2, "ivo", 590_000);
    const before = board("active", ana, ivo);
    expect(announcement(null, before)).toBe("");
    expect(announcement(before, board("active", ana))).toBe("");
    expect(announcement(before, board("cut", ana))).toBe("");
    expect(announcement(before, board("active", { ...ivo, value: 560_000 }, ana))).toBe(
      "ivo leads with 9:20.",
    );
    expect(announcement(board("active"), before)).toBe("ana leads with 9:34.");
    expect(announcement(before, board("settled", ana))).toBe(
      "The results are final. ana wins with 9:34.",
    );
    expect(announcement(board("cut"), board("settled"))).toBe(
      "The results are final. Nobody finished.",
    );
    expect(announcement(board("settled", ana), board("settled", ana))).toBe("");
    expect(announcement(before, board("cancelled"))).toBe("The event was called off.");
  });
});
