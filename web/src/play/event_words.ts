/** Events in words: what state they are in by the game clock, and what comes next. */
import type { Event, EventState, Metric } from "../api/types";
import { msOf } from "../units";

export type EventTimes = Pick<Event, "starts_at" | "cut_at" | "state"> & { settle_at?: string };

/** The state now. What was loaded may be older; the clock and the two marks decide (RULES 4). */
export function stateAt(event: EventTimes, now_ms: number): EventState {
  if (event.state === "settled" || event.state === "cancelled") return event.state;
  if (now_ms < msOf(event.starts_at)) return "scheduled";
  return now_ms < msOf(event.cut_at) ? "active" : "cut";
}

const states: Record<EventState, readonly [word: string, badge: string]> = {
  scheduled: ["Not started", ""],
  active: ["On now", "good"],
  cut: ["Ended, results to come", "warn"],
  settled: ["Final", ""],
  cancelled: ["Called off", "bad"],
};

export function stateWord(state: EventState): string {
  return states[state][0];
}

export function stateBadge(state: EventState): string {
  return states[state][1];
}

const metrics: Record<Metric, readonly [word: string, rule: string]> = {
  race: ["Race", "The shortest time wins."],
  territory: ["Territory", "Whoever takes the most tiles wins."],
  distance: ["Distance", "Whoever runs farthest wins."],
};

export function metricWord(metric: Metric): string {
  return metrics[metric][0];
}

export function metricRule(metric: Metric): string {
  return metrics[metric][1];
}

export interface Countdown {
  to: "Starts in" | "Ends in" | "Results in at most";
  left_ms: number;
}

/** To what is next, or null: nothing is. */
export function countdownOf(event: EventTimes, now_ms: number): Countdown | null {
  const until = (to: Countdown["to"], at: string) => {
    const left_ms = msOf(at) - now_ms;
    return left_ms > 0 ? { to, left_ms } : null;
  };
  switch (stateAt(event, now_ms)) {
    case "scheduled":
      return until("Starts in", event.starts_at);
    case "active":
      return until("Ends in", event.cut_at);
    case "cut":
      return event.settle_at ? until("Results in at most", event.settle_at) : null;
    default:
      return null;
  }
}

/** What would be paid out before the house takes its part; once settled, what was. */
export function poolOf(event: Pick<Event, "pool_cents" | "tickets_cents" | "pot_cents">): number {
  return event.pool_cents ?? event.tickets_cents + event.pot_cents;
}

/** Whether a ticket can still be bought. */
export function sells(event: EventTimes, now_ms: number): boolean {
  const state = stateAt(event, now_ms);
  return state === "scheduled" || state === "active";
}
