/**
 * A simulated phone: it has a recording that grows with the game's clock, and brings it to the
 * server by the socket's protocol (docs/PROTOCOL.md 2), through lost connections and refusals. It
 * knows no socket and no timer: `phone_host` gives it both.
 */
import { signal } from "@preact/signals";
import type { ClientMessage, Run, ServerMessage } from "../../api/types";
import { Outbox, type Ranges } from "./outbox";
import type { Line, Plan, View, Wire } from "./phone_parts";
import { fixesMax, record, type Recording } from "./recording";

type Of<K extends ServerMessage["type"]> = Extract<ServerMessage, { type: K }>;

const batch_max = 1000; // Positions; a message has at most 64 KiB.
const in_flight_max = 4000;
const send_every_ms = 2000;
const retry_ms = 2000;
const hello_again_ms = 5000;
const log_lines = 60;
const late_step_ms = 5000;
const seconds_spare = 1500; // A position leaves so long after it was made, by the game's clock.
const over = new Set(["run_not_recording", "not_found"]);
const may_pass = new Set(["unavailable", "overloaded", "fix_in_future"]);

export class Phone {
  readonly view;
  readonly recording: Recording;
  private readonly outbox = new Outbox();
  private readonly tiles = new Set<string>();
  private late_ms = seconds_spare;
  private sent_at = -Infinity;
  private not_before = -Infinity; // By the page's clock: after a refusal.
  private hello_at = -Infinity;
  private finish_sent = false;
  private reading = false;

  constructor(
    public plan: Plan,
    private readonly wire: Wire,
  ) {
    this.recording = record(plan);
    this.view = signal<View>({
      phase: "running",
      attached: false,
      made: 0,
      total: this.total,
      sent: 0,
      acked: 0,
      want: [],
      tiles: [],
      log: [],
      run: null,
      problem: null,
    });
    wire.keep(plan);
  }

  get total(): number {
    return this.plan.end_seq ?? this.recording.fixes.length;
  }

  /** Positions that the phone has made by now. */
  get made(): number {
    return this.madeBy(this.wire.gameNow());
  }

  private madeBy(now_ms: number): number {
    const seconds = Math.floor((now_ms - this.plan.start_ms) / 1000);
    return Math.min(this.total, Math.max(0, seconds + 1), fixesMax);
  }

  /** Once a second or so; `now` by a clock of the page that only goes on, ms. */
  tick(now: number): void {
    const { phase, attached } = this.view.value;
    if (phase === "done" || phase === "taken") return;
    if (phase === "processing") {
      if (now - this.sent_at >= retry_ms) this.look(now);
      return;
    }
    if (!attached && now - this.hello_at >= hello_again_ms) this.hello(now);
    if (attached && now >= this.not_before) this.bring(now);
    this.show({ phase: this.made >= this.total ? "saving" : "running" });
  }

  private hello(now: number): void {
    this.hello_at = now;
    this.wire.attach(this.plan.run);
  }

  private bring(now: number): void {
    const due = this.madeBy(this.wire.gameNow() - this.late_ms);
    const last = due >= this.total;
    if (!last && now - this.sent_at < send_every_ms) return;
    while (this.outbox.in_flight < in_flight_max) {
      const batch = this.outbox.take(due, batch_max);
      if (!batch) break;
      const fixes = this.recording.fixes.slice(batch.first_seq - 1, batch.last_seq);
      const { run } = this.plan;
      if (!this.send({ type: "fixes", run, first_seq: batch.first_seq, fixes })) return;
      this.sent_at = now;
      this.note("out", `fixes ${batch.first_seq} to ${batch.last_seq}`);
    }
    if (last && this.outbox.acked >= this.total && !this.finish_sent) {
      this.finish_sent = this.send({
        type: "finish",
        run: this.plan.run,
        total_seq: this.total,
      });
      if (this.finish_sent) this.note("out", `finish, total_seq ${this.total}`);
    }
  }

  private send(message: ClientMessage): boolean {
    const gone = this.wire.send(message);
    if (!gone) this.lost();
    return gone;
  }

  /** The person is there already: what is made by now is all. */
  finishNow(): void {
    if (this.view.value.phase !== "running") return;
    this.plan = { ...this.plan, end_seq: Math.max(1, this.made) };
    this.wire.keep(this.plan);
    this.show({ phase: "saving", total: this.total });
  }

  /** Takes the run back from whoever took it. */
  takeBack(now: number): void {
    if (this.view.value.phase !== "taken") return;
    this.show({ phase: "running", problem: null });
    this.hello(now);
  }

