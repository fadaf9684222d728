/** Which events the map asks for and draws. */
import type { Box, Event, EventState, LatLon } from "../api/types";
import { metresBetween } from "../map/ground";
import { isInView } from "./event_shapes";
import { stateAt } from "./event_words";

const shown_max = 60;
const radius_max_m = 100_000; // What the API takes.

export interface Drawn {
  event: Event;
  state: EventState;
}

/**
 * The circle round the view, coarse, so that small moves ask for nothing: a power of two of
 * kilometres, round a middle that is rounded to less than a tenth of it.
 */
export function nearQuery(view: { box: Box; center: LatLon }): { near: string; radius_m: number } {
  const [lat, lon] = view.center;
  const [west, , east, north] = view.box;
  const reach_km = metresBetween([lat, (west + east) / 2], [north, east]) / 1000;
  const wanted_km = 2 * 2 ** Math.ceil(Math.log2(Math.max(1, reach_km)));
  const radius_m = Math.min(radius_max_m, 1000 * wanted_km);
  const digits = radius_m > 16_000 ? 1 : 2;
  const wrapped = ((((lon + 180) % 360) + 360) % 360) - 180; // The map may be round the world.
  return { near: `${lat.toFixed(digits)},${wrapped.toFixed(digits)}`, radius_m };
}

/** Those found and the one that is open, which is the newer; soonest `cut_at` first. */
export function mergeEvents(found: readonly Event[], open: Event | null): Event[] {
  const all = new Map(found.map((event) => [event.id, event]));
  if (open) all.set(open.id, open);
  return [...all.values()].sort((a, b) => a.cut_at.localeCompare(b.cut_at));
}

/** Those in view that are not over, so many as a map can carry; the open one whatever it is. */
export function selectDrawn(
  all: readonly Event[],
  box: Box,
  open: string | null,
  now_ms: number,
): Drawn[] {
  const drawn: Drawn[] = [];
  let others = 0;
  for (const event of all) {
    const state = stateAt(event, now_ms);
    const over = state === "settled" || state === "cancelled";
    if (event.id !== open && (over || others >= shown_max)) continue;
    if (!isInView(event, box)) continue;
    if (event.id !== open) others += 1;
    drawn.push({ event, state });
  }
  return drawn;
}

/** Whether the map shows the same: then it is left alone, and so is the focus on its labels. */
export function isSameDrawn(before: readonly Drawn[], now: readonly Drawn[]): boolean {
  return (
    before.length === now.length &&
    before.every((x, i) => {
      const y = now[i]!;
      return x.state === y.state && (x.event === y.event || shapeOf(x.event) === shapeOf(y.event));
    })
  );
}

function shapeOf({ id, name, course, checkpoints, area }: Event): string {
  return JSON.stringify([id, name, course, checkpoints, area]);
}
