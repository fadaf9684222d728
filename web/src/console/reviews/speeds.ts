/** A track's speed over time, for the chart of a review. */
import type { Track } from "../../api/types";

export interface Speeds {
  times_ms: number[];
  /** From point to point, in km/h: mostly noise, but leaps show. */
  momentary: (number | null)[];
  /** Over the window around each point: what the runner did. */
  smooth: (number | null)[];
}

const kmh = 3.6;

/** Null where the track is broken, and at its start: nothing leads there. */
export function speedsOf(points: Track["points"], window_ms = 16_000): Speeds {
  const times_ms = points.map(([t]) => t);
  const momentary = points.map(([, , , speed]) => (speed === null ? null : speed * kmh));
  return { times_ms, momentary, smooth: smoothed(times_ms, momentary, window_ms) };
}

/** Means over a window, each segment by how long it lasts. */
function smoothed(
  times_ms: readonly number[],
  values: readonly (number | null)[],
  window_ms: number,
): (number | null)[] {
  const lasts = (i: number) => (i > 0 && values[i] !== null ? times_ms[i]! - times_ms[i - 1]! : 0);
  let [first, end, time, way] = [0, 0, 0, 0];
  return values.map((value, i) => {
    const t = times_ms[i]!;
    for (; end < values.length && times_ms[end]! <= t + window_ms / 2; ++end) {
      time += lasts(end);
      way += lasts(end) * (values[end] ?? 0);
    }
    for (; times_ms[first]! < t - window_ms / 2; ++first) {
      time -= lasts(first);
      way -= lasts(first) * (values[first] ?? 0);
    }
    return value === null || time <= 0 ? value : Math.max(0, way / time);
  });
}
