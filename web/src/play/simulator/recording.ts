/**
 * What a phone records of a run that never happened: a position a second, with the error of a
 * receiver and the unsteadiness of a runner. Pure: the same recipe gives the same recording, so
 * that a page that was reloaded needs to remember no positions.
 */
import type { Fix, LatLon, Sport } from "../../api/types";
import { chanceOf, type Chance } from "./chance";
import { Along, moved } from "./route";

export interface Recipe {
  /** Decides all chance. The run's id: the same points again would be called a replay. */
  seed: string;
  route: LatLon[];
  sport: Sport;
  pace_ms_per_km: number;
  /** How far a position is off at most, metres. */
  jitter_m: number;
  /** Of the first position, by the game's clock. */
  start_ms: number;
}

export interface Recording {
  fixes: Fix[];
  /** Metres of the route that are done at each position. */
  done_m: number[];
}

// Limits of the rules (docs/RULES.md 2): over 7.0 m/s for half a minute is a vehicle, and a spread
// of less than 0.1 m/s between stretches of 10 s a machine.
export const paceLimits = { fastest_ms: 150_000, slowest_ms: 900_000 };
export const jitterLimits = { least_m: 1, most_m: 10 };
export const fixesMax = 50_000;
export const groundLimits = { distance_m: 500, time_ms: 180_000 };

const speed_max = 6.93; // m/s, over half a minute.
const mock_flag = 1;
const tau = 2 * Math.PI;

interface Wave {
  weight: number;
  period_s: number;
  phase: number;
}

function wavesOf(chance: Chance, periods: readonly [number, number][]): Wave[] {
  const waves = periods.map(([low, high]) => ({
    weight: chance.between(0.5, 1),
    period_s: chance.between(low, high),
    phase: chance.between(0, tau),
  }));
  const sum = waves.reduce((total, x) => total + x.weight, 0);
  return waves.map((x) => ({ ...x, weight: x.weight / sum }));
}

/** Between -1 and 1. */
function swing(waves: readonly Wave[], second: number): number {
  return waves.reduce(
    (sum, x) => sum + x.weight * Math.sin((tau * second) / x.period_s + x.phase),
    0,
  );
}

// A receiver's error wanders slowly; white noise of its size would look like leaps.
const wander_periods: [number, number][] = [
  [100, 160],
  [160, 260],
  [260, 420],
];

/** The error along one axis, never more than `jitter_m`. */
function errorOf(chance: Chance, jitter_m: number): (second: number) => number {
  const noise_m = Math.min(0.15, jitter_m / 10);
  const waves = wavesOf(chance, wander_periods);
  return (second) =>
    (jitter_m / Math.SQRT2 - noise_m) * swing(waves, second) + chance.between(-noise_m, noise_m);
}

/**
 * Metres in each second. A wave of 30 s is what the rules look for in a runner and what vanishes
 * in the half minutes that they measure a vehicle by; slower ones get what room is left.
 */
function speedOf(chance: Chance, usual: number, jitter_m: number): (second: number) => number {
  const quick = Math.max(0.24, 0.05 * usual);
  const wander = jitter_m * (tau / wander_periods[0]![0]); // How fast the error itself moves.
  const slow = Math.min(0.05 * usual, Math.max(0, speed_max - usual - wander));
  const phase = chance.between(0, tau);
  const waves = wavesOf(chance, [
    [90, 140],
    [180, 320],
  ]);
  return (second) =>
    usual + quick * Math.sin((tau * second) / 30 + phase) + slow * swing(waves, second);
}

function cadenceOf(chance: Chance, sport: Sport): number {
  const on_foot = sport === "walk" || sport === "hike";
  return on_foot ? chance.between(100, 116) : chance.between(158, 176);
}

export function record(recipe: Recipe): Recording {
  const chance = chanceOf(recipe.seed);
  const along = new Along(recipe.route);
  const usual = 1e6 / recipe.pace_ms_per_km;
  const speed = speedOf(chance, usual, recipe.jitter_m);
  const east = errorOf(chance, recipe.jitter_m);
  const north = errorOf(chance, recipe.jitter_m);
  const cadence = cadenceOf(chance, recipe.sport);
  const fixes: Fix[] = [];
  const done_m: number[] = [];
  let done = 0;
  for (let second = 0; second < fixesMax; ++second) {
    const arrived = done >= along.length_m;
    const [lat, lon] = moved(along.place(done), east(second), north(second));
    const accuracy = Math.round(chance.between(3, 9) * 10) / 10;
    const steps = Math.floor((cadence / 60) * second);
    fixes.push([
      recipe.start_ms + 1000 * second,
      rounded(lat),
      rounded(lon),
      accuracy,
      steps,
      mock_flag,
    ]);
    done_m.push(Math.min(done, along.length_m));
    if (arrived) break;
    done += speed(second);
  }
  return { fixes, done_m };
}

/** As the server keeps it: a seventh decimal is a centimetre. */
function rounded(x: number): number {
  return Math.round(x * 1e7) / 1e7;
}

/** How long it takes, by the game's clock. */
export function durationMs(length_m: number, pace_ms_per_km: number): number {
  return (length_m / 1000) * pace_ms_per_km;
}

/** How far positions may be off at a pace without looking like a vehicle. */
export function jitterMax(pace_ms_per_km: number): number {
  const room = speed_max - 1e6 / pace_ms_per_km;
  const most = (room * wander_periods[0]![0]) / tau;
  return Math.max(jitterLimits.least_m, Math.min(jitterLimits.most_m, Math.floor(most)));
}

/** Whether it has more positions than a run may have. */
export function isTooLong(length_m: number, pace_ms_per_km: number): boolean {
  return durationMs(length_m, pace_ms_per_km) > (fixesMax - 60) * 1000;
}

/** Pace as people write it, `5:30` or `5`; null when it is none. */
export function paceFromText(text: string): number | null {
  const found = /^\s*(\d{1,2})(?::([0-5]\d))?\s*$/.exec(text);
  return found ? (Number(found[1]) * 60 + Number(found[2] ?? 0)) * 1000 : null;
}
