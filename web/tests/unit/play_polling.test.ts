import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Tagged } from "../../src/api/conditional";
import { Browser } from "./session_browser";

beforeEach(async () => {
  await new Browser().openTab(); // Its modules want a browser about them.
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A poll whose answers the test gives. */
async function polled(every_ms = 4000) {
  const { startPoll } = await import("../../src/ui/polling");
  const world = {
    every_ms,
    hidden: false,
    asked: [] as (string | undefined)[],
    seen: [] as (string | null)[],
    errors: 0,
    answer: (): Promise<Tagged<string> | null> => Promise.resolve(null),
  };
  const poll = startPoll<string>({
    load: (etag) => {
      world.asked.push(etag);
      return world.answer();
    },
    every_ms: () => world.every_ms,
    hidden: () => world.hidden,
    onLook: (data) => world.seen.push(data),
    onError: () => (world.errors += 1),
  });
  return { world, poll };
}

describe("polling", () => {
  it("looks at once and then every so often, with the tag of what came last", async () => {
    const { world } = await polled();
    await vi.advanceTimersByTimeAsync(0);
    world.answer = () => Promise.resolve({ data: "new", etag: '"1"' });
    await vi.advanceTimersByTimeAsync(4000);
    world.answer = () => Promise.resolve(null);
    await vi.advanceTimersByTimeAsync(8000);
    expect(world.asked).toEqual([undefined, undefined, '"1"', '"1"']);
    expect(world.seen).toEqual([null, "new", null, null]);
  });

  it("comes less often while it fails, and recovers", async () => {
    const { world } = await polled();
    world.answer = () => Promise.reject(new Error("away"));
    await vi.advanceTimersByTimeAsync(0);
    expect(world.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4000);
    expect(world.asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(4000);
    expect(world.asked).toHaveLength(2); // 8 s after one failure.
    world.answer = () => Promise.resolve(null);
    await vi.advanceTimersByTimeAsync(4000);
    expect(world.asked).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(4000);
    expect(world.asked).toHaveLength(4);
    expect(world.errors).toBe(1);
  });

  it("looks at once when the connection is back, if the last look failed", async () => {
    const { world, poll } = await polled();
    await vi.advanceTimersByTimeAsync(0);
    poll.connected();
    expect(world.asked).toHaveLength(1);
    world.answer = () => Promise.reject(new Error("away"));
    await vi.advanceTimersByTimeAsync(4000 + 8000);
    expect(world.asked).toHaveLength(3); // The next look is 16 s away.
    world.answer = () => Promise.resolve(null);
    poll.connected();
    poll.connected();
    await vi.advanceTimersByTimeAsync(0);
    expect(world.asked).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(4000);
    expect(world.asked).toHaveLength(5);
  });

  it("looks again when the connection is back even if it wanted one look only", async () => {
    const { world, poll } = await polled();
    world.answer = () => {
      world.every_ms = 0;
      return Promise.reject(new Error("away"));
    };
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.asked).toHaveLength(2);
    world.answer = () => Promise.resolve({ data: "there", etag: undefined });
    poll.connected();
    await vi.advanceTimersByTimeAsync(0);
    expect(world.seen).toEqual([null, "there"]);
  });

  it("stands still while nobody sees the page", async () => {
    const { world, poll } = await polled();
    world.hidden = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.asked).toHaveLength(1);
    world.hidden = false;
    poll.shown();
    poll.shown();
    await vi.advanceTimersByTimeAsync(0);
    expect(world.asked).toHaveLength(2);
  });

  it("does not ask twice at once", async () => {
    const { world, poll } = await polled();
    await vi.advanceTimersByTimeAsync(0);
    let answer: (x: null) => void = () => undefined;
    world.answer = () => new Promise((resolve) => (answer = resolve));
    await vi.advanceTimersByTimeAsync(4000);
    expect(world.asked).toHaveLength(2);
    poll.shown();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.asked).toHaveLength(2);
    answer(null);
    await vi.advanceTimersByTimeAsync(4000);
    expect(world.asked).toHaveLength(3);
  });

  it("ends when there is nothing more to come", async () => {
    const { world } = await polled();
    world.every_ms = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.asked).toHaveLength(1);
  });

  it("drops what comes after it is stopped", async () => {
    const { world, poll } = await polled();
    await vi.advanceTimersByTimeAsync(0);
    let answer: (x: Tagged<string>) => void = () => undefined;
    world.answer = () => new Promise((resolve) => (answer = resolve));
    await vi.advanceTimersByTimeAsync(4000);
    poll.stop();
    answer({ data: "late", etag: undefined });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.seen).toEqual([null]);
    expect(world.asked).toHaveLength(2);
  });
});
