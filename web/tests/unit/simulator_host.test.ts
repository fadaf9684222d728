import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Profile } from "../../src/api/types";
import type { Wanted } from "../../src/play/simulator/phone_host";

const wanted: Wanted = {
  route: [
    [45.81, 15.98],
    [45.82, 15.98],
  ],
  sport: "run",
  pace_ms_per_km: 330_000,
  jitter_m: 4,
};
const key = "fief.simulated-run";
const run = { id: "run-1", state: "recording", source: "simulated", reasons: [] };
const ana = { id: "ana", username: "ana" } as Profile;

interface Asked {
  path: string;
  key: string | null;
  body: Record<string, unknown>;
}

let asked: Asked[];
let answers: (() => Response)[];
let storage: Map<string, string>;
let attached: (string | null)[];
let page: EventTarget;
/** The lock of the browser: who waits, and how to give it to the next. */
let waiting: (() => Promise<unknown>)[];

const json = (status: number, body: unknown) => () =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json" },
  });

async function loaded(user: Profile | null = ana) {
  const session = await import("../../src/api/session");
  session.profile.value = user;
  const host = await import("../../src/play/simulator/phone_host");
  return { session, host };
}

function stored(change: object = {}) {
  const plan = { ...wanted, run: "run-1", user: "ana", seed: "run-1", start_ms: 1 };
  storage.set(key, JSON.stringify({ ...plan, ...change }));
}

/** The tab that holds the lock is closed, or nobody has it. */
async function giveLock() {
  void waiting.shift()?.();
  await Promise.resolve();
}

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  asked = [];
  answers = [];
  attached = [];
  waiting = [];
  storage = new Map();
  page = new EventTarget();
  vi.stubGlobal("location", { origin: "http://fief.test", href: "http://fief.test/" });
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => storage.get(name) ?? null,
    setItem: (name: string, text: string) => storage.set(name, text),
    removeItem: (name: string) => storage.delete(name),
  });
  vi.stubGlobal("navigator", {
    locks: {
      request: (_: string, then: () => Promise<unknown>) =>
        new Promise((done) => waiting.push(() => then().then(done))),
    },
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    const body = (await request.json()) as Record<string, unknown>;
    const { pathname } = new URL(request.url);
    asked.push({ path: pathname, key: request.headers.get("Idempotency-Key"), body });
    const answer = answers.shift();
    if (!answer) throw new TypeError("The network is away.");
    return answer();
  });
  vi.doMock("../../src/api/session", async () => {
    const { signal } = await import("@preact/signals");
    return { profile: signal<Profile | null>(null), accessToken: async () => null };
  });
  vi.doMock("../../src/live/socket", async () => {
    const { signal } = await import("@preact/signals");
    return {
      connection: signal("live"),
      onMessage: () => () => undefined,
      sendLive: () => true,
      attachRun: (id: string | null) => attached.push(id),
    };
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.doUnmock("../../src/api/session");
  vi.doUnmock("../../src/live/socket");
});

describe("startRun", () => {
  it("starts a simulated run with the game's time, and the phone on it", async () => {
    const { host } = await loaded();
    answers.push(json(201, run));
    await host.startRun(wanted, null);
    expect(asked).toEqual([
      {
        path: "/v1/runs",
        key: expect.stringMatching(/^[0-9a-f]{32}$/),
        body: {
          sport: "run",
          simulated: true,
          device_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        },
      },
    ]);
    expect(host.phone.value?.plan).toMatchObject({ run: "run-1", seed: "run-1", user: "ana" });
    expect(attached.at(-1)).toBe("run-1");
    expect(storage.has(key)).toBe(true);
  });

  it("spends a ticket, and knows when its event ends", async () => {
    const { host } = await loaded();
    answers.push(json(201, { run, event_cut_at: "2026-05-10T20:00:00.000Z" }));
    await host.startRun(wanted, { id: "ticket-1", event: { id: "event-1", name: "Lap" } });
    expect(asked[0]!.path).toBe("/v1/tickets/ticket-1/consume");
    expect(asked[0]!.body).toMatchObject({ simulated: true });
    expect(host.phone.value?.plan.event).toEqual({
      id: "event-1",
      name: "Lap",
      cut_at_ms: Date.UTC(2026, 4, 10, 20),
    });
  });

  it("asks the very same again when nobody knows whether it arrived", async () => {
    const { host } = await loaded();
    await expect(host.startRun(wanted, null)).rejects.toMatchObject({ code: "offline" });
    expect(host.phone.value).toBeNull();
    vi.advanceTimersByTime(5000);
    answers.push(json(503, { code: "unavailable" }));
    await expect(host.startRun(wanted, null)).rejects.toMatchObject({ code: "unavailable" });
    answers.push(json(201, run));
    await host.startRun(wanted, null);
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[2]).toEqual(asked[0]);
  });

  it("asks anew for another sport", async () => {
    const { host } = await loaded();
    await expect(host.startRun(wanted, null)).rejects.toThrow();
    await expect(host.startRun({ ...wanted, sport: "walk" }, null)).rejects.toThrow();
    expect(asked[1]!.key).not.toBe(asked[0]!.key);
  });

  it("asks anew after a refusal, and for the next run", async () => {
    const { host } = await loaded();
    answers.push(json(409, { code: "run_in_progress", run: "run-0" }), json(201, run));
    await expect(host.startRun(wanted, null)).rejects.toMatchObject({ code: "run_in_progress" });
    await host.startRun(wanted, null);
    expect(asked[1]!.key).not.toBe(asked[0]!.key);
  });

  it("does not run for a run of another device", async () => {
    const { host } = await loaded();
    answers.push(json(200, { run: { ...run, source: "app" }, event_cut_at: "2026-05-10T20:00Z" }));
    const ticket = { id: "ticket-1", event: { id: "event-1", name: "Lap" } };
    await expect(host.startRun(wanted, ticket)).rejects.toMatchObject({ code: "run_elsewhere" });
    expect(host.phone.value).toBeNull();
  });
});

