/** What this server is: `/v1/server`, read once. */
import { signal } from "@preact/signals";
import { api, must } from "./api/client";
import type { Server } from "./api/types";
import { setGameClock } from "./game_clock";

export const server = signal<Server | null>(null);

export async function loadServer(): Promise<void> {
  const got = await must(api.GET("/v1/server"));
  setGameClock(Date.parse(got.now), got.clock_speed);
  server.value = got;
}
