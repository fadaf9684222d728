import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { markText, reasonInWords, valueOfMark } from "../../src/game_words";

it("has a sentence for every reason of the contract", () => {
  const contract = readFileSync(new URL("../../../net/openapi.yaml", import.meta.url), "utf8");
  const found = /RunReason:\s+type: string\s+enum: \[([^\]]+)\]/.exec(contract);
  const codes = found?.[1]?.split(",").map((x) => x.trim()) ?? [];
  expect(codes.length).toBeGreaterThan(20);
  for (const code of codes) expect(reasonInWords(code), code).toMatch(/^[A-Z].*\.$/);
});

it("shows the code of a reason that it does not know yet", () => {
  expect(reasonInWords("too_steep")).toBe("too steep");
});

it("gives the value of a mark its unit", () => {
  expect(valueOfMark({ kind: "fast", value: 8 })).toBe("28.8 km/h");
  expect(valueOfMark({ kind: "gap", value: 75.4 })).toBe("1:15");
  expect(valueOfMark({ kind: "acceleration", value: 6.25 })).toBe("6.3 m/s²");
  expect(valueOfMark({ kind: "cadence", value: 90.6 })).toBe("91 steps/min");
});

it("says how steady a uniform speed is, however little it varies", () => {
  const said = (value: number) => valueOfMark({ kind: "uniform_speed", value });
  expect(said(0.0214)).toBe("±0.021 m/s");
  expect(said(0.0042)).toBe("±0.0042 m/s");
  expect(said(0)).toBe("under ±0.001 m/s");
});

it("says how far a gap leads", () => {
  const points = [
    [0, 45.8, 15.97, null, "first"],
    [5000, 45.85, 15.97, null, "bridge"],
  ] as never;
  const text = markText({ points }, { kind: "gap", first: 0, last: 1, value: 5 });
  expect(text).toBe("Gap without positions, 5.56 km in 5 s");
  expect(markText({ points }, { kind: "cadence", first: 0, last: 1, value: 90 })).toBe(
    "Steps a minute that nobody takes, 90 steps/min",
  );
});
