import type { Problem } from "./types";

/** An answer of the server that is no success, or none at all (`status` 0, code `offline`). */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Partial<Problem>;
  /** Seconds to wait before another try; of 429 and 503. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Partial<Problem>, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? "The server gave no reason.");
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** What is wrong with single fields, by the field's name on the wire. */
  get fields(): ReadonlyMap<string, string> {
    return new Map((this.problem.errors ?? []).map((x) => [x.field, x.detail]));
  }
}

export function offline(): Refusal {
  return new Refusal(0, { code: "offline", detail: "The server cannot be reached." });
}

// What a person reads. Codes that are not here show the server's own sentence.
const sentences: Record<string, string> = {
  offline: "The server cannot be reached. What you typed is still here; try again.",
  unauthenticated: "Please sign in.",
  token_expired: "Your session has ended. Please sign in again.",
  wrong_credentials: "The e-mail address or the password is wrong.",
  email_taken: "There is an account with this e-mail address already.",
  username_taken: "This name is taken.",
  user_banned: "This account is banned.",
  forbidden: "Your account may not do this.",
  insufficient_coins: "You have too few coins for this ticket.",
  price_changed: "The price has changed meanwhile. Nothing was paid: look at it again.",
  ticket_exists: "You have a ticket of this event already.",
  event_cut: "The event has ended.",
  event_settled: "The event is settled.",
  event_cancelled: "The event was called off.",
  event_active: "The event has started: only its name, city and pot can change.",
  event_not_active: "The event has not started yet.",
  event_too_short: "That leaves less than half an hour before the event ends.",
  unknown_time_zone: "There is no such time zone.",
  run_in_progress: "You have a run under way. Finish it first.",
  claim_too_soon: "Tokens can be claimed once a minute.",
  too_many_attempts: "Too many attempts. Wait a moment.",
  rate_limited: "Too many requests. Wait a moment.",
  unavailable: "The server cannot do this just now. Try again in a moment.",
  overloaded: "The server is busy. Try again in a moment.",
  simulation_not_allowed: "This server does not take simulated runs.",
  run_not_flagged: "Somebody has reviewed this run already.",
  fixes_expired: "The track was kept for a limited time and is now erased.",
  stale: "Somebody else changed this meanwhile. Look at it again.",
};

export function sentenceOf(error: unknown): string {
  if (error instanceof Refusal) {
    const text = sentences[error.code] ?? error.message;
    return error.retryAfter ? `${text} (${error.retryAfter} s)` : text;
  }
  return error instanceof Error ? error.message : String(error);
}
