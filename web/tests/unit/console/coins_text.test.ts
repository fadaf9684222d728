import { expect, it } from "vitest";
import { centsOf, coinsText } from "../../../src/console/coins_text";

it("reads coins as cents", () => {
  const known = {
    "3": 300,
    "3.5": 350,
    "3,50": 350,
    " 0.07 ": 7,
    "0": 0,
    "12.": 1200,
    "1000000": 1e8,
  };
  for (const [text, cents] of Object.entries(known)) expect(centsOf(text), text).toEqual({ cents });
});

it("refuses what is no amount, or too much", () => {
  const wrong = ["", "x", "-1", "+1", "1e3", "1,000", "0.001", "1.2.3", "½", ".5", "1000000.01"];
  for (const text of wrong) expect(centsOf(text), text).toHaveProperty("wrong");
  expect(centsOf("0", 1)).toHaveProperty("wrong");
  expect(centsOf("0.01", 1)).toEqual({ cents: 1 });
});

it("reads back what it writes, to the cent", () => {
  for (let cents = 0; cents < 100_000_000; cents = cents * 3 + 7)
    expect(centsOf(coinsText(cents))).toEqual({ cents });
  expect(coinsText(350)).toBe("3.50");
  expect(coinsText(300)).toBe("3");
});
