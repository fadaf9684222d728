import { afterEach, expect, it, vi } from "vitest";
import { Browser, problem } from "./session_browser";

afterEach(() => vi.unstubAllGlobals());

it("is asked for once, and again after a failure", async () => {
  const browser = new Browser();
  await browser.openTab();
  const { eventName } = await import("../../src/play/event_name");
  browser.answer = () => problem(503, "unavailable");
  await expect(eventName("0190")).rejects.toThrow();
  browser.answer = () => ({ status: 200, json: { name: "Evening loop" } });
  expect(await Promise.all([eventName("0190"), eventName("0190")])).toEqual([
    "Evening loop",
    "Evening loop",
  ]);
  await eventName("0190");
  expect(browser.countOf("/v1/events/0190")).toBe(2);
});
