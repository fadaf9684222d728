import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { focusIfLost } from "../../src/ui/focus";

const page = { body: {} as unknown, activeElement: null as unknown };

/** What takes the focus, or not: as what is hidden, or no longer in the page. */
function element(takes: boolean): HTMLElement {
  const made = { focus: () => takes && (page.activeElement = made) };
  return made as unknown as HTMLElement;
}

beforeEach(() => {
  page.activeElement = page.body;
  vi.stubGlobal("document", page);
});
afterEach(() => vi.unstubAllGlobals());

it("goes to the first that takes it", () => {
  const [gone, there, next] = [element(false), element(true), element(true)];
  focusIfLost(null, gone, there, next);
  expect(page.activeElement).toBe(there);
});

it("stays where it is", () => {
  const here = (page.activeElement = element(true));
  focusIfLost(element(true));
  expect(page.activeElement).toBe(here);
});
