import { api, must } from "../../api/client";
import type { Event } from "../../api/types";

export async function readEvent(id: string, signal: AbortSignal): Promise<Event> {
  const got = await must(api.GET("/v1/events/{id}", { params: { path: { id } }, signal }));
  return got as Event; // The generated client loses that points are pairs.
}
