/** The plan of a run under way, for a page that is loaded again. */
import { groundSports } from "../../game_words";
import type { Plan } from "./phone_parts";

export const storage_key = "fief.simulated-run";

export function storePlan(plan: Plan | null): void {
  try {
    if (plan) localStorage.setItem(storage_key, JSON.stringify(plan));
    else localStorage.removeItem(storage_key);
  } catch {
    // Without storage the run lasts as long as the page; the server keeps what it has.
  }
}

export function storedPlan(): Plan | null {
  try {
    return planFrom(localStorage.getItem(storage_key));
  } catch {
    return null;
  }
}

/** Null for anything that is no plan: somebody may have written nonsense, or an older version. */
export function planFrom(text: string | null): Plan | null {
  if (text === null) return null;
  let x: Partial<Plan> | null;
  try {
    x = JSON.parse(text) as Partial<Plan> | null;
  } catch {
    return null;
  }
  if (typeof x !== "object" || x === null) return null;
  const texts = [x.run, x.user, x.seed].every((it) => typeof it === "string" && it !== "");
  const numbers = [x.pace_ms_per_km, x.jitter_m, x.start_ms].every((it) => Number.isFinite(it));
  const end = x.end_seq === undefined || (Number.isInteger(x.end_seq) && x.end_seq > 0);
  const sport = groundSports.some((it) => it === x.sport);
  return texts && numbers && end && sport && isRoute(x.route) ? (x as Plan) : null;
}

function isRoute(x: unknown): boolean {
  return (
    Array.isArray(x) &&
    x.length >= 2 &&
    x.every(
      (point) =>
        Array.isArray(point) && point.length === 2 && point.every((it) => Number.isFinite(it)),
    )
  );
}
