/** The store of tokens between two readings: it fills by the game clock, and stops when it is full. */
import { msOf, type Instant } from "../units";

export interface Reading {
  tiles: number;
  rate_micro_per_hour: number;
  pending_micro: number;
  full_at?: Instant;
  claimable_at: Instant;
}

export interface Store {
  pending_micro: number;
  /** What it will hold when it is full. */
  full_micro: number;
  /** 0 to 1. */
  filled: number;
  full: boolean;
  /** Until it is full; 0 when it is, or when nothing fills it. */
  full_in_ms: number;
  /** Until it may be claimed; 0 when it may. */
  claimable_in_ms: number;
}

const hour_ms = 3_600_000;

/** The store at `now_ms`, from what was read at `read_at_ms`; both by the game clock. */
export function storeAt(reading: Reading, read_at_ms: number, now_ms: number): Store {
  const { rate_micro_per_hour: rate, pending_micro: read } = reading;
  const full_at = reading.full_at === undefined ? read_at_ms : msOf(reading.full_at);
  const earned = (until_ms: number) =>
    Math.floor((rate * Math.max(0, until_ms - read_at_ms)) / hour_ms);
  const pending_micro = read + earned(Math.min(now_ms, full_at));
  const full_micro = read + earned(full_at);
  const fills = rate > 0 && full_at > now_ms;
  return {
    pending_micro,
    full_micro,
    filled: full_micro > 0 ? Math.min(1, pending_micro / full_micro) : 0,
    full: full_micro > 0 && !fills,
    full_in_ms: fills ? full_at - now_ms : 0,
    claimable_in_ms: Math.max(0, msOf(reading.claimable_at) - now_ms),
  };
}
