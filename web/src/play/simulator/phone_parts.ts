/** What a simulated phone is made of and shows. */
import type { ClientMessage, Run } from "../../api/types";
import type { Ranges } from "./outbox";
import type { Recipe } from "./recording";

export interface Plan extends Recipe {
  run: string;
  user: string;
  event?: { id: string; name: string; cut_at_ms: number };
  /** The person ended it early: the last position that counts. */
  end_seq?: number;
}

export interface Wire {
  /** False: nobody is there. */
  send(message: ClientMessage): boolean;
  /** Says hello with the run, now and on each new connection; null: not any more. */
  attach(run: string | null): void;
  gameNow(): number;
  /** Remembers the plan for a page that is loaded again; null when it is over. */
  keep(plan: Plan | null): void;
  /** The run over REST, when the socket cannot tell. */
  read(run: string): Promise<Run>;
}

export type Phase =
  | "running" // It makes positions.
  | "saving" // All are made; the last are on their way, then `finish`.
  | "processing"
  | "done"
  | "taken"; // Another session has the run.

export interface Line {
  at_ms: number;
  way: "out" | "in";
  text: string;
}

export interface View {
  phase: Phase;
  attached: boolean;
  made: number;
  total: number;
  sent: number;
  acked: number;
  want: Ranges;
  tiles: readonly string[];
  log: readonly Line[];
  run: Run | null;
  /** What went wrong last and is worth saying. */
  problem: string | null;
}
