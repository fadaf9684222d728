/**
 * The socket to `/v1/live` (docs/PROTOCOL.md): one for the page, open while anybody wants it,
 * anonymous until somebody signs in. It comes back by itself and resubscribes.
 */
import { effect, signal } from "@preact/signals";
import { accessToken, expired, profile } from "../api/session";
import type { Box, ClientMessage, Delta, ServerMessage, Snapshot } from "../api/types";
import { setGameClock } from "../game_clock";

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
const silence_max_ms = 45_000;
const waits_ms = [0, 1000, 2000, 4000, 8000, 16_000, 30_000];

const listeners = new Map<Kind, Set<Listener>>();
const subscriptions = new Map<string, Subscription>();

let socket: WebSocket | null = null;
let welcomed = false;
let failures = 0;
let heard_at = 0;
let pings = new Map<number, number>();
let ping_number = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let watchdog: ReturnType<typeof setInterval> | undefined;
let user: string | null = null;

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

/** Opens the socket and keeps it. Called once. */
export function startLive(): void {
  effect(() => {
    const now = expired.value ? null : (profile.value?.id ?? null);
    if (now === user && socket) return;
    const was = user;
    user = now;
    // A socket belongs to one user for its life; nobody's may become somebody's.
    if (socket && was !== null) restart();
    else if (socket) void sayHello(socket);
    else if (!socket) connect();
  });
  addEventListener("online", () => tryNow());
  addEventListener("offline", () => {
    connection.value = "offline";
    socket?.close();
  });
  watchdog ??= setInterval(lookAfter, 5000);
}

/** Does not wait for the next try. */
export function tryNow(): void {
  if (connection.value !== "waiting" && connection.value !== "offline") return;
  clearTimeout(retry);
  failures = 0;
  connect();
}

function restart(): void {
  const old = socket;
  socket = null;
  welcomed = false;
  old?.close(1000);
  failures = 0;
  connect();
}

function connect(): void {
  connection.value = "connecting";
  nextTryAt.value = 0;
  welcomed = false;
  heard_at = performance.now();
  const url = new URL("/v1/live", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(url, protocol);
  socket = opened;
  opened.addEventListener("open", () => void sayHello(opened));
  opened.addEventListener("message", (event) => {
    if (opened === socket && typeof event.data === "string") take(event.data);
  });
  opened.addEventListener("close", () => {
    if (opened === socket) lost();
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
  const hello: ClientMessage = { type: "hello", device_time: Date.now(), ...(token && { token }) };
  to.send(JSON.stringify(hello));
}

function take(text: string): void {
  heard_at = performance.now();
  const message = JSON.parse(text) as ServerMessage;
  switch (message.type) {
    case "welcome":
      setGameClock(message.server_time);
      if (!welcomed) {
        welcomed = true;
        failures = 0;
        connection.value = "live";
        for (const id of subscriptions.keys()) subscribe(id);
      }
      break;
    case "snapshot":
    case "delta": {
      const of = subscriptions.get(message.id);
      if (!of) return;
      of.version = message.version;
      of.on(message as Snapshot | Delta);
      break;
    }
    case "pong": {
      const sent = pings.get(message.n);
      if (sent !== undefined) roundTrip.value = Math.round(performance.now() - sent);
      pings = new Map();
      break;
    }
    case "bye":
      if (message.retry_after_ms > 0) wait_at_least = message.retry_after_ms;
      break;
    default:
      break;
  }
  for (const listener of listeners.get(message.type) ?? []) listener(message);
}

let wait_at_least = 0;

function lost(): void {
  socket = null;
  welcomed = false;
  roundTrip.value = null;
  pings = new Map();
  if (!navigator.onLine) {
    connection.value = "offline";
    return;
  }
  const step = waits_ms[Math.min(failures, waits_ms.length - 1)] ?? 30_000;
  const wait = wait_at_least + step * (0.75 + Math.random() / 2);
  wait_at_least = 0;
  failures += 1;
  connection.value = "waiting";
  nextTryAt.value = performance.now() + wait;
  retry = setTimeout(connect, wait);
}

let pinged_at = 0;

/** A half-open connection says nothing: whoever does not answer a ping is gone. */
function lookAfter(): void {
  if (!socket) return;
  const now = performance.now();
  const silent = now - heard_at;
  if (silent > (welcomed ? silence_max_ms : hello_timeout_ms)) {
    const dead = socket;
    lost();
    dead.close();
    return;
  }
  if (welcomed && now - pinged_at >= ping_every_ms) {
    pinged_at = now;
    pings.set(++ping_number, now);
    sendLive({ type: "ping", n: ping_number });
  }
}
