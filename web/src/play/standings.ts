/** Leaderboards: the part that is watched and what was loaded behind it, and what to say of them. */
import type { Leaderboard, Metric, Standing } from "../api/types";
import { result } from "../units";

/** The watched first ranks are newer; whoever is in both stands where these say. */
export function mergeStandings(
  first: readonly Standing[],
  behind: readonly Standing[],
): Standing[] {
  const known = new Set(first.map((x) => x.user));
  const rest = new Map<string, Standing>();
  for (const x of behind) if (!known.has(x.user)) rest.set(x.user, x);
  return [...first, ...[...rest.values()].sort((a, b) => a.rank - b.rank)];
}

type Board = Pick<Leaderboard, "state" | "metric"> & { items: Standing[] };

/** What a screen reader is told: a new leader, and that it is final. Nothing for the rest. */
export function announcement(before: Board | null, now: Board): string {
  const first = now.items[0];
  if (now.state === "settled" && before && before.state !== "settled")
    return first
      ? `The results are final. ${first.username} wins with ${result(now.metric, first.value)}.`
      : "The results are final. Nobody finished.";
  if (now.state === "cancelled" && before && before.state !== "cancelled")
    return "The event was called off.";
  if (!before || !first || before.items[0]?.user === first.user) return "";
  return `${first.username} leads with ${result(now.metric, first.value)}.`;
}

const columns: Record<Metric, string> = { race: "Time", territory: "Tiles", distance: "Distance" };

export function resultColumn(metric: Metric): string {
  return columns[metric];
}
