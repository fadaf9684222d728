import { describe, expect, it } from "vitest";
import type { Ticket } from "../../src/api/types";
import {
  isAttachable,
  missingCents,
  reachesBack,
  ticketWord,
  useOf,
} from "../../src/play/ticket_rules";

const event: Ticket["event"] = {
  id: "e",
  name: "City lap",
  city: "Zagreb",
  tz: "Europe/Zagreb",
  starts_at: "2026-05-10T16:00:00.000Z",
  cut_at: "2026-05-10T20:00:00.000Z",
  metric: "race",
  state: "scheduled",
};
const at = (text: string) => Date.parse(`2026-05-10T${text}.000Z`);

describe("a ticket", () => {
  it("starts a run while the event is on, by the clock", () => {
    const ticket = { state: "unused" as const, event };
    expect(useOf(ticket, at("15:59:59"))).toBe("wait");
    expect(useOf(ticket, at("16:00:00"))).toBe("start");
    expect(useOf(ticket, at("19:59:59"))).toBe("start");
    expect(useOf(ticket, at("20:00:00"))).toBe("late");
  });

  it("is good for nothing once it is used or paid back, or the event is over", () => {
    for (const state of ["used", "refunded"] as const)
      expect(useOf({ state, event }, at("17:00:00"))).toBe("none");
    for (const state of ["settled", "cancelled"] as const)
      expect(useOf({ state: "unused", event: { ...event, state } }, at("17:00:00"))).toBe("none");
  });

  it("says so", () => {
    expect(ticketWord({ state: "unused", event }, at("17:00:00"))).toBe("Unused");
    expect(ticketWord({ state: "used", event }, at("17:00:00"))).toBe("Used");
    const settled = { ...event, state: "settled" as const };
    expect(ticketWord({ state: "unused", event: settled }, at("23:00:00"))).toBe("Not used");
  });

  it("is not searched for behind the creation of its event", () => {
    const bought = (text: string) => ({ bought_at: `2026-05-${text}T12:00:00.000Z` });
    const created_at = "2026-05-05T00:00:00.000Z";
    expect(reachesBack([bought("09"), bought("06")], created_at)).toBe(false);
    expect(reachesBack([bought("09"), bought("04")], created_at)).toBe(true);
    expect(reachesBack([], created_at)).toBe(false);
  });

  it("may lack some cents", () => {
    expect(missingCents(500, 300)).toBe(200);
    expect(missingCents(300, 300)).toBe(0);
    expect(missingCents(0, 0)).toBe(0);
  });
});

it("an imported run takes a ticket when it started while the event was on", () => {
  const run = {
    source: "file" as const,
    state: "accepted" as const,
    kind: "free" as const,
    started_at: "2026-05-10T16:00:00.000Z",
  };
  expect(isAttachable(run, event)).toBe(true);
  expect(isAttachable({ ...run, source: "strava" }, event)).toBe(true);
  expect(isAttachable({ ...run, started_at: "2026-05-10T19:59:59.999Z" }, event)).toBe(true);
  expect(isAttachable({ ...run, started_at: event.cut_at }, event)).toBe(false);
  expect(isAttachable({ ...run, started_at: "2026-05-10T15:59:59.999Z" }, event)).toBe(false);
  expect(isAttachable({ ...run, started_at: undefined }, event)).toBe(false);
  expect(isAttachable({ ...run, source: "app" }, event)).toBe(false);
  expect(isAttachable({ ...run, source: "simulated" }, event)).toBe(false);
  expect(isAttachable({ ...run, state: "flagged" }, event)).toBe(false);
  expect(isAttachable({ ...run, kind: "event" }, event)).toBe(false);
});
