/**
 * The run that is being planned. It outlives the panel, and a session that ends: nothing that was
 * drawn is lost.
 */
import { computed, signal, type Signal } from "@preact/signals";
import type { LatLon } from "../../api/types";
import { groundSports } from "../../game_words";
import { pace } from "../../units";
import { isTooLong, jitterLimits, jitterMax, paceFromText, paceLimits } from "./recording";
import { lengthOf } from "../../map/ground";

const points_max = 5000;

export const route = signal<LatLon[]>([]);
export const paceText = signal("5:30");
export const jitterText = signal("4");
export const sportText = signal<string>("run");

export const length_m = computed(() => lengthOf(route.value));

const before = signal<LatLon[][]>([]);
export const canUndo = computed(() => before.value.length > 0);

/** Changes the route so that `undo` goes back. */
export function change(to: LatLon[]): void {
  before.value = [...before.peek().slice(-99), route.peek()];
  route.value = to.slice(0, points_max);
}

export function undo(): void {
  const last = before.peek().at(-1);
  if (!last) return;
  before.value = before.peek().slice(0, -1);
  route.value = last;
}

export function addPoint(at: LatLon): void {
  change([...route.peek(), at]);
}

const parts: readonly Signal<unknown>[] = [route, before, paceText, jitterText, sportText];
const blank = parts.map((part) => part.peek());
const put_away = new Map<string, unknown[]>();
let owner: string | null = null;

/** Takes up the plan of a user as he left it, and puts away that of whoever was here before. */
export function takeUp(user: string): void {
  if (user === owner) return;
  if (owner !== null)
    put_away.set(
      owner,
      parts.map((part) => part.peek()),
    );
  owner = user;
  const mine = put_away.get(user) ?? blank;
  parts.forEach((part, k) => (part.value = mine[k]));
}

export interface Typed {
  route: readonly LatLon[];
  length_m: number;
  pace: string;
  jitter: string;
  sport: string;
}

/** Complaints by field. */
export function complaintsAbout(x: Typed): Record<string, string> {
  const wrong: Record<string, string> = {};
  const ms_per_km = paceFromText(x.pace);
  if (ms_per_km === null) wrong.pace = "Minutes and seconds a kilometre, as 5:30.";
  else if (ms_per_km < paceLimits.fastest_ms)
    wrong.pace = `${pace(paceLimits.fastest_ms)} is the fastest: beyond, the rules see a vehicle.`;
  else if (ms_per_km > paceLimits.slowest_ms)
    wrong.pace = `${pace(paceLimits.slowest_ms)} is the slowest.`;
  const jitter = metresFromText(x.jitter);
  const most = wrong.pace === undefined && ms_per_km !== null ? jitterMax(ms_per_km) : undefined;
  if (jitter === null || jitter < jitterLimits.least_m || jitter > jitterLimits.most_m)
    wrong.jitter = `Between ${jitterLimits.least_m} and ${jitterLimits.most_m} metres.`;
  else if (most !== undefined && jitter > most)
    wrong.jitter = `At this pace at most ${most} m: more would look like a vehicle.`;
  if (!groundSports.some((sport) => sport === x.sport)) wrong.sport = "Choose one of these.";
  if (x.route.length < 2 || x.length_m < 1)
    wrong[""] = "Draw a route first: click on the map, at least two places.";
  else if (ms_per_km !== null && isTooLong(x.length_m, ms_per_km))
    wrong[""] = "That is too long: a run has at most 50,000 positions, one a second.";
  return wrong;
}

export function metresFromText(text: string): number | null {
  return /^\s*\d{1,3}([.,]\d+)?\s*$/.test(text) ? Number(text.replace(",", ".")) : null;
}