  /** The connection is gone. What is not acknowledged goes again on the next one. */
  lost(): void {
    if (!this.view.value.attached) return;
    this.outbox.restart();
    this.finish_sent = false;
    this.hello_at = -Infinity;
    this.note("in", "the connection is gone");
    this.show({ attached: false });
  }

  take(message: ServerMessage, now: number): void {
    switch (message.type) {
      case "welcome":
        return this.onWelcome(message);
      case "ack":
        return message.run === this.plan.run ? this.onAck(message) : undefined;
      case "tiles":
        return message.run === this.plan.run ? this.onTiles(message) : undefined;
      case "run":
        return message.run.id === this.plan.run ? this.onRun(message.run) : undefined;
      case "error":
        return message.ref === this.plan.run ? this.onError(message, now) : undefined;
      case "bye":
        return this.onBye(message);
      default:
        return undefined;
    }
  }

  private onWelcome(message: Of<"welcome">): void {
    if (message.run !== this.plan.run) return;
    this.outbox.restart();
    this.outbox.acknowledge(message.ack ?? 0, message.want ?? []);
    this.outbox.restart();
    this.finish_sent = false;
    this.sent_at = -Infinity;
    this.note("in", `welcome, ack ${message.ack ?? 0}${wantText(message.want ?? [])}`);
    this.show({ attached: true, problem: null });
  }

  private onAck({ ack, want }: Of<"ack">): void {
    this.outbox.acknowledge(ack, want);
    this.note("in", `ack ${ack}${wantText(want)}`);
    this.show({ problem: null });
  }

  private onTiles({ passed }: Of<"tiles">): void {
    const before = this.tiles.size;
    for (const tile of passed) this.tiles.add(tile);
    if (this.tiles.size === before) return;
    this.note("in", `tiles, ${this.tiles.size - before} more passed`);
    this.show({ tiles: [...this.tiles] });
  }

  private onRun(run: Run): void {
    if (run.state === "recording") return;
    const news = this.view.value.run?.state !== run.state;
    if (news) this.note("in", `run ${run.state}`);
    const phase = run.state === "processing" ? "processing" : "done";
    this.wire.attach(null);
    if (phase === "done") this.wire.keep(null);
    this.show({ phase, run, attached: false, problem: null });
  }

  private onError(message: Of<"error">, now: number): void {
    this.note("in", `error ${message.code}`);
    if (over.has(message.code)) return this.look(now);
    this.finish_sent = false;
    if (message.code === "fixes_missing") {
      this.outbox.resend(message.ack ?? this.outbox.acked, message.want ?? []);
      return this.show({});
    }
    // A page's clock that was read over a slow line runs ahead of the server's.
    if (message.code === "fix_in_future") this.late_ms += late_step_ms;
    else this.show({ problem: message.detail });
    this.outbox.restart();
    // What else is refused would be refused again.
    this.not_before = may_pass.has(message.code) ? now + retry_ms : Infinity;
  }

  private onBye({ reason }: Of<"bye">): void {
    if (reason !== "superseded" || !this.view.value.attached) return;
    this.wire.attach(null);
    this.note("in", "bye, superseded");
    this.outbox.restart();
    this.show({ phase: "taken", attached: false });
  }

  /** Asks how the run stands where nobody said so. */
  private look(now: number): void {
    if (this.reading) return;
    this.reading = true;
    this.sent_at = now;
    this.wire
      .read(this.plan.run)
      .then((run) => this.onRun(run))
      .catch((error: unknown) => {
        const gone = error instanceof Error && "code" in error && error.code === "not_found";
        if (gone) this.giveUp();
        else this.show({ problem: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => (this.reading = false));
  }

  private giveUp(): void {
    this.wire.attach(null);
    this.wire.keep(null);
    this.show({ phase: "done", attached: false, problem: "The server knows no such run." });
  }

  private note(way: Line["way"], text: string): void {
    const line: Line = { at_ms: this.wire.gameNow(), way, text };
    this.view.value = { ...this.view.value, log: [...this.view.value.log, line].slice(-log_lines) };
  }

  private show(change: Partial<View>): void {
    this.view.value = {
      ...this.view.value,
      made: this.made,
      total: this.total,
      sent: this.outbox.sent_up_to,
      acked: this.outbox.acked,
      want: this.outbox.want,
      ...change,
    };
  }
}

function wantText(want: Ranges): string {
  return want.length === 0 ? "" : `, wants ${want.map(([a, b]) => `${a}-${b}`).join(", ")}`;
}
