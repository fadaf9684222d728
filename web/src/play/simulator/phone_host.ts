/**
 * The one simulated phone of the page: its socket, its second hand, its memory. It goes on while
 * other panels are open. Tabs of a browser take turns: the run goes on in one of them.
 */
import { effect, signal, untracked } from "@preact/signals";
import { api, idempotencyKey, must } from "../../api/client";
import { Refusal } from "../../api/problem";
import { profile } from "../../api/session";
import type { Run, ServerMessage, Sport } from "../../api/types";
import { gameNow } from "../../game_clock";
import { attachRun, connection, onMessage, sendLive } from "../../live/socket";
import { isoOf, msOf } from "../../units";
import { Phone } from "./phone";
import type { Plan, Wire } from "./phone_parts";
import type { Recipe } from "./recording";
import { storage_key, storePlan, storedPlan } from "./stored_plan";
import { under_way } from "./under_way";

/** Null: no run is under way, and no result is looked at. */
export const phone = signal<Phone | null>(null);
/** A run of this account goes on in another tab. */
export const elsewhere = signal(false);

const kinds = ["welcome", "ack", "tiles", "run", "error", "bye"] as const;
const lock = "fief.simulated-run";

let stops: (() => void)[] = [];
let release: (() => void) | undefined;
let asked_lock = false;

const wire: Wire = {
  send: sendLive,
  attach: attachRun,
  gameNow,
  keep: (plan) => {
    storePlan(plan);
    if (!plan) release?.();
  },
  read: (id) => must(api.GET("/v1/runs/{id}", { params: { path: { id } } })),
};

function begin(plan: Plan): void {
  stop();
  elsewhere.value = false;
  const begun = new Phone(plan, wire);
  phone.value = begun;
  const take = (message: ServerMessage) => begun.take(message, performance.now());
  stops = kinds.map((kind) => onMessage(kind, take));
  const timer = setInterval(() => begun.tick(performance.now()), 1000);
  stops.push(() => clearInterval(timer));
  stops.push(
    effect(() => {
      if (connection.value !== "live") queueMicrotask(() => begun.lost());
    }),
  );
  begun.tick(performance.now());
}

/** The phone is gone from this page. A run under way stays remembered. */
function stop(): void {
  for (const end of stops) end();
  stops = [];
  if (phone.peek()) attachRun(null);
  phone.value = null;
}

/** Puts the result away. */
export function putAway(): void {
  if (phone.value?.view.value.phase === "done") stop();
}

// -- taking a run up again --------------------------------------------------------------------------

/** Takes up a run that the browser remembers, of whoever is signed in. Called once. */
export function watchAccount(): void {
  effect(() => {
    const user = profile.value?.id;
    untracked(() => look(user));
  });
  effect(() => {
    const phase = phone.value?.view.value.phase;
    under_way.value = phase !== undefined && phase !== "done";
  });
  addEventListener("storage", ({ key }) => {
    if (key === storage_key) look(profile.peek()?.id);
  });
}

function look(user: string | undefined): void {
  const current = phone.peek();
  if (current && current.plan.user !== user) {
    stop();
    release?.();
  }
  const plan = storedPlan();
  if (plan && plan.user === user && !phone.peek()) takeUp();
}

function takeUp(): void {
  if (!navigator.locks) return resume(); // Without a secure context tabs cannot take turns.
  if (asked_lock) return;
  elsewhere.value = true;
  holdLock(resume);
}

function resume(): void {
  elsewhere.value = false;
  const plan = storedPlan(); // Another tab may have brought it to its end.
  if (plan && plan.user === profile.peek()?.id && !phone.peek()) begin(plan);
  else release?.();
}

function holdLock(then: () => void): void {
  if (!navigator.locks) return then();
  asked_lock = true;
  void navigator.locks
    .request(lock, () => {
      const held = new Promise<void>((done) => (release = done));
      then();
      return held;
    })
    .finally(() => {
      asked_lock = false;
      release = undefined;
    });
}

// -- starting ---------------------------------------------------------------------------------------

export type Wanted = Omit<Recipe, "seed" | "start_ms">;

export interface TicketOfRun {
  id: string;
  event: { id: string; name: string };
}

interface Wish {
  of: string; // Whose, which sport, which ticket: another one is another wish.
  key: string;
  device_time: string;
}

// One wish for one run: sent again as it was when nobody knows whether it arrived.
let wish: Wish | null = null;

/** Starts a run at the server and here. @throws Refusal */
export async function startRun(wanted: Wanted, ticket: TicketOfRun | null): Promise<void> {
  const user = profile.value?.id;
  if (user === undefined) throw new Refusal(401, { code: "unauthenticated" });
  const of = JSON.stringify([user, wanted.sport, ticket?.id]);
  if (wish?.of !== of)
    wish = { of, key: idempotencyKey(), device_time: isoOf(Math.round(gameNow())) };
  let begun: { run: Run; cut_at_ms?: number };
  try {
    begun = await post(wish, wanted.sport, ticket);
    wish = null;
  } catch (error) {
    if (error instanceof Refusal && error.status > 0 && error.status < 500) wish = null;
    throw error;
  }
  const { run, cut_at_ms } = begun;
  if (run.source !== "simulated" || run.state !== "recording")
    throw new Refusal(409, { code: "run_elsewhere", detail: "This run was started elsewhere." });
  const plan: Plan = {
    ...wanted,
    run: run.id,
    user,
    seed: run.id,
    start_ms: Math.round(gameNow()),
    ...(ticket && cut_at_ms !== undefined && { event: { ...ticket.event, cut_at_ms } }),
  };
  begin(plan);
  if (navigator.locks && !asked_lock) holdLock(() => undefined);
}

async function post(by: Wish, sport: Sport, ticket: TicketOfRun | null) {
  const body = { sport, device_time: by.device_time, simulated: true };
  const header = { "Idempotency-Key": by.key };
  if (!ticket) return { run: await must(api.POST("/v1/runs", { params: { header }, body })) };
  const params = { path: { id: ticket.id }, header };
  const got = await must(api.POST("/v1/tickets/{id}/consume", { params, body }));
  return { run: got.run, cut_at_ms: msOf(got.event_cut_at) };
}

// -- a run that is in the way -----------------------------------------------------------------------

/**
 * Finishes a run that some device left recording, with what the server has of it. False when there
 * are holes in it, which only that device can fill.
 */
export async function finishWithWhatThereIs(id: string): Promise<boolean> {
  const finish = (total_seq: number) =>
    must(api.POST("/v1/runs/{id}/finish", { params: { path: { id } }, body: { total_seq } }));
  try {
    await finish(50_000); // More than there are: the answer names what is missing.
    return true;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "fixes_missing") throw error;
    const { ack, want } = error.problem;
    if (ack === undefined || want?.length !== 1) return false;
    await finish(ack);
    return true;
  }
}
