/**
 * The socket to `/v1/live` (docs/PROTOCOL.md): one for the page, open while anybody wants it,
 * anonymous until somebody signs in. It comes back by itself and resubscribes.
 */
import { effect, signal } from "@preact/signals";
import { accessToken, expired, profile, renewTokens } from "../api/session";
import type { Box, ClientMessage, Delta, ServerMessage, Snapshot } from "../api/types";
import { gameNow, setGameClock } from "../game_clock";

export type Connection = "connecting" | "live" | "waiting" | "offline";

/** What the shell shows. `waiting`: the next try is set. */
export const connection = signal<Connection>("connecting");
/** When the next try comes, by `performance.now()`; 0 unless waiting. */
export const nextTryAt = signal(0);
/** Milliseconds there and back, of the last ping. */
export const roundTrip = signal<number | null>(null);

type Kind = ServerMessage["type"];
type Of<K extends Kind> = Extract<ServerMessage, { type: K }>;
type Listener = (message: ServerMessage) => void;

interface Subscription {
  box: Box;
  version: number | undefined;
  on: (message: Snapshot | Delta) => void;
}

const protocol = "fief.v1.json";
const hello_timeout_ms = 10_000;
const ping_every_ms = 20_000;
const pong_within_ms = 15_000;
const look_every_ms = 5000;
const close_try_later = 1013;
const try_later_ms = 3000;
const sound_after_ms = 10_000; // A connection that lived so long was no failure.
const waits_ms = [250, 1000, 2000, 4000, 8000, 16_000, 30_000];

const listeners = new Map<Kind, Set<Listener>>();
const subscriptions = new Map<string, Subscription>();

let socket: WebSocket | null = null;
let welcomed = false;
let welcomed_at = 0;
let failures = 0;
let opened_at = 0;
let pinged: { n: number; at: number } | null = null; // The ping without an answer.
let next_ping_at = 0;
let ping_number = 0;
let wait_at_least = 0;
let refused_token: string | null = null;
let said: string | null = null; // The token of the last `hello`.
let retry: ReturnType<typeof setTimeout> | undefined;
let watchdog: ReturnType<typeof setInterval> | undefined;
let attached: string | null = null;
let wanted_user: string | null = null; // Who is signed in.
let socket_user: string | null = null; // Whose the socket is, by its `welcome`.

/** Whether the connection is held off on purpose. */
export const held = signal(false);

/** Calls `then` for every message of a kind. Returns how to stop. */
export function onMessage<K extends Kind>(kind: K, then: (message: Of<K>) => void): () => void {
  const all = listeners.get(kind) ?? new Set();
  listeners.set(kind, all);
  all.add(then as Listener);
  return () => all.delete(then as Listener);
}

/** Sends now, or says false: nobody is there, so the sender keeps what it has. */
export function sendLive(message: ClientMessage): boolean {
  if (!welcomed || socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

/** Watches a box of the map under a name; again with another box moves it. */
export function watchMap(id: string, box: Box, on: (message: Snapshot | Delta) => void): void {
  const moved = subscriptions.get(id);
  const same = moved && moved.box.every((x, i) => x === box[i]);
  subscriptions.set(id, { box, on, version: same ? moved.version : undefined });
  if (!same) subscribe(id);
}

export function unwatchMap(id: string): void {
  if (subscriptions.delete(id)) sendLive({ type: "unsubscribe", id });
}

function subscribe(id: string): void {
  const wanted = subscriptions.get(id);
  if (!wanted) return;
  const since = wanted.version === undefined ? {} : { since: wanted.version };
  sendLive({ type: "subscribe", id, bbox: wanted.box, ...since });
}

/**
 * Records a run on this socket: says hello with it now and on each new connection, until null or
 * until another session takes it. `welcome` with the run tells that it is so.
 */
export function attachRun(run: string | null): void {
  attached = run;
  if (run !== null && welcomed && socket) void sayHello(socket);
}

/** Loses the connection on purpose, as in a tunnel, until it is false again. */
export function holdOffline(on: boolean): void {
  if (held.value === on) return;
  held.value = on;
  if (!on) return tryNow();
  const dropped = socket;
  lost();
  dropped?.close();
}

/** Opens the socket and keeps it. Called once. */
export function startLive(): void {
  effect(() => {
    const now = expired.value ? null : (profile.value?.id ?? null);
    if (now === wanted_user && watchdog !== undefined) return; // A renewed token is the same user.
    wanted_user = now;
    if (held.peek()) return;
    // A socket belongs to one user for its life; nobody's may become somebody's.
    if (!socket || (socket_user !== null && socket_user !== now)) restart();
    else if (welcomed) void sayHello(socket);
    // Else `hello` is under way: who was welcomed is looked at then.
  });
  addEventListener("online", () => {
    if (!held.peek()) tryNow();
  });
  addEventListener("offline", () => {
    if (!socket) return wait(); // Nothing is tried without a network.
    const dead = socket;
    lost();
    dead.close(); // Its `close` event may take minutes.
  });
  // A hidden page's timers hardly run: what happened meanwhile is found out on coming back.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (connection.value === "waiting") tryNow();
    else {
      next_ping_at = 0;
      lookAfter();
    }
  });
  watchdog ??= setInterval(lookAfter, look_every_ms);
}

