import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Browser } from "./session_browser";

beforeEach(() => new Browser().openTab()); // Its modules want a browser about them.
afterEach(() => vi.unstubAllGlobals());

async function modules() {
  const { keepsKey, newWish } = await import("../../src/api/wish");
  const { Refusal, offline } = await import("../../src/api/problem");
  return { keepsKey, newWish, Refusal, offline };
}

describe("a wish", () => {
  it("keeps its key while the request may have been carried out, or may go as it is", async () => {
    const { keepsKey, Refusal, offline } = await modules();
    expect(keepsKey(offline())).toBe(true);
    expect(keepsKey(new TypeError("anything else"))).toBe(true);
    for (const status of [401, 408, 429, 500, 503])
      expect(keepsKey(new Refusal(status, {}))).toBe(true);
    for (const status of [402, 403, 404, 409, 422])
      expect(keepsKey(new Refusal(status, {}))).toBe(false);
  });

  it("is retried with its key, and the next one has another", async () => {
    const { newWish, Refusal, offline } = await modules();
    const wish = newWish();
    const keys: string[] = [];
    const answers: (Error | null)[] = [offline(), new Refusal(503, {}), null, null];
    const ask = () =>
      wish((key) => {
        keys.push(key);
        const answer = answers.shift();
        return answer ? Promise.reject(answer) : Promise.resolve("granted");
      });
    await expect(ask()).rejects.toThrow();
    await expect(ask()).rejects.toThrow();
    await expect(ask()).resolves.toBe("granted");
    await expect(ask()).resolves.toBe("granted");
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it("is another one after a refusal, or with other content", async () => {
    const { newWish, Refusal, offline } = await modules();
    const wish = newWish();
    const keys: string[] = [];
    const ask = (error: Error, content?: unknown) =>
      wish((key) => {
        keys.push(key);
        return Promise.reject(error);
      }, content).catch(() => undefined);
    await ask(new Refusal(402, {}));
    await ask(offline());
    await ask(offline(), { sport: "run" });
    await ask(offline(), { sport: "run" });
    await ask(offline(), { sport: "walk" });
    expect(keys[1]).not.toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[1]);
    expect(keys[3]).toBe(keys[2]);
    expect(keys[4]).not.toBe(keys[3]);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  });
});
