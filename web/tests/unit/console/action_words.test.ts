import { describe, expect, it } from "vitest";
import { actionInWords, detailLines, screenOfTarget } from "../../../src/console/action_words";
import { coins, moment } from "../../../src/units";

const lines = (detail: object) => detailLines({ detail: detail as Record<string, never> });

describe("the detail of an action", () => {
  it("has amounts with units and instants in the viewer's time", () => {
    expect(lines({ coins_cents: 1250, reason: "found <b>money</b>" })).toEqual([
      { term: "Coins", text: coins(1250) },
      { term: "Reason", text: "found <b>money</b>" },
    ]);
    const at = "2026-05-10T16:00:00.000Z";
    expect(lines({ starts_at: at })).toEqual([{ term: "Start", text: moment(at) }]);
    expect(lines({ tickets: 3, refunded_cents: 900 })).toEqual([
      { term: "Tickets", text: "3" },
      { term: "Paid back", text: coins(900) },
    ]);
  });

  it("shows changes as before and after", () => {
    expect(lines({ name: ["Old", "New"], pot_cents: [0, 900] })).toEqual([
      { term: "Name", before: "Old", text: "New" },
      { term: "Sponsor's pot", before: coins(0), text: coins(900) },
    ]);
    expect(lines({ roles: [["runner"], ["runner", "organiser"]], banned: [false, true] })).toEqual([
      { term: "Roles", before: "runner", text: "runner, organiser" },
      { term: "Banned", before: "no", text: "yes" },
    ]);
    const area = { lat: 45.81, lon: 15.98, radius_m: 1500 };
    const [line] = lines({ area: [null, area] });
    expect(line).toMatchObject({ term: "Area", before: null });
    expect(line?.text).toMatch(/^1.50 km around 45.8100, 15.9800$/);
  });

  it("does not take two reasons for a change", () => {
    const [line] = lines({ reasons: ["cadence", "clock_drift"] });
    expect(line?.before).toBeUndefined();
    expect(line?.text).toContain("clock");
  });

  it("links the event of a ticket", () => {
    expect(lines({ event: "0190" })[0]?.link).toEqual(["manage-events", "0190"]);
  });

  it("shows what it does not know as it is", () => {
    expect(lines({ some_thing: { a: 1 } })).toEqual([{ term: "some thing", text: '{"a":1}' }]);
    expect(lines({})).toEqual([]);
    expect(actionInWords("moon_painted")).toBe("moon painted");
  });
});

it("knows where each target is shown", () => {
  expect(screenOfTarget("event_edited")).toBe("manage-events");
  expect(screenOfTarget("run_rejected")).toBe("reviews");
  for (const action of ["ticket_granted", "coins_granted", "rights_changed", "operator_created"])
    expect(screenOfTarget(action)).toBe("users");
});
