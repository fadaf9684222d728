/** What can be done with a ticket, by the game clock. */
import type { Event, Run, Ticket } from "../api/types";
import { msOf } from "../units";
import { stateAt } from "./event_words";

export type TicketUse =
  | "start" // It starts a run now.
  | "wait" // The event has not started.
  | "late" // The event is over; an imported run may still take it.
  | "none"; // Used, paid back, or nothing can come of it any more.

export function useOf(ticket: Pick<Ticket, "state" | "event">, now_ms: number): TicketUse {
  if (ticket.state !== "unused") return "none";
  switch (stateAt(ticket.event, now_ms)) {
    case "active":
      return "start";
    case "scheduled":
      return "wait";
    case "cut":
      return "late";
    default:
      return "none";
  }
}

/** Whether an imported run may take a ticket of the event (openapi.yaml, `consumeTicket`). */
export function isAttachable(
  run: Pick<Run, "source" | "state" | "kind" | "started_at">,
  event: Pick<Event, "starts_at" | "cut_at">,
): boolean {
  if (run.kind !== "free" || run.state !== "accepted" || !run.started_at) return false;
  if (run.source !== "file" && run.source !== "strava") return false;
  const started = msOf(run.started_at);
  return started >= msOf(event.starts_at) && started < msOf(event.cut_at);
}

/** Cents that are missing for a ticket; 0 when it can be paid. */
export function missingCents(price_cents: number, balance_cents: number): number {
  return Math.max(0, price_cents - balance_cents);
}

/** `tickets` are newest first: whether one of this event can only be in `tickets`, not behind. */
export function reachesBack(
  tickets: readonly Pick<Ticket, "bought_at">[],
  created_at: string,
): boolean {
  const oldest = tickets.at(-1);
  return oldest !== undefined && msOf(oldest.bought_at) < msOf(created_at);
}

const states: Record<Ticket["state"], string> = {
  unused: "Unused",
  used: "Used",
  refunded: "Paid back",
};

export function ticketWord(ticket: Pick<Ticket, "state" | "event">, now_ms: number): string {
  if (ticket.state === "unused" && useOf(ticket, now_ms) === "none") return "Not used";
  return states[ticket.state];
}
