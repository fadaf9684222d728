import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeSocket } from "./fake_socket";
import { Browser } from "./session_browser";

let browser: Browser;
beforeEach(async () => {
  browser = new Browser();
  await browser.openTab();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const about = (version: string) => ({
  status: 200,
  json: { version, now: "2026-05-10T16:00:00.000Z", clock_speed: 1 },
});

it("is asked for until it answers, less and less often", async () => {
  const { server, startServer } = await import("../../src/server");
  let away = true;
  browser.answer = () => (away ? Promise.reject(new Error("away")) : about("1"));
  await startServer();
  expect(server.value).toBeNull();
  await vi.advanceTimersByTimeAsync(500 + 1000 + 2000);
  expect(browser.countOf("/v1/server")).toBe(4);
  away = false;
  await vi.advanceTimersByTimeAsync(3999);
  expect(server.value).toBeNull();
  await vi.advanceTimersByTimeAsync(1);
  expect(server.value?.version).toBe("1");
  await vi.advanceTimersByTimeAsync(600_000);
  expect(browser.countOf("/v1/server")).toBe(5);
});

it("is read again with each new connection, and what was read stays while that fails", async () => {
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("document", { addEventListener: () => undefined, visibilityState: "visible" });
  const { startLive } = await import("../../src/live/socket");
  const { server, startServer } = await import("../../src/server");
  browser.answer = () => about("1");
  await startServer();
  startLive();
  const welcome = { type: "welcome", server_time: 0, user: null } as never;
  browser.answer = () => Promise.reject(new Error("away"));
  FakeSocket.all.at(-1)!.says(welcome);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(server.value?.version).toBe("1");
  browser.answer = () => about("2");
  FakeSocket.all.at(-1)!.says(welcome);
  await vi.advanceTimersByTimeAsync(0);
  expect(server.value?.version).toBe("2");
});
