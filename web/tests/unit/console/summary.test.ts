import { expect, it } from "vitest";
import { ageText, summaryOf, summaryText, thinned } from "../../../src/console/status/summary";

it("finds the latest, the least and the greatest", () => {
  expect(summaryOf([3, null, 1, 2])).toEqual({ latest: 2, min: 1, max: 3 });
  expect(summaryOf([3, null])).toEqual({ latest: null, min: 3, max: 3 });
  expect(summaryOf([null, null])).toBeNull();
  expect(summaryOf([])).toBeNull();
});

it("says it in a sentence", () => {
  const show = (x: number) => `${x} ms`;
  expect(summaryText("Ack p99", [4, 2, 3], show)).toBe(
    "Ack p99: latest 3 ms, minimum 2 ms, maximum 4 ms.",
  );
  expect(summaryText("Ack p99", [4, null], show)).toBe(
    "Ack p99: latest nothing just now, minimum 4 ms, maximum 4 ms.",
  );
  expect(summaryText("Ack p99", [], show)).toBe("Ack p99: nothing yet.");
});

it("thins a table evenly and keeps the last row", () => {
  expect(thinned(5, 10)).toEqual([0, 1, 2, 3, 4]);
  expect(thinned(0, 10)).toEqual([]);
  for (const length of [1, 59, 60, 61, 360]) {
    const rows = thinned(length, 60);
    expect(rows.length).toBeLessThanOrEqual(60);
    expect(rows.at(-1)).toBe(length - 1);
  }
});

it("says how old numbers are once they are old", () => {
  expect(ageText(25_000)).toBeNull();
  expect(ageText(40_000)).toBe("These numbers are 40 seconds old.");
  expect(ageText(180_000)).toBe("These numbers are 3 minutes old.");
});
