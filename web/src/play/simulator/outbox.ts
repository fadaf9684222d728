/**
 * Which positions are still to be sent. The server promises by `ack` that everything up to it is
 * stored, and only that may be forgotten; what was sent and not acknowledged is sent again after a
 * reconnection, and `want` names holes. Pure.
 */
import type { ServerMessage } from "../../api/types";

export type Ranges = Extract<ServerMessage, { type: "ack" }>["want"];

export interface Batch {
  first_seq: number;
  last_seq: number;
}

export class Outbox {
  acked = 0;
  /** Holes as the server told them last. */
  want: Ranges = [];
  private sent = 0;
  private again: Batch[] = [];

  get sent_up_to(): number {
    return this.sent;
  }

  /** What is under way: sent and not acknowledged. */
  get in_flight(): number {
    return this.sent - this.acked;
  }

  /** The next to send of `due` positions, or null. Counts as sent. */
  take(due: number, most: number): Batch | null {
    const hole = this.again.shift();
    if (hole) {
      const last_seq = Math.min(hole.last_seq, hole.first_seq + most - 1);
      if (last_seq < hole.last_seq)
        this.again.unshift({ first_seq: last_seq + 1, last_seq: hole.last_seq });
      return { first_seq: hole.first_seq, last_seq };
    }
    if (due <= this.sent) return null;
    const first_seq = this.sent + 1;
    this.sent = Math.min(due, this.sent + most);
    return { first_seq, last_seq: this.sent };
  }

  /** An acknowledgement; those of a run never go back. */
  acknowledge(ack: number, want: Ranges): void {
    this.acked = Math.max(this.acked, ack);
    this.sent = Math.max(this.sent, this.acked);
    this.want = want;
  }

  /** A new connection, or a refused batch: everything that is not acknowledged goes again. */
  restart(): void {
    this.sent = this.acked;
    this.again = [];
  }

  /** `finish` was too early: these are missing. */
  resend(ack: number, want: Ranges): void {
    this.acknowledge(ack, want);
    this.again = want
      .map(([first_seq, last_seq]) => ({ first_seq, last_seq: Math.min(last_seq, this.sent) }))
      .filter((x) => x.first_seq <= x.last_seq);
  }
}
