import { beforeEach, describe, expect, it } from "vitest";
import type { LatLon } from "../../src/api/types";
import * as draft from "../../src/play/simulator/draft";
import { planFrom } from "../../src/play/simulator/stored_plan";

const two: LatLon[] = [
  [45.81, 15.98],
  [45.82, 15.98],
];
const good: draft.Typed = { route: two, length_m: 1112, pace: "5:30", jitter: "4", sport: "run" };

describe("complaintsAbout", () => {
  it("has none about a sound plan", () => expect(draft.complaintsAbout(good)).toEqual({}));

  it.each([
    [{ pace: "quick" }, "pace"],
    [{ pace: "2:29" }, "pace"],
    [{ pace: "15:01" }, "pace"],
    [{ jitter: "0" }, "jitter"],
    [{ jitter: "10.5" }, "jitter"],
    [{ jitter: "much" }, "jitter"],
    [{ pace: "2:30", jitter: "8" }, "jitter"],
    [{ sport: "ride" }, "sport"],
    [{ route: [] as LatLon[], length_m: 0 }, ""],
    [{ length_m: 400_000 }, ""],
  ])("finds what is wrong with %j", (wrong, field) => {
    expect(Object.keys(draft.complaintsAbout({ ...good, ...wrong }))).toEqual([field]);
  });

  it.each(["2:30", "15:00", "6"])("lets a pace of %s through", (pace) =>
    expect(draft.complaintsAbout({ ...good, pace })).toEqual({}),
  );
});

describe("the route", () => {
  beforeEach(() => draft.change([]));

  it("goes back step by step", () => {
    draft.addPoint(two[0]!);
    draft.addPoint(two[1]!);
    draft.change([]);
    draft.undo();
    expect(draft.route.value).toEqual(two);
    draft.undo();
    expect(draft.route.value).toEqual([two[0]]);
    while (draft.canUndo.value) draft.undo();
    const first = draft.route.value;
    draft.undo();
    expect(draft.route.value).toBe(first);
  });
});

describe("the plan", () => {
  it("is each user's own, and is found again", () => {
    draft.takeUp("ana");
    draft.change(two);
    draft.paceText.value = "4:00";
    draft.takeUp("ivo");
    expect(draft.route.value).toEqual([]);
    expect(draft.canUndo.value).toBe(false);
    expect(draft.paceText.value).toBe("5:30");
    draft.change([two[0]!]);
    draft.takeUp("ana");
    expect(draft.route.value).toEqual(two);
    expect(draft.paceText.value).toBe("4:00");
    draft.undo();
    draft.takeUp("ana"); // As the panel does whenever it opens.
    expect(draft.route.value).toEqual([]);
    draft.takeUp("ivo");
    expect(draft.route.value).toEqual([two[0]]);
  });
});

describe("planFrom", () => {
  const plan = {
    run: "a",
    user: "b",
    seed: "a",
    route: two,
    sport: "run",
    pace_ms_per_km: 330_000,
    jitter_m: 4,
    start_ms: 1,
  };

  it("reads what was stored", () => {
    expect(planFrom(JSON.stringify(plan))).toEqual(plan);
    expect(planFrom(JSON.stringify({ ...plan, end_seq: 9 }))).toMatchObject({ end_seq: 9 });
  });

  it.each([
    null,
    "",
    "null",
    "7",
    "{",
    JSON.stringify({ ...plan, run: 1 }),
    JSON.stringify({ ...plan, route: [[45, 15]] }),
    JSON.stringify({
      ...plan,
      route: [
        [45, 15],
        ["45", 15],
      ],
    }),
    JSON.stringify({ ...plan, pace_ms_per_km: null }),
    JSON.stringify({ ...plan, end_seq: 0 }),
    JSON.stringify({ ...plan, sport: "flight" }),
  ])("is null for nonsense: %s", (text) => expect(planFrom(text)).toBeNull());
});
