import { describe, expect, it } from "vitest";
import { clockTime, moment, momentOfDay, result, tileCount, timeSpan } from "../../src/units";

const minute = 60_000;
const hour = 60 * minute;

describe("a span of time", () => {
  it("has two units at most", () => {
    expect(timeSpan(0)).toBe("0 s");
    expect(timeSpan(-5)).toBe("0 s");
    expect(timeSpan(1)).toBe("1 s"); // Not over yet.
    expect(timeSpan(59_000)).toBe("59 s");
    expect(timeSpan(60_000)).toBe("1 min");
    expect(timeSpan(12 * minute + 5000)).toBe("12 min 5 s");
    expect(timeSpan(3 * hour + 20 * minute + 59_000)).toBe("3 h 20 min");
    expect(timeSpan(hour + 5000)).toBe("1 h");
    expect(timeSpan(24 * hour)).toBe("24 h");
    expect(timeSpan(47 * hour + 5 * minute)).toBe("47 h 5 min");
    expect(timeSpan(48 * hour)).toBe("2 d");
    expect(timeSpan(51 * hour)).toBe("2 d 3 h");
  });
});

describe("an instant beside another", () => {
  const [morning, evening] = ["2026-05-11T04:00:00Z", "2026-05-11T21:05:00Z"];

  it("has no date on the same day of the zone", () => {
    expect(momentOfDay(morning, evening, "UTC")).toBe(clockTime(morning, "UTC"));
    expect(momentOfDay(evening, morning, "UTC")).toBe(clockTime(evening, "UTC"));
  });

  it("has a date on another, and days are the zone's", () => {
    expect(momentOfDay("2026-05-12T04:00:00Z", evening, "UTC")).toBe(
      moment("2026-05-12T04:00:00Z", "UTC"),
    );
    expect(momentOfDay(morning, evening, "Asia/Tokyo")).toBe(moment(morning, "Asia/Tokyo"));
    expect(momentOfDay("2026-05-12T04:00:00Z", evening, "Asia/Tokyo")).toBe(
      clockTime("2026-05-12T04:00:00Z", "Asia/Tokyo"),
    );
  });
});

it("one tile is one", () => {
  expect([0, 1, 2].map(tileCount)).toEqual(["0 tiles", "1 tile", "2 tiles"]);
  expect(result("territory", 1)).toBe("1 tile");
});
