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

export function pace(ms_per_km: number): string {
  return `${duration(ms_per_km)} min/km`;
}

export function bytes(x: number): string {
  return `${numbers.format(Math.round(x / (1 << 20)))} MiB`;
}

/** A result in the unit of its metric. */
export function result(metric: Metric, value: number): string {
  if (metric === "race") return duration(value);
  return metric === "distance" ? distance(value) : `${count(value)} tiles`;
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Date and time in a zone, the viewer's own unless given. */
export function moment(x: Instant, zone: string = here): string {
  return format(x, zone, { dateStyle: "medium", timeStyle: "short" });
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
