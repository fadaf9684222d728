import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Profile } from "../../src/api/types";

type Heard = Record<string, unknown>;

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  heard: Heard[] = [];

  constructor() {
    super();
    FakeSocket.made.push(this);
  }
  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  send(text: string) {
    this.heard.push(JSON.parse(text) as Heard);
  }
  tell(message: object) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }
  close() {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
}

const ana = { id: "ana", username: "ana" } as Profile;
const welcome = { type: "welcome", server_time: 1_780_000_000_000, user: ana };

async function loaded() {
  const session = await import("../../src/api/session");
  const socket = await import("../../src/live/socket");
  const clock = await import("../../src/game_clock");
  session.profile.value = ana;
  socket.startLive();
  return { session, socket, clock };
}

/** The newest socket, opened and welcomed. */
async function connected(): Promise<FakeSocket> {
  const newest = FakeSocket.made.at(-1)!;
  newest.open();
  await vi.advanceTimersByTimeAsync(0);
  newest.tell(welcome);
  return newest;
}

const hellos = (socket: FakeSocket) => socket.heard.filter((x) => x.type === "hello");

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  FakeSocket.made = [];
  const page = new EventTarget();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("location", { href: "http://fief.test/", origin: "http://fief.test" });
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("navigator", { onLine: true });
  vi.doMock("../../src/api/session", async () => {
    const { signal } = await import("@preact/signals");
    return {
      profile: signal<Profile | null>(null),
      expired: signal(false),
      accessToken: async () => "token",
      renewTokens: async () => true,
    };
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.doUnmock("../../src/api/session");
});

describe("a run on the page's socket", () => {
  it("is in a hello at once, and in that of each new connection", async () => {
    const { socket } = await loaded();
    const first = await connected();
    expect(hellos(first)).toEqual([expect.not.objectContaining({ run: "run-1" })]);
    socket.attachRun("run-1");
    await vi.advanceTimersByTimeAsync(0);
    expect(hellos(first)[1]).toMatchObject({ run: "run-1", token: "token" });
    first.close();
    await vi.advanceTimersByTimeAsync(2000);
    expect(hellos(await connected())).toEqual([expect.objectContaining({ run: "run-1" })]);
  });

  it("gives the time of the game's clock, which the server compares with the positions'", async () => {
    const { socket, clock } = await loaded();
    const first = await connected();
    clock.setGameClock(1_900_000_000_000, 60);
    await vi.advanceTimersByTimeAsync(1000);
    socket.attachRun("run-1");
    await vi.advanceTimersByTimeAsync(0);
    expect(hellos(first)[1]!.device_time).toBeCloseTo(1_900_000_060_000, -3);
  });

  it.each(["let go", "superseded"])("is not taken up again after it was %s", async (how) => {
    const { socket } = await loaded();
    const first = await connected();
    socket.attachRun("run-1");
    await vi.advanceTimersByTimeAsync(0);
    if (how === "let go") socket.attachRun(null);
    else first.tell({ type: "bye", reason: "superseded", retry_after_ms: 0 });
    first.close();
    await vi.advanceTimersByTimeAsync(2000);
    expect(hellos(await connected())[0]).not.toHaveProperty("run");
  });
});

describe("a connection that is held off", () => {
  it("stays away until it is let in again", async () => {
    const { socket } = await loaded();
    const first = await connected();
    socket.holdOffline(true);
    expect(first.readyState).toBe(3);
    expect(socket.connection.value).toBe("offline");
    expect(socket.sendLive({ type: "ping", n: 1 })).toBe(false);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(FakeSocket.made.length).toBe(1);
    socket.holdOffline(false);
    await connected();
    expect(socket.connection.value).toBe("live");
    expect(FakeSocket.made.length).toBe(2);
  });

  it("is let in by the person's own try", async () => {
    const { socket } = await loaded();
    await connected();
    socket.holdOffline(true);
    socket.tryNow();
    expect(socket.held.value).toBe(false);
    expect(FakeSocket.made.length).toBe(2);
  });
});

it("a renewed token of the same user opens no second socket", async () => {
  const { session, socket } = await loaded();
  (await connected()).close();
  expect(socket.connection.value).toBe("waiting");
  session.profile.value = { ...ana };
  expect(FakeSocket.made.length).toBe(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(FakeSocket.made.length).toBe(2);
});
