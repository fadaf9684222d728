import { expect, it } from "vitest";
import { rolesInWords, screen_names, screenOf, windowTitle } from "../../src/panels";

it("names the window after the screen", () => {
  expect(windowTitle("")).toBe("fief");
  expect(windowTitle("events")).toBe("Events · fief");
  expect(windowTitle("nowhere")).toBe("Not found · fief");
  const titles = screen_names.map(windowTitle);
  expect(new Set(titles).size).toBe(titles.length);
});

it("has no screen for what every object has", () => {
  expect(screenOf("events")?.title).toBe("Events");
  for (const name of ["constructor", "__proto__", "toString"]) {
    expect(screenOf(name)).toBeUndefined();
    expect(windowTitle(name)).toBe("Not found · fief");
  }
});

it("says for which roles a screen is", () => {
  expect(rolesInWords(["operator"])).toBe("operators");
  expect(rolesInWords(["organiser", "operator"])).toBe("organisers and operators");
});
