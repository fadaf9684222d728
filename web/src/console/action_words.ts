/** The log of actions in plain words. */
import type { Action } from "../api/types";
import { reasonInWords } from "../game_words";
import { coins, count, distance, moment } from "../units";

const words: Record<Action["action"], string> = {
  event_created: "Created an event",
  event_edited: "Changed an event",
  event_cancelled: "Called an event off",
  ticket_granted: "Gave a ticket",
  coins_granted: "Gave coins",
  rights_changed: "Changed roles or a ban",
  run_accepted: "Accepted a run",
  run_rejected: "Rejected a run",
  operator_created: "Made an operator",
};

/** An action of a newer server reads as its code. */
export function actionInWords(action: string): string {
  return (words as Record<string, string>)[action] ?? action.replaceAll("_", " ");
}

/** Which screen shows the target. */
export function screenOfTarget(action: string): "manage-events" | "reviews" | "users" {
  if (action.startsWith("event_")) return "manage-events";
  return action.startsWith("run_") ? "reviews" : "users";
}

export interface DetailLine {
  term: string;
  /** Of a change; null: it was not there. */
  before?: string | null;
  text: string;
  /** The address' parts of what is named by its id. */
  link?: [screen: string, id: string];
}

const terms: Record<string, string> = {
  name: "Name",
  city: "City",
  tz: "Time zone",
  starts_at: "Start",
  cut_at: "End",
  settle_at: "Final by",
  metric: "What counts",
  entry_fee_cents: "Entry fee",
  pot_cents: "Sponsor's pot",
  distance_m: "Distance",
  course_points: "Points of the course",
  checkpoints: "Checkpoints",
  area: "Area",
  live_spectators: "Live spectators",
  tickets: "Tickets",
  refunded_cents: "Paid back",
  event: "Event",
  ticket: "Ticket",
  coins_cents: "Coins",
  reason: "Reason",
  roles: "Roles",
  banned: "Banned",
  was: "Was",
  reasons: "Found before",
  note: "Told to the runner",
};

/** Those whose pair of values is a value, and no change. */
const lists = new Set(["reasons"]);

/** Each member of the detail; a change is `[old, new]`. */
export function detailLines({ detail }: Pick<Action, "detail">): DetailLine[] {
  return Object.entries(detail as Record<string, unknown>).map(([key, value]) => {
    const term = terms[key] ?? key.replaceAll("_", " ");
    if (Array.isArray(value) && value.length === 2 && !lists.has(key)) {
      const [before, after] = value as [unknown, unknown];
      return {
        term,
        before: before === null ? null : textOf(key, before),
        text: after === null ? "none" : textOf(key, after),
      };
    }
    const line: DetailLine = { term, text: textOf(key, value) };
    if (key === "event" && typeof value === "string") line.link = ["manage-events", value];
    return line;
  });
}

function textOf(key: string, value: unknown): string {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") {
    if (key.endsWith("_cents")) return coins(value);
    if (key.endsWith("_m")) return distance(value);
    return count(value);
  }
  if (typeof value === "string")
    return key.endsWith("_at") && !Number.isNaN(Date.parse(value)) ? moment(value) : value;
  if (Array.isArray(value)) {
    const words = value.map((x) => (key === "reasons" ? reasonInWords(String(x)) : String(x)));
    return words.length > 0 ? words.join(key === "reasons" ? " " : ", ") : "none";
  }
  const { lat, lon, radius_m } = value as { lat?: number; lon?: number; radius_m?: number };
  if (lat !== undefined && lon !== undefined && radius_m !== undefined)
    return `${distance(radius_m)} around ${lat.toFixed(4)}, ${lon.toFixed(4)}`;
  return JSON.stringify(value);
}