/** Does not wait for the next try. */
export function tryNow(): void {
  if (connection.value !== "waiting" && connection.value !== "offline") return;
  held.value = false;
  failures = 0;
  connect();
}

function restart(): void {
  const old = socket;
  socket = null;
  old?.close(1000);
  failures = 0;
  connect();
}

function connect(): void {
  clearTimeout(retry);
  connection.value = "connecting";
  nextTryAt.value = 0;
  welcomed = false;
  socket_user = null;
  pinged = null;
  roundTrip.value = null;
  opened_at = performance.now();
  const url = new URL("/v1/live", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(url, protocol);
  socket = opened;
  opened.addEventListener("open", () => void sayHello(opened));
  opened.addEventListener("message", (event) => {
    if (opened === socket && typeof event.data === "string") take(event.data);
  });
  opened.addEventListener("close", ({ code }) => {
    if (opened !== socket) return;
    if (code === close_try_later) wait_at_least = Math.max(wait_at_least, try_later_ms);
    lost();
  });
}

async function sayHello(to: WebSocket): Promise<void> {
  let token: string | null = null;
  try {
    token = await accessToken();
  } catch {
    to.close();
    return;
  }
  if (to !== socket || to.readyState !== WebSocket.OPEN) return;
  said = token;
  const hello: ClientMessage = {
    type: "hello",
    device_time: Math.round(gameNow()), // The clock that fixes of a simulated run have.
    ...(token && { token }),
    ...(token && attached !== null && { run: attached }),
  };
  to.send(JSON.stringify(hello));
}

/** A token that was not taken is renewed, but not one that was just renewed. */
async function onHelloRefused(to: WebSocket, code: string): Promise<void> {
  const by_token = code === "unauthenticated" || code === "token_expired" || code === "user_banned";
  if (by_token && said !== null && said !== refused_token) {
    refused_token = said;
    try {
      await renewTokens(said); // Without success nobody is signed in, and `hello` says so.
      if (to === socket && socket_user === null) await sayHello(to);
      return;
    } catch {
      // The server is away.
    }
  }
  if (!welcomed) to.close();
}

function onWelcome({ server_time, user }: Of<"welcome">): void {
  setGameClock(server_time);
  const first = !welcomed;
  socket_user = user?.id ?? null;
  welcomed = true;
  if (first) {
    welcomed_at = performance.now();
    next_ping_at = 0;
    connection.value = "live";
    for (const id of subscriptions.keys()) subscribe(id);
  }
  // Somebody signed in, or out, while `hello` was under way.
  if (socket_user !== null && socket_user !== wanted_user) restart();
  else if (socket_user === null && wanted_user !== null && said === null && socket)
    void sayHello(socket);
}

function take(text: string): void {
  const message = JSON.parse(text) as ServerMessage;
  switch (message.type) {
    case "welcome":
      onWelcome(message);
      break;
    case "snapshot":
    case "delta": {
      const of = subscriptions.get(message.id);
      if (!of) return;
      of.version = message.version;
      of.on(message as Snapshot | Delta);
      break;
    }
    case "pong":
      if (pinged?.n === message.n) {
        roundTrip.value = Math.round(performance.now() - pinged.at);
        pinged = null;
      }
      break;
    case "error":
      if (message.ref === "hello" && socket) void onHelloRefused(socket, message.code);
      break;
    case "bye":
      if (message.reason === "superseded") attached = null; // Not back by itself: ask the person.
      wait_at_least = message.retry_after_ms;
      break;
    default:
      break;
  }
  for (const listener of listeners.get(message.type) ?? []) listener(message);
}

function lost(): void {
  if (welcomed && performance.now() - welcomed_at >= sound_after_ms) failures = 0;
  socket = null;
  welcomed = false;
  socket_user = null;
  roundTrip.value = null;
  pinged = null;
  wait();
}

/** Sets the next try; without a network there is none before the browser says that it is back. */
function wait(): void {
  clearTimeout(retry);
  if (!navigator.onLine || held.peek()) {
    connection.value = "offline";
    nextTryAt.value = 0;
    return;
  }
  const step = waits_ms[Math.min(failures, waits_ms.length - 1)]!;
  const until = wait_at_least + (wait_at_least > 0 ? 1000 * Math.random() : 0) + step * (0.75 + Math.random() / 2); // prettier-ignore
  wait_at_least = 0;
  failures += 1;
  connection.value = "waiting";
  nextTryAt.value = performance.now() + until;
  retry = setTimeout(connect, until);
}

/**
 * A half-open connection says nothing: whoever does not answer a ping is gone. Silence alone proves
 * nothing, for this may run once a minute only, in a page that is hidden.
 */
function lookAfter(): void {
  if (!socket) return;
  const now = performance.now();
  const deaf = welcomed
    ? pinged !== null && now - pinged.at > pong_within_ms
    : now - opened_at > hello_timeout_ms;
  if (deaf) {
    const dead = socket;
    lost();
    dead.close();
    return;
  }
  if (welcomed && pinged === null && now >= next_ping_at) {
    next_ping_at = now + ping_every_ms;
    pinged = { n: ++ping_number, at: now };
    sendLive({ type: "ping", n: ping_number });
  }
}
