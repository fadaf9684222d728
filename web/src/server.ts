/** What this server is: `/v1/server`, read at the start and again with each new connection. */
import { signal } from "@preact/signals";
import { api, must } from "./api/client";
import type { Server } from "./api/types";
import { setGameClock } from "./game_clock";
import { onMessage } from "./live/socket";

export const server = signal<Server | null>(null);

const waits_ms = [500, 1000, 2000, 4000, 8000, 16_000, 30_000];
let retry: ReturnType<typeof setTimeout> | undefined;
let failures = 0;
let asking: Promise<void> | null = null;

/** Reads it; while it was never read, again and again. Resolves after the first answer or failure. */
export function loadServer(): Promise<void> {
  asking ??= read().finally(() => (asking = null));
  return asking;
}

async function read(): Promise<void> {
  clearTimeout(retry);
  try {
    const got = await must(api.GET("/v1/server"));
    setGameClock(Date.parse(got.now), got.clock_speed);
    server.value = got;
    failures = 0;
  } catch {
    // What was read before is still good; the bar says that nobody answers.
    if (server.peek()) return;
    retry = setTimeout(() => void loadServer(), waits_ms[Math.min(failures, waits_ms.length - 1)]);
    failures += 1;
  }
}

/** Called once. Resolves as `loadServer`. */
export function startServer(): Promise<void> {
  onMessage("welcome", () => void loadServer());
  return loadServer();
}
