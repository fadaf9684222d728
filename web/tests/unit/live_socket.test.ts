import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Profile } from "../../src/api/types";

/** A socket whose other end is the test. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  closed: number | undefined;

  constructor(
    readonly url: URL,
    readonly protocol: string,
  ) {
    super();
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    if (this.readyState !== 1) throw new Error("It is not open.");
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(code = 1005): void {
    this.closed = code; // As on a dead network: no `close` event follows by itself.
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  say(message: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
  end(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((x) => x.type === type);
  }
}

let page: EventTarget;
const network = { onLine: true };
const ana = { id: "a", username: "ana" } as Profile;
const ivo = { id: "i", username: "ivo" } as Profile;
const box = [15, 45, 16, 46] as [number, number, number, number];

let live: typeof import("../../src/live/socket");
let session: {
  profile: { value: Profile | null };
  expired: { value: boolean };
  token: string | null;
  away: boolean;
  renewed: (string | null)[];
};
let visible: EventTarget & { visibilityState: string };

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function newest(): FakeSocket {
  return FakeSocket.all.at(-1)!;
}

/** Opens the newest socket and welcomes whoever says hello. */
async function welcome(user?: Profile): Promise<FakeSocket> {
  const socket = newest();
  socket.open();
  await settle();
  socket.say({ type: "welcome", server_time: 1_800_000_000_000, ...(user && { user }) });
  await settle();
  return socket;
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  FakeSocket.all = [];
  network.onLine = true;
  page = new EventTarget();
  visible = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("navigator", network);
  vi.stubGlobal("location", { href: "https://fief.example/#/" });
  vi.stubGlobal("document", visible);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  const { signal } = await import("@preact/signals");
  session = {
    profile: signal<Profile | null>(null),
    expired: signal(false),
    token: null,
    away: false,
    renewed: [],
  };
  vi.doMock("../../src/api/session", () => ({
    profile: session.profile,
    expired: session.expired,
    accessToken: () =>
      session.away ? Promise.reject(new Error("away")) : Promise.resolve(session.token),
    renewTokens: (spent: string | null) => {
      session.renewed.push(spent);
      session.token = session.token === null ? null : `${session.token}+`;
      return Promise.resolve(session.token !== null);
    },
  }));
  live = await import("../../src/live/socket");
});

afterEach(() => {
  live.holdOffline(true); // No timer of this module's opens another socket.
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.doUnmock("../../src/api/session");
});

function signIn(user: Profile | null, token: string | null): void {
  session.token = token;
  session.profile.value = user;
}

