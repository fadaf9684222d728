import { expect, it } from "vitest";
import type { Event } from "../../../src/api/types";
import { changesOf } from "../../../src/console/events/event_changes";
import { coins, moment } from "../../../src/units";

const event: Event = {
  id: "0190aaaa-0000-7000-8000-000000000001",
  organiser: "0190aaaa-0000-7000-8000-000000000002",
  name: "Old",
  city: "Zagreb",
  tz: "Europe/Zagreb",
  starts_at: "2026-05-10T16:00:00.000Z",
  cut_at: "2026-05-10T20:00:00.000Z",
  settle_at: "2026-05-10T20:30:00.000Z",
  metric: "distance",
  state: "scheduled",
  entry_fee_cents: 350,
  pot_cents: 0,
  live_spectators: false,
  tickets_sold: 0,
  tickets_cents: 0,
  created_at: "2026-05-01T00:00:00.000Z",
};

it("says in words and units what an edit changes", () => {
  const starts_at = "2026-05-10T17:00:00.000Z";
  const course: [number, number][] = [
    [45, 15],
    [45.1, 15],
  ];
  const edit = { name: "New", starts_at, entry_fee_cents: 400, course, live_spectators: true };
  expect(changesOf(event, edit)).toEqual([
    { term: "Name", before: "Old", after: "New" },
    {
      term: "Start",
      before: `${moment(event.starts_at, event.tz)} (Europe/Zagreb)`,
      after: `${moment(starts_at, event.tz)} (Europe/Zagreb)`,
    },
    { term: "Entry fee", before: coins(350), after: coins(400) },
    { term: "Course", before: "none", after: "2 points" },
    { term: "Live spectators", before: "no", after: "yes" },
  ]);
});

it("shows a start by the clocks of each zone when the zone changes", () => {
  const [zone, start] = changesOf(event, { tz: "UTC", starts_at: "2026-05-10T18:00:00.000Z" });
  expect(zone).toEqual({ term: "Time zone", before: "Europe/Zagreb", after: "UTC" });
  expect(start?.after).toContain("(UTC)");
});
