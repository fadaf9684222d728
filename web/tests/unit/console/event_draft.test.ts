import { describe, expect, it } from "vitest";
import type { Event } from "../../../src/api/types";
import {
  blankDraft,
  checkDraft,
  checkKept,
  createOf,
  draftOf,
  editOf,
  startOf,
  type Draft,
} from "../../../src/console/events/event_draft";
import { nowhere } from "../../../src/console/events/geometry";

const draft: Draft = {
  name: " City lap ",
  city: "Zagreb",
  tz: "Europe/Zagreb",
  start: "2026-05-10T18:00",
  later: false,
  metric: "race",
  fee: "3.50",
  pot: "50",
  distance: "5000",
  live: true,
  geometry: nowhere,
};

const event: Event = {
  id: "0190aaaa-0000-7000-8000-000000000001",
  organiser: "0190aaaa-0000-7000-8000-000000000002",
  name: "City lap",
  city: "Zagreb",
  tz: "Europe/Zagreb",
  starts_at: "2026-05-10T16:00:00.000Z",
  cut_at: "2026-05-10T20:00:00.000Z",
  settle_at: "2026-05-10T20:30:00.000Z",
  metric: "race",
  state: "scheduled",
  entry_fee_cents: 350,
  pot_cents: 5000,
  distance_m: 5000,
  course: [
    [45.8, 15.9],
    [45.9, 15.9],
  ],
  area: { lat: 45.8, lon: 15.9, radius_m: 2000 },
  live_spectators: true,
  tickets_sold: 0,
  tickets_cents: 0,
  created_at: "2026-05-01T00:00:00.000Z",
};

describe("a draft", () => {
  it("is sent as the wire has it", () => {
    expect(checkDraft(draft)).toEqual({});
    expect(createOf(draft)).toEqual({
      name: "City lap",
      city: "Zagreb",
      tz: "Europe/Zagreb",
      starts_at: "2026-05-10T16:00:00.000Z",
      metric: "race",
      entry_fee_cents: 350,
      pot_cents: 5000,
      distance_m: 5000,
      live_spectators: true,
    });
  });

  it("says at each field what is wrong", () => {
    const wrong: [Partial<Draft>, string][] = [
      [{ name: " " }, "name"],
      [{ city: "x".repeat(101) }, "city"],
      [{ tz: "Europe/Agram" }, "tz"],
      [{ start: "" }, "starts_at"],
      [{ start: "2026-03-29T02:30" }, "starts_at"],
      [{ fee: "free" }, "entry_fee_cents"],
      [{ pot: "1000001" }, "pot_cents"],
      [{ distance: "99" }, "distance_m"],
      [{ distance: "5 km" }, "distance_m"],
      [{ distance: "" }, "distance_m"],
      [{ geometry: { ...nowhere, course: [[45, 15]] } }, "course"],
      [{ geometry: { ...nowhere, checkpoints: [[45, 15]] } }, "checkpoints"],
      [{ geometry: { ...nowhere, area: { center: [45, 15], radius_m: 99 } } }, "area"],
    ];
    for (const [part, field] of wrong)
      expect(Object.keys(checkDraft({ ...draft, ...part })), field).toEqual([field]);
  });

  it("needs no distance but for a race without checkpoints", () => {
    expect(checkDraft({ ...draft, distance: "", metric: "territory" })).toEqual({});
    const checkpoints: [number, number][] = [
      [45, 15],
      [45.1, 15],
    ];
    expect(checkDraft({ ...draft, distance: "", geometry: { ...nowhere, checkpoints } })).toEqual(
      {},
    );
  });

  it("starts at the instant that is meant where a local time comes twice", () => {
    const night = { ...draft, start: "2026-10-25T02:30" };
    expect(startOf(night)).toBe(Date.parse("2026-10-25T00:30:00Z"));
    expect(startOf({ ...night, later: true })).toBe(Date.parse("2026-10-25T01:30:00Z"));
    expect(startOf({ ...draft, start: "2026-03-29T02:30" })).toBeNull();
    const stored = { ...event, starts_at: "2026-10-25T01:30:00.000Z" };
    expect(draftOf(stored)).toMatchObject({ start: "2026-10-25T02:30", later: true });
    expect(startOf(draftOf(stored))).toBe(Date.parse(stored.starts_at));
  });

  it("begins as tomorrow evening where the organiser is", () => {
    const blank = blankDraft("Pacific/Auckland", Date.parse("2026-05-10T23:00:00Z"));
    expect(blank.start).toBe("2026-05-12T18:00"); // The 11th there, when it is the 10th in UTC.
    expect(Object.keys(checkDraft(blank))).toEqual(["name", "city", "distance_m"]);
  });
});

describe("an edit", () => {
  it("has only what differs", () => {
    expect(editOf(event, draftOf(event), false)).toEqual({});
    const after: Draft = { ...draftOf(event), name: "Lap", fee: "4", start: "2026-05-10T19:00" };
    expect(editOf(event, after, false)).toEqual({
      name: "Lap",
      entry_fee_cents: 400,
      starts_at: "2026-05-10T17:00:00.000Z",
    });
  });

  it("has name, city and pot alone once the event has started", () => {
    const after: Draft = {
      ...draftOf(event),
      name: "Lap",
      fee: "4",
      pot: "60",
      metric: "distance",
    };
    expect(editOf(event, after, true)).toEqual({ name: "Lap", pot_cents: 6000 });
  });

  it("does not move a start with seconds that nobody touched", () => {
    const odd = { ...event, starts_at: "2026-05-10T16:00:30.500Z" };
    expect(editOf(odd, { ...draftOf(odd), name: "Lap" }, false)).toEqual({ name: "Lap" });
  });

  it("cannot take away what was stored", () => {
    const kept = draftOf(event);
    expect(checkKept(event, kept)).toEqual({});
    const bare: Draft = { ...kept, metric: "territory", distance: "", geometry: nowhere };
    expect(Object.keys(checkKept(event, bare)).sort()).toEqual(["area", "course", "distance_m"]);
  });
});