describe("a connection", () => {
  it("is nobody's until somebody signs in, then that user's by another hello", async () => {
    live.startLive();
    const socket = await welcome();
    expect(socket.protocol).toBe("fief.v1.json");
    expect(socket.url.href).toBe("wss://fief.example/v1/live");
    expect(socket.of("hello")).toHaveLength(1);
    expect(socket.of("hello")[0]).not.toHaveProperty("token");
    expect(live.connection.value).toBe("live");

    signIn(ana, "t1");
    await settle();
    expect(socket.of("hello")[1]).toMatchObject({ token: "t1" });
    socket.say({ type: "welcome", server_time: 1, user: ana });
    await settle();
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("signs in also when that happens while the first hello is under way", async () => {
    live.startLive();
    const socket = newest();
    socket.open();
    await settle();
    signIn(ana, "t1");
    await settle();
    expect(socket.of("hello")).toHaveLength(1);
    socket.say({ type: "welcome", server_time: 1 });
    await settle();
    expect(socket.of("hello")[1]).toMatchObject({ token: "t1" });
  });

  it("is another one for another user, and for nobody", async () => {
    signIn(ana, "t1");
    live.startLive();
    const first = await welcome(ana);
    signIn(ivo, "t2");
    await settle();
    expect(first.closed).toBe(1000);
    const second = await welcome(ivo);
    expect(second).not.toBe(first);
    signIn(null, null);
    await settle();
    expect(second.closed).toBe(1000);
    const third = await welcome();
    expect(third.of("hello")[0]).not.toHaveProperty("token");
    expect(live.connection.value).toBe("live");
  });

  it("is given up for nobody's when the session has expired", async () => {
    signIn(ana, "t1");
    live.startLive();
    const first = await welcome(ana);
    session.token = null;
    session.expired.value = true;
    await settle();
    expect(first.closed).toBe(1000);
    await welcome();
    expect(live.connection.value).toBe("live");
  });

  it("does not change when the same user's profile does", async () => {
    signIn(ana, "t1");
    live.startLive();
    const socket = await welcome(ana);
    signIn({ ...ana }, "t2");
    await settle();
    expect(FakeSocket.all).toEqual([socket]);
    expect(socket.of("hello")).toHaveLength(1);
  });

  it("takes no notice of a socket that it gave up", async () => {
    signIn(ana, "t1");
    live.startLive();
    const first = await welcome(ana);
    signIn(null, null);
    await welcome();
    const heard = vi.fn();
    live.onMessage("notice", heard);
    first.say({ type: "notice", notification: {} });
    first.end();
    await settle();
    expect(heard).not.toHaveBeenCalled();
    expect(live.connection.value).toBe("live");
  });
});

describe("a refused hello", () => {
  it("renews the token once, and says hello again", async () => {
    signIn(ana, "t1");
    live.startLive();
    const socket = newest();
    socket.open();
    await settle();
    socket.say({ type: "error", code: "token_expired", detail: "", ref: "hello" });
    await settle();
    expect(session.renewed).toEqual(["t1"]);
    expect(socket.of("hello")[1]).toMatchObject({ token: "t1+" });
    socket.say({ type: "error", code: "token_expired", detail: "", ref: "hello" });
    await settle();
    expect(session.renewed).toEqual(["t1", "t1+"]);
  });

  it("closes when the server cannot have anybody now, and waits", async () => {
    live.startLive();
    const socket = newest();
    socket.open();
    await settle();
    socket.say({ type: "error", code: "overloaded", detail: "", ref: "hello" });
    await settle();
    expect(socket.closed).toBeDefined();
    socket.end(1013);
    expect(live.connection.value).toBe("waiting");
    expect(live.nextTryAt.value - performance.now()).toBeGreaterThanOrEqual(3000);
  });

  it("leaves a connection alone whose later message was refused", async () => {
    live.startLive();
    const socket = await welcome();
    socket.say({ type: "error", code: "unauthenticated", detail: "", ref: "fixes" });
    await settle();
    expect(socket.closed).toBeUndefined();
    expect(session.renewed).toEqual([]);
  });

  it("closes when no token can be had, as the server that gives them is away", async () => {
    session.away = true;
    live.startLive();
    const socket = newest();
    socket.open();
    await settle();
    expect(socket.sent).toEqual([]);
    expect(socket.closed).toBeDefined();
  });
});

describe("losing it", () => {
  it("comes back by itself, later and later, and resumes what was watched", async () => {
    live.startLive();
    const first = await welcome();
    const seen: string[] = [];
    live.watchMap("view", box, (x) => seen.push(`${x.type} ${x.version}`));
    expect(first.of("subscribe")).toEqual([{ type: "subscribe", id: "view", bbox: box }]);
    first.say({ type: "snapshot", id: "view", version: 41, tiles: [], owners: {} });
    first.say({ type: "delta", id: "view", version: 42, tiles: [] });
    first.say({ type: "delta", id: "other", version: 99, tiles: [] });
    expect(seen).toEqual(["snapshot 41", "delta 42"]);

    const waits: number[] = [];
    newest().end();
    for (let k = 0; k < 4; ++k) {
      expect(live.connection.value).toBe("waiting");
      waits.push(live.nextTryAt.value - performance.now());
      await vi.advanceTimersByTimeAsync(waits[k]!);
      expect(live.connection.value).toBe("connecting");
      expect(FakeSocket.all).toHaveLength(k + 2);
      newest().end();
    }
    for (let k = 1; k < waits.length; ++k) expect(waits[k]!).toBeGreaterThan(waits[k - 1]!);

    live.tryNow();
    const last = await welcome();
    expect(last.of("subscribe")).toEqual([{ type: "subscribe", id: "view", bbox: box, since: 42 }]);
  });

  it("asks for all of a box that moved meanwhile", async () => {
    live.startLive();
    const first = await welcome();
    live.watchMap("view", box, () => undefined);
    first.say({ type: "snapshot", id: "view", version: 41, tiles: [], owners: {} });
    first.end();
    const moved = [1, 2, 3, 4] as typeof box;
    live.watchMap("view", moved, () => undefined);
    live.tryNow();
    const second = await welcome();
    expect(second.of("subscribe")).toEqual([{ type: "subscribe", id: "view", bbox: moved }]);
  });

  it("does not try at once for ever a server that welcomes and drops", async () => {
    live.startLive();
    const waits: number[] = [];
    for (let k = 0; k < 4; ++k) {
      (await welcome()).end();
      waits.push(live.nextTryAt.value - performance.now());
      await vi.advanceTimersByTimeAsync(waits[k]!);
    }
    expect(waits[3]!).toBeGreaterThan(2000);
    const sound = await welcome();
    await vi.advanceTimersByTimeAsync(11_000);
    sound.end();
    expect(live.nextTryAt.value - performance.now()).toBeLessThan(1000);
  });

  it("waits as long as a server that restarts asks for", async () => {
    live.startLive();
    const socket = await welcome();
    socket.say({ type: "bye", reason: "draining", retry_after_ms: 7000 });
    socket.end(1012);
    expect(live.nextTryAt.value - performance.now()).toBeGreaterThanOrEqual(7000);
  });

  it("has one try under way, also when somebody signs in while it waits", async () => {
    live.startLive();
    (await welcome()).end();
    signIn(ana, "t1");
    expect(FakeSocket.all).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("is noticed when nobody answers a ping, and not before", async () => {
    live.startLive();
    const socket = await welcome();
    await vi.advanceTimersByTimeAsync(5000);
    const [ping] = socket.of("ping");
    await vi.advanceTimersByTimeAsync(100);
    socket.say({ type: "pong", n: ping!.n });
    expect(live.roundTrip.value).toBe(100);
    await vi.advanceTimersByTimeAsync(18_000);
    expect(live.connection.value).toBe("live");
    await vi.advanceTimersByTimeAsync(22_000); // The second ping has no answer.
    expect(socket.of("ping")).toHaveLength(2);
    expect(socket.closed).toBeDefined();
    expect(live.connection.value).toBe("waiting");
    expect(live.roundTrip.value).toBeNull();
  });

  it("is not concluded from the silence of a page that was hidden for minutes", async () => {
    live.startLive();
    const socket = await welcome();
    await vi.advanceTimersByTimeAsync(5000);
    socket.say({ type: "pong", n: socket.of("ping")[0]!.n });
    vi.setSystemTime(Date.now() + 600_000);
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + 600_000);
    visible.dispatchEvent(new Event("visibilitychange"));
    expect(live.connection.value).toBe("live");
    expect(socket.of("ping")).toHaveLength(2); // Asked at once instead.
    vi.restoreAllMocks();
  });

  it("is not waited out when the browser says that the network is gone, and back", async () => {
    live.startLive();
    await welcome();
    network.onLine = false;
    page.dispatchEvent(new Event("offline"));
    expect(live.connection.value).toBe("offline");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    network.onLine = true;
    page.dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
    await welcome();
    expect(live.connection.value).toBe("live");
  });

  it("gives up a handshake that does not come about", async () => {
    live.startLive();
    expect(live.connection.value).toBe("connecting");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(FakeSocket.all[0]!.closed).toBeDefined();
    expect(live.connection.value).toBe("waiting");
  });
});

describe("a run on it", () => {
  it("is named in each hello until another session takes it", async () => {
    signIn(ana, "t1");
    live.startLive();
    const first = await welcome(ana);
    live.attachRun("r1");
    await settle();
    expect(first.of("hello")[1]).toMatchObject({ run: "r1", token: "t1" });
    first.end();
    live.tryNow();
    const second = await welcome(ana);
    expect(second.of("hello")[0]).toMatchObject({ run: "r1" });
    second.say({ type: "bye", reason: "superseded", retry_after_ms: 0 });
    second.end(1000);
    live.tryNow();
    expect((await welcome(ana)).of("hello")[0]).not.toHaveProperty("run");
  });

  it("stays without a connection while that is held off", async () => {
    live.startLive();
    const socket = await welcome();
    live.holdOffline(true);
    expect(live.connection.value).toBe("offline");
    expect(socket.closed).toBeDefined();
    expect(live.sendLive({ type: "ping", n: 1 })).toBe(false);
    page.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    live.holdOffline(false);
    await welcome();
    expect(live.connection.value).toBe("live");
  });
});

describe("watching", () => {
  it("asks before it is connected and stops on request", async () => {
    live.watchMap("view", box, () => undefined);
    live.startLive();
    const socket = await welcome();
    expect(socket.of("subscribe")).toHaveLength(1);
    live.watchMap("view", box, () => undefined);
    expect(socket.of("subscribe")).toHaveLength(1);
    live.unwatchMap("view");
    expect(socket.of("unsubscribe")).toEqual([{ type: "unsubscribe", id: "view" }]);
    live.unwatchMap("view");
    expect(socket.of("unsubscribe")).toHaveLength(1);
  });
});