describe("a run that the browser remembers", () => {
  it("goes on once this tab has the lock", async () => {
    stored();
    const { host } = await loaded();
    host.watchAccount();
    expect(host.phone.value).toBeNull();
    expect(host.elsewhere.value).toBe(true);
    await giveLock();
    expect(host.phone.value?.plan.run).toBe("run-1");
    expect(host.elsewhere.value).toBe(false);
  });

  it("does not when the other tab brought it to its end meanwhile", async () => {
    stored();
    const { host } = await loaded();
    host.watchAccount();
    storage.delete(key);
    await giveLock();
    expect(host.phone.value).toBeNull();
    expect(host.elsewhere.value).toBe(false);
  });

  it("waits for its own user, and rests while somebody else is there", async () => {
    stored();
    const { host, session } = await loaded(null);
    host.watchAccount();
    expect(waiting.length).toBe(0);
    session.profile.value = { ...ana, id: "ivo" };
    expect(waiting.length).toBe(0);
    session.profile.value = ana;
    await giveLock();
    expect(host.phone.value?.plan.user).toBe("ana");
    session.profile.value = null;
    expect(host.phone.value).toBeNull();
    expect(attached.at(-1)).toBeNull();
    expect(storage.has(key)).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    session.profile.value = ana;
    await giveLock();
    expect(host.phone.value?.plan.run).toBe("run-1");
  });

  it("is noticed when another tab begins it", async () => {
    const { host } = await loaded();
    host.watchAccount();
    stored();
    page.dispatchEvent(Object.assign(new Event("storage"), { key }));
    expect(host.elsewhere.value).toBe(true);
  });

  it("goes on at once where tabs cannot take turns", async () => {
    vi.stubGlobal("navigator", {});
    stored();
    const { host } = await loaded();
    host.watchAccount();
    expect(host.phone.value?.plan.run).toBe("run-1");
  });
});

describe("finishWithWhatThereIs", () => {
  const missing = (ack: number, want: [number, number][]) =>
    json(409, { code: "fixes_missing", ack, want });

  it("asks what there is, and finishes with that", async () => {
    const { host } = await loaded();
    answers.push(missing(120, [[121, 50_000]]), json(200, run));
    expect(await host.finishWithWhatThereIs("run-1")).toBe(true);
    expect(asked.map((x) => x.body)).toEqual([{ total_seq: 50_000 }, { total_seq: 120 }]);
  });

  it("cannot when there are holes", async () => {
    const { host } = await loaded();
    answers.push(
      missing(10, [
        [11, 20],
        [31, 50_000],
      ]),
    );
    expect(await host.finishWithWhatThereIs("run-1")).toBe(false);
    expect(asked.length).toBe(1);
  });

  it("is told of any other refusal", async () => {
    const { host } = await loaded();
    answers.push(json(409, { code: "run_not_recording" }));
    await expect(host.finishWithWhatThereIs("run-1")).rejects.toMatchObject({
      code: "run_not_recording",
    });
  });
});
