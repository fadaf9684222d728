/** The game's codes in plain words. For runners; the console shows them too. */
import type { Run, RunReason, Sport, Track, TrackMark } from "./api/types";
import { metresBetween } from "./map/ground";
import { count, distance, duration, timeSpan } from "./units";

const reasons: Record<RunReason, string> = {
  no_fixes: "It has no positions, as a run indoors: it counts as a statistic only.",
  no_usable_time: "Most of its positions have no usable time.",
  too_many_fixes: "It has more than 50,000 positions.",
  too_long: "It lasts more than 24 hours.",
  vehicle: "For a minute or more it moved faster than anybody runs: a vehicle.",
  vehicle_part: "A short part moved faster than anybody runs: the tiles of that part do not count.",
  weak_gps: "More than half of its positions were too inaccurate to take ground.",
  too_short: "Too little to take ground: that needs 500 m and 3 minutes of movement.",
  too_sparse: "Too few positions, or too far apart in time, to take ground.",
  not_a_territory_sport: "Only runs, trail runs, walks and hikes take ground.",
  enclosure_too_large: "What it surrounds is too large: only the tiles on the way count.",
  mock_location: "The phone said that its location was simulated.",
  cadence: "No person takes so many, or so few, steps a minute.",
  acceleration: "The speed changed more abruptly than a person's can.",
  uniform_speed: "The speed was steadier than anybody runs.",
  clock_drift: "The phone's clock moved by more than two minutes during the run.",
  partial: "Nothing came for 24 hours, so the server finished it with what there was.",
  identical: "It has the same positions as another run of this account.",
  same_run: "Another recording of the same run came before it and keeps the ground.",
  duplicate_foreign: "Another account recorded exactly the same positions.",
  impossible: "The runner was somewhere else at the same time, by another run.",
  replay: "Its points are those of another run, of another day or another account.",
  statistics_only: "Where it came from lends it for statistics only: it takes no ground.",
  withdrawn: "Where it came from took it back.",
  rejected_by_review: "An operator looked at it and refused it.",
};

/** A sentence. A reason of a newer server reads as its code. */
export function reasonInWords(code: string): string {
  return (reasons as Record<string, string>)[code] ?? code.replaceAll("_", " ");
}

const states: Record<Run["state"], readonly [word: string, meaning: string]> = {
  recording: ["Recording", "The phone is still on its way."],
  processing: ["Processing", "Saved; the server is working out what it is worth."],
  accepted: ["Accepted", "It counts."],
  flagged: ["Under review", "It is kept; its ground and its result wait for an operator."],
  rejected: ["Rejected", "It takes nothing and counts for no event."],
};

export function stateInWords(state: Run["state"]): string {
  return states[state][0];
}

export function meaningOfState(state: Run["state"]): string {
  return states[state][1];
}

/** The kind of badge that goes with it. */
export function toneOfState(state: Run["state"]): "good" | "bad" | "warn" | "" {
  if (state === "accepted") return "good";
  if (state === "rejected") return "bad";
  return state === "flagged" ? "warn" : "";
}

const sources: Record<Run["source"], string> = {
  app: "The app",
  file: "A file",
  strava: "Strava",
  simulated: "Simulated",
};

export function sourceInWords(source: Run["source"]): string {
  return sources[source];
}

const sports: Record<Sport, string> = {
  run: "Run",
  trail_run: "Trail run",
  walk: "Walk",
  hike: "Hike",
  ride: "Ride",
  swim: "Swim",
  ski: "Ski",
  row: "Row",
  other: "Other",
};

export function sportInWords(sport: Sport): string {
  return sports[sport];
}

export const allSports = Object.entries(sports) as [Sport, string][];

/** Sports that can take ground. */
export const groundSports: readonly Sport[] = ["run", "trail_run", "walk", "hike"];

const marks: Record<TrackMark["kind"], string> = {
  fast: "A vehicle's speed",
  gap: "Gap without positions",
  parked: "Standing in one place",
  acceleration: "Abrupt change of speed",
  uniform_speed: "Steadier than anybody runs",
  cadence: "Steps a minute that nobody takes",
};

export function markInWords(kind: TrackMark["kind"]): string {
  return marks[kind];
}

/** What a mark measured, with its unit; `uniform_speed` says how much the speed varies. */
export function valueOfMark({ kind, value }: Pick<TrackMark, "kind" | "value">): string {
  switch (kind) {
    case "fast":
      return speed(value);
    case "gap":
    case "parked":
      return duration(value * 1000);
    case "acceleration":
      return `${value.toFixed(1)} m/s²`;
    case "uniform_speed":
      // Nobody runs as steadily as a machine: what counts are the small figures.
      return value < 0.001 ? "under ±0.001 m/s" : `±${Number(value.toPrecision(2))} m/s`;
    case "cadence":
      return `${count(Math.round(value))} steps/min`;
  }
}

/** A mark in words, with what it measured; of a gap also how far it leads. */
export function markText(track: Pick<Track, "points">, mark: TrackMark): string {
  const [first, last] = [track.points[mark.first], track.points[mark.last]];
  const leap =
    mark.kind === "gap" && first && last
      ? `${distance(metresBetween([first[1], first[2]], [last[1], last[2]]))} in ${timeSpan(mark.value * 1000)}`
      : valueOfMark(mark);
  return `${markInWords(mark.kind)}, ${leap}`;
}

export function speed(mps: number): string {
  return `${(mps * 3.6).toFixed(1)} km/h`;
}

/** "5.01 km in 28:10", for lists. */
export function lengthAndTime(run: Pick<Run, "distance_m" | "moving_ms">): string {
  return `${distance(run.distance_m)} in ${duration(run.moving_ms)}`;
}
