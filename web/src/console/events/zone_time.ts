/**
 * Local time of a zone and the instant it names. Clocks that are set forward skip local times, and
 * those that are set back have some twice; so a local time names none, one or two instants.
 */

/** As of `<input type="datetime-local">`: `2026-10-25T18:00`. */
export type LocalTime = string;

const minute_ms = 60_000;
const day_ms = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}

/** What the zone's clocks are ahead of UTC at an instant. */
export function offsetAt(zone: string, instant_ms: number): number {
  const whole_s = Math.floor(instant_ms / 1000) * 1000;
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(whole_s)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole_s;
}

/** What the zone's clocks show at an instant, to the minute. */
export function localOf(zone: string, instant_ms: number): LocalTime {
  return new Date(instant_ms + offsetAt(zone, instant_ms)).toISOString().slice(0, 16);
}

/** The local time as if it were UTC; NaN if it is none. */
function plainMs(local: LocalTime): number {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local)) return NaN;
  const ms = Date.parse(`${local}:00Z`);
  // Some engines take 31 February for a day of March.
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 16) !== local ? NaN : ms;
}

export type Named =
  | { kind: "once"; at: number }
  /** The clocks are set back over it. */
  | { kind: "twice"; first: number; second: number }
  /** The clocks are set forward over it; `after` is as much past the change. */
  | { kind: "never"; after: LocalTime }
  | { kind: "malformed" };

/** Which instants a local time of a zone names. */
export function instantsOf(zone: string, local: LocalTime): Named {
  const plain = plainMs(local);
  if (Number.isNaN(plain)) return { kind: "malformed" };
  // No zone changes its clocks twice within two days: the offsets around are all that can apply.
  const before = offsetAt(zone, plain - day_ms);
  const after = offsetAt(zone, plain + day_ms);
  const offsets = before === after ? [before] : [before, after];
  const named = offsets.map((x) => plain - x).filter((at) => localOf(zone, at) === local);
  named.sort((a, b) => a - b);
  const [first, second] = named;
  if (first === undefined) return { kind: "never", after: localOf(zone, plain - before) };
  return second === undefined ? { kind: "once", at: first } : { kind: "twice", first, second };
}

/** `UTC+01:00` */
export function offsetText(offset_ms: number): string {
  const minutes = Math.round(Math.abs(offset_ms) / minute_ms);
  const two = (x: number) => String(x).padStart(2, "0");
  return `UTC${offset_ms < 0 ? "−" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Whether it is written as zones are (a sign of offsets, which are none) and this browser knows it. */
export function isZone(name: string): boolean {
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** A zone that is typed in small letters, or with spaces around it, as it is written. */
export function zoneAsWritten(typed: string): string {
  const name = typed.trim();
  if (isZone(name)) return name;
  const plain = name.toLowerCase();
  return zoneNames("UTC").find((x) => x.toLowerCase() === plain) ?? typed;
}

/** All zones to choose from, the viewer's own first. */
export function zoneNames(own: string): string[] {
  const all = Intl.supportedValuesOf("timeZone");
  return [own, ...["UTC", ...all].filter((x) => x !== own)].filter(
    (x, i, xs) => xs.indexOf(x) === i,
  );
}
