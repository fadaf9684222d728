import { beforeEach, describe, expect, it } from "vitest";
import type { ClientMessage, Run, ServerMessage } from "../../src/api/types";
import { Refusal } from "../../src/api/problem";
import { chanceOf, type Chance } from "../../src/play/simulator/chance";
import { Phone } from "../../src/play/simulator/phone";
import type { Plan, Wire } from "../../src/play/simulator/phone_parts";
import { loopAround } from "../../src/play/simulator/route";

const start_ms = 1_780_000_000_000;

function plan(change: Partial<Plan> = {}): Plan {
  return {
    run: "run-1",
    user: "user-1",
    seed: "run-1",
    route: loopAround([45.81, 15.98], 1000),
    sport: "run",
    pace_ms_per_km: 330_000,
    jitter_m: 4,
    start_ms,
    ...change,
  };
}

function runIn(state: Run["state"]): Run {
  return { id: "run-1", state, reasons: [] } as unknown as Run;
}

interface Flaws {
  chance: Chance;
  drop: number; // Of messages, after which the connection is gone.
  refuse: number; // Of batches.
}

/** A server of the protocol and a network, both with flaws; time goes by hand. */
class World implements Wire {
  now = 0;
  speed = 10;
  /** How far the page's clock is ahead of the server's. */
  ahead_ms = 0;
  up = true;
  swallows = false;
  kept: Plan | null = null;
  attached: string | null = null;
  said: ClientMessage[] = [];
  stored = new Map<number, number>(); // seq: t
  state: Run["state"] = "recording";
  phone: Phone | undefined;
  flaws: Flaws | null = null;
  private inbox: ServerMessage[] = [];

  gameNow() {
    return start_ms + this.now * this.speed + this.ahead_ms;
  }

  keep(kept: Plan | null) {
    this.kept = kept;
  }

  async read(): Promise<Run> {
    return runIn(this.state);
  }

  attach(run: string | null) {
    this.attached = run;
    if (run !== null && this.up) this.welcome();
  }

  private welcome() {
    if (this.state !== "recording") {
      this.tell({ type: "error", code: "run_not_recording", detail: "It is over.", ref: "run-1" });
      return;
    }
    const user = { id: "user-1", username: "ana" };
    const server_time = this.gameNow();
    this.tell({ type: "welcome", server_time, user, run: "run-1", ...this.held() });
  }

  private tell(message: ServerMessage) {
    this.inbox.push(message);
  }

  private held() {
    let ack = 0;
    while (this.stored.has(ack + 1)) ack += 1;
    const most = Math.max(0, ...this.stored.keys());
    const want: [number, number][] = [];
    for (let seq = ack + 1; seq <= most; ++seq) {
      if (this.stored.has(seq)) continue;
      const last = want.at(-1);
      if (last && last[1] === seq - 1) last[1] = seq;
      else want.push([seq, seq]);
    }
    return { ack, want: want.slice(0, 8) };
  }

  send(message: ClientMessage): boolean {
    if (!this.up) return false;
    this.said.push(message);
    if (this.swallows) return true;
    if (message.type === "fixes") this.onFixes(message);
    if (message.type === "finish") this.onFinish(message.total_seq);
    return true;
  }

  private onFixes({ first_seq, fixes }: Extract<ClientMessage, { type: "fixes" }>) {
    const server_now = this.gameNow() - this.ahead_ms;
    if (fixes.some((fix) => fix[0] > server_now + 5000))
      return this.tell({ type: "error", code: "fix_in_future", detail: "Ahead.", ref: "run-1" });
    if (this.flaws && this.flaws.chance.next() < this.flaws.refuse)
      return this.tell({ type: "error", code: "unavailable", detail: "Away.", ref: "run-1" });
    fixes.forEach((fix, i) => this.stored.set(first_seq + i, fix[0]));
    this.tell({ type: "ack", run: "run-1", ...this.held() });
  }

  private onFinish(total: number) {
    const { ack } = this.held();
    if (ack < total) {
      const want: [number, number][] = [[ack + 1, total]];
      this.tell({ type: "error", code: "fixes_missing", detail: "", ref: "run-1", ack, want });
      return;
    }
    this.state = "accepted";
    this.tell({ type: "run", run: runIn("processing") });
    this.tell({ type: "run", run: runIn("accepted") });
  }

