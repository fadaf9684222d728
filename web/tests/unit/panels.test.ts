import { expect, it } from "vitest";
import { rolesInWords, screens, windowTitle } from "../../src/panels";

it("names the window after the screen", () => {
  expect(windowTitle("")).toBe("fief");
  expect(windowTitle("events")).toBe("Events · fief");
  expect(windowTitle("nowhere")).toBe("Not found · fief");
  const titles = Object.keys(screens).map(windowTitle);
  expect(new Set(titles).size).toBe(titles.length);
});

it("says for which roles a screen is", () => {
  expect(rolesInWords(["operator"])).toBe("operators");
  expect(rolesInWords(["organiser", "operator"])).toBe("organisers and operators");
});
