/**
 * The game's time, which on a server for development may run ahead and faster. Learnt from
 * `/v1/server` and from the socket's `welcome`; between them it goes on by the page's own clock.
 */
import { signal } from "@preact/signals";

let origin_ms = Date.now();
let origin_at = performance.now();
let speed = 1;

/** The game's now, in ms since 1970. */
export function gameNow(): number {
  return origin_ms + (performance.now() - origin_at) * speed;
}

export function clockSpeed(): number {
  return speed;
}

export function setGameClock(now_ms: number, clock_speed: number = speed): void {
  origin_ms = now_ms;
  origin_at = performance.now();
  speed = clock_speed;
  tick.value = gameNow();
}

/** The game's now, once a second: what countdowns and filling bars depend on. */
export const tick = signal(gameNow());

let timer: ReturnType<typeof setInterval> | undefined;

export function startTicking(): void {
  timer ??= setInterval(() => (tick.value = gameNow()), 1000);
}