  drop() {
    this.up = false;
    this.inbox = [];
    this.phone?.lost();
  }

  /** A second of the page's time. */
  async pass(seconds = 1) {
    for (let i = 0; i < seconds; ++i) {
      this.now += 1000;
      if (this.flaws && this.up && this.flaws.chance.next() < this.flaws.drop) this.drop();
      else if (!this.up && this.flaws && this.flaws.chance.next() < 0.3) this.comeBack();
      this.phone?.tick(this.now);
      for (const message of this.inbox.splice(0)) this.phone?.take(message, this.now);
      await Promise.resolve();
    }
  }

  comeBack() {
    this.up = true;
    if (this.attached !== null) this.welcome();
  }

  async until(done: () => boolean, seconds_max = 2000) {
    for (let i = 0; i < seconds_max && !done(); ++i) await this.pass();
    expect(done()).toBe(true);
  }
}

let world: World;
beforeEach(() => (world = new World()));

function started(change: Partial<Plan> = {}): Phone {
  const phone = new Phone(plan(change), world);
  world.phone = phone;
  return phone;
}

const batches = () =>
  world.said.filter((x): x is Extract<ClientMessage, { type: "fixes" }> => x.type === "fixes");

describe("a phone", () => {
  it("attaches, sends what it makes as it makes it, finishes, and forgets its plan", async () => {
    const phone = started();
    expect(world.kept).toEqual(plan());
    await world.until(() => phone.view.value.phase === "done");
    const { fixes } = phone.recording;
    expect([...world.stored.values()]).toEqual(fixes.map((fix) => fix[0]));
    expect(world.said.at(-1)).toEqual({ type: "finish", run: "run-1", total_seq: fixes.length });
    expect(batches().length).toBeGreaterThan(5);
    expect(world.kept).toBeNull();
    expect(world.attached).toBeNull();
    expect(phone.view.value.run?.state).toBe("accepted");
  });

  it("sends seqs in order without a hole, and no position of the future", async () => {
    const phone = started();
    let next = 1;
    await world.until(() => {
      for (const { first_seq, fixes } of batches()) {
        if (first_seq < next) continue;
        expect(first_seq).toBe(next);
        next += fixes.length;
        expect(fixes.at(-1)![0]).toBeLessThanOrEqual(world.gameNow());
      }
      return phone.view.value.phase === "done";
    });
  });

  it("keeps to the size of a message however fast the clock is", async () => {
    world.speed = 3600;
    const phone = started({ route: loopAround([45.81, 15.98], 30_000) });
    await world.until(() => phone.view.value.phase === "done");
    for (const batch of batches()) expect(JSON.stringify(batch).length).toBeLessThan(64 * 1024);
    expect(Math.max(...batches().map((x) => x.fixes.length))).toBe(1000);
  });

  it("makes positions while it has no connection, and sends them afterwards", async () => {
    const phone = started();
    await world.pass(6);
    world.drop();
    const before = world.stored.size;
    await world.pass(10);
    expect(phone.view.value.attached).toBe(false);
    expect(phone.made).toBeGreaterThan(before + 90);
    world.comeBack();
    await world.pass(3);
    expect(world.stored.size).toBeGreaterThan(before + 90);
  });

  it("resends what was not acknowledged when a connection is lost", async () => {
    const phone = started();
    await world.pass(4);
    world.swallows = true; // Half open: what is sent goes nowhere.
    await world.pass(4);
    const { sent, acked } = phone.view.value;
    expect(sent).toBeGreaterThan(acked);
    world.drop();
    world.swallows = false;
    world.comeBack();
    await world.pass(3);
    expect(world.stored.size).toBeGreaterThanOrEqual(sent);
    expect(phone.view.value.acked).toBe(world.stored.size);
  });

  it("brings every position through whatever happens on the way", async () => {
    for (let seed = 0; seed < 25; ++seed) {
      world = new World();
      world.flaws = { chance: chanceOf(`flaws ${seed}`), drop: 0.15, refuse: 0.2 };
      const phone = started();
      await world.until(() => phone.view.value.phase === "done");
      expect([...world.stored.keys()].sort((a, b) => a - b)).toEqual(
        phone.recording.fixes.map((_, i) => i + 1),
      );
    }
  });

  it("goes on after the page was loaded again, and after it was gone for long", async () => {
    started();
    await world.pass(8);
    const kept = world.kept!;
    const before = world.stored.size;
    world.drop();
    world.now += 15_000; // No page at all.
    world.up = true;
    const again = new Phone(JSON.parse(JSON.stringify(kept)) as Plan, world);
    world.phone = again;
    await world.until(() => again.view.value.phase === "done");
    expect(before).toBeGreaterThan(0);
    expect([...world.stored.values()]).toEqual(again.recording.fixes.map((fix) => fix[0]));
  });

  it("finishes early with what it has made, and so does its successor", async () => {
    const phone = started();
    await world.pass(10);
    phone.finishNow();
    const total = phone.view.value.total;
    expect(total).toBeLessThan(phone.recording.fixes.length);
    expect(world.kept?.end_seq).toBe(total);
    const again = new Phone(world.kept!, world);
    world.phone = again;
    await world.until(() => again.view.value.phase === "done");
    expect(world.said.at(-1)).toMatchObject({ type: "finish", total_seq: total });
    expect(world.stored.size).toBe(total);
  });

  it("sends what is missing when the server cannot finish yet", async () => {
    const phone = started();
    await world.until(() => phone.view.value.acked >= phone.view.value.total);
    const total = phone.view.value.total;
    for (let seq = total - 20; seq <= total; ++seq) world.stored.delete(seq);
    await world.until(() => phone.view.value.phase === "done");
    expect(world.stored.size).toBe(total);
    expect(phone.view.value.log.some((line) => line.text.includes("fixes_missing"))).toBe(true);
  });

  it("waits when its clock runs ahead of the server's", async () => {
    world.ahead_ms = 20_000;
    const phone = started();
    await world.until(() => phone.view.value.phase === "done");
    expect(phone.view.value.log.length).toBeGreaterThan(0);
    expect(world.stored.size).toBe(phone.recording.fixes.length);
  });

  it("stays away after another session took the run, until the person says otherwise", async () => {
    const phone = started();
    await world.pass(4);
    phone.take({ type: "bye", reason: "superseded", retry_after_ms: 0 }, world.now);
    expect(phone.view.value.phase).toBe("taken");
    expect(world.attached).toBeNull();
    const said = world.said.length;
    await world.pass(20);
    expect(world.said.length).toBe(said);
    phone.takeBack(world.now);
    await world.until(() => phone.view.value.phase === "done");
  });

  it("reads the result where the run was finished without it", async () => {
    const phone = started();
    await world.pass(4);
    world.drop();
    world.state = "accepted";
    world.comeBack();
    await world.until(() => phone.view.value.phase === "done");
    expect(phone.view.value.run?.state).toBe("accepted");
    expect(world.kept).toBeNull();
  });

  it("gives a run up that the server does not know", async () => {
    const phone = started();
    world.read = async () => {
      throw new Refusal(404, { code: "not_found", detail: "Not found." });
    };
    world.state = "rejected";
    await world.until(() => phone.view.value.phase === "done");
    expect(world.kept).toBeNull();
    expect(phone.view.value.problem).toContain("no such run");
  });

  it("does not repeat what would be refused again", async () => {
    const phone = started();
    await world.pass(3);
    phone.take({ type: "error", code: "fix_too_old", detail: "Too old.", ref: "run-1" }, world.now);
    const said = world.said.length;
    await world.pass(30);
    expect(world.said.length).toBe(said);
    expect(phone.view.value.problem).toBe("Too old.");
  });

  it("does not listen to what concerns other runs", () => {
    const phone = started();
    const before = phone.view.value;
    phone.take({ type: "ack", run: "run-2", ack: 9, want: [] }, 0);
    phone.take({ type: "tiles", run: "run-2", passed: ["4765d6b4c"] }, 0);
    phone.take({ type: "run", run: { ...runIn("accepted"), id: "run-2" } }, 0);
    phone.take({ type: "error", code: "unavailable", detail: "", ref: "main" }, 0);
    expect(phone.view.value).toBe(before);
  });

  it("gathers the tiles that it has passed, each once", () => {
    const phone = started();
    phone.take({ type: "tiles", run: "run-1", passed: ["a", "b"] }, 0);
    phone.take({ type: "tiles", run: "run-1", passed: ["b", "c"] }, 0);
    expect(phone.view.value.tiles).toEqual(["a", "b", "c"]);
  });
});
