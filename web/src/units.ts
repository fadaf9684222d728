/** How quantities read. All with units, in the viewer's language and time zone. */
import type { Metric } from "./api/types";

/** An instant of the API: RFC 3339 text in REST, integer milliseconds on the socket. */
export type Instant = string | number;

export function msOf(x: Instant): number {
  return typeof x === "number" ? x : Date.parse(x);
}

export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

const numbers = new Intl.NumberFormat();
const decimals = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const fine = new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 });

export function count(x: number): string {
  return numbers.format(x);
}

export function tileCount(x: number): string {
  return `${count(x)} ${x === 1 ? "tile" : "tiles"}`;
}

export function coins(cents: number): string {
  return `${decimals.format(cents / 100)} coins`;
}

export function tokens(micro: number): string {
  return `${fine.format(micro / 1e6)} tokens`;
}

export function distance(metres: number): string {
  return metres < 1000 ? `${Math.round(metres)} m` : `${decimals.format(metres / 1000)} km`;
}

/** `1:02:03`, or `2:03`. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  const two = (x: number) => String(x).padStart(2, "0");
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** `2 d 3 h`, `3 h 20 min`, `12 min 5 s`, `9 s`: the two largest units, rounded up. */
export function timeSpan(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  const days = s < 2 * 86_400 ? 0 : Math.floor(s / 86_400); // "24 h" says more than "1 d".
  const parts: [number, string][] = [
    [days, "d"],
    [Math.floor(s / 3600) - 24 * days, "h"],
    [Math.floor(s / 60) % 60, "min"],
    [s % 60, "s"],
  ];
  const first = parts.findIndex(([x]) => x > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([x], i) => i === 0 || x > 0)
    .map(([x, unit]) => `${x} ${unit}`)
    .join(" ");
}

export function pace(ms_per_km: number): string {
  return `${duration(ms_per_km)} min/km`;
}

export function bytes(x: number): string {
  return `${numbers.format(Math.round(x / (1 << 20)))} MiB`;
}

/** A result in the unit of its metric. */
export function result(metric: Metric, value: number): string {
  if (metric === "race") return duration(value);
  return metric === "distance" ? distance(value) : tileCount(value);
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Date and time in a zone, the viewer's own unless given. */
export function moment(x: Instant, zone: string = here): string {
  return format(x, zone, { dateStyle: "medium", timeStyle: "short" });
}

/** The time alone where the date is that of `day`. */
export function momentOfDay(x: Instant, day: Instant, zone: string = here): string {
  const dateOf = (at: Instant) => format(at, zone, { dateStyle: "short" });
  return dateOf(x) === dateOf(day) ? clockTime(x, zone) : moment(x, zone);
}

export function clockTime(x: Instant, zone: string = here): string {
  return format(x, zone, { timeStyle: "short" });
}

function format(x: Instant, zone: string, style: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(undefined, { ...style, timeZone: zone }).format(msOf(x));
  } catch {
    return new Intl.DateTimeFormat(undefined, style).format(msOf(x)); // A zone of a newer release.
  }
}

export function viewerZone(): string {
  return here;
}
