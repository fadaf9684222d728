/** An event as it is typed, what is wrong with it, and what is sent. */
import type { Event, EventCreate, EventEdit, LatLon, Metric } from "../../api/types";
import { distance } from "../../units";
import { centsOf, coinsText } from "../coins_text";
import { nowhere, points_max, radius_m_max, radius_m_min, type Geometry } from "./geometry";
import { instantsOf, isZone, localOf, type LocalTime } from "./zone_time";

export interface Draft {
  name: string;
  city: string;
  tz: string;
  start: LocalTime;
  /** The second of two instants with that local time. */
  later: boolean;
  metric: Metric;
  fee: string;
  pot: string;
  distance: string;
  live: boolean;
  geometry: Geometry;
}

export type Complaints = Record<string, string>;

const day_ms = 86_400_000;

/** A new one: tomorrow evening where the organiser is. */
export function blankDraft(zone: string, now_ms: number): Draft {
  return {
    name: "",
    city: "",
    tz: zone,
    start: `${localOf(zone, now_ms + day_ms).slice(0, 10)}T18:00`,
    later: false,
    metric: "race",
    fee: "0",
    pot: "0",
    distance: "",
    live: false,
    geometry: nowhere,
  };
}

export function draftOf(event: Event): Draft {
  const { course, checkpoints, area } = event;
  const starts = Date.parse(event.starts_at);
  // A browser that is older than the zone can still show the event, in UTC.
  const zone = isZone(event.tz) ? event.tz : "UTC";
  const start = localOf(zone, starts);
  const named = instantsOf(zone, start);
  return {
    name: event.name,
    city: event.city,
    tz: zone,
    start,
    later: named.kind === "twice" && named.second <= starts,
    metric: event.metric,
    fee: coinsText(event.entry_fee_cents),
    pot: coinsText(event.pot_cents),
    distance: event.distance_m === undefined ? "" : String(event.distance_m),
    live: event.live_spectators,
    geometry: {
      course: (course ?? []) as LatLon[],
      checkpoints: (checkpoints ?? []) as LatLon[],
      area: area ? { center: [area.lat, area.lon], radius_m: area.radius_m } : null,
    },
  };
}

/** The instant of its start; null while it has none. */
export function startOf({ tz, start, later }: Draft): number | null {
  if (!isZone(tz)) return null;
  const named = instantsOf(tz, start);
  if (named.kind === "once") return named.at;
  return named.kind === "twice" ? (later ? named.second : named.first) : null;
}

export function metresOf(text: string): number | null {
  return /^\d{1,7}$/.test(text.trim()) ? Number(text.trim()) : null;
}

/** What is wrong, by the field's name on the wire. */
export function checkDraft(draft: Draft): Complaints {
  const wrong: Complaints = {};
  for (const field of ["name", "city"] as const) {
    const text = draft[field].trim();
    if (text === "") wrong[field] = `The event needs a ${field}.`;
    else if ([...text].length > 100) wrong[field] = "At most 100 characters.";
  }
  if (!isZone(draft.tz)) wrong.tz = "There is no such time zone. They read like Europe/Zagreb.";
  else {
    const named = instantsOf(draft.tz, draft.start);
    if (named.kind === "malformed") wrong.starts_at = "A date and a time.";
    if (named.kind === "never")
      wrong.starts_at = `The clocks in ${draft.tz} skip this time. Choose another.`;
  }
  const fee = centsOf(draft.fee);
  if ("wrong" in fee) wrong.entry_fee_cents = fee.wrong;
  const pot = centsOf(draft.pot);
  if ("wrong" in pot) wrong.pot_cents = pot.wrong;
  Object.assign(wrong, checkDistance(draft), checkGeometry(draft.geometry));
  return wrong;
}

function checkDistance({ distance: text, metric, geometry }: Draft): Complaints {
  if (text.trim() === "")
    return metric === "race" && geometry.checkpoints.length === 0
      ? { distance_m: "A race needs a distance or checkpoints." }
      : {};
  const metres = metresOf(text);
  return metres === null || metres < 100 || metres > 1_000_000
    ? { distance_m: "Whole metres, from 100 to 1,000,000." }
    : {};
}

function checkGeometry(geometry: Geometry): Complaints {
  const wrong: Complaints = {};
  for (const mode of ["course", "checkpoints"] as const) {
    const { length } = geometry[mode];
    if (length === 1) wrong[mode] = "One point is not enough: two or more, or none.";
    if (length > points_max[mode]) wrong[mode] = `At most ${points_max[mode]} points.`;
  }
  const radius = geometry.area?.radius_m;
  if (radius !== undefined && !(radius >= radius_m_min && radius <= radius_m_max))
    wrong.area = `A radius from ${distance(radius_m_min)} to ${distance(radius_m_max)}.`;
  return wrong;
}

/** What the draft says as the wire has it. @pre `checkDraft` found nothing. */
export function createOf(draft: Draft): EventCreate {
  const { course, checkpoints, area } = draft.geometry;
  const metres = metresOf(draft.distance);
  return {
    name: draft.name.trim(),
    city: draft.city.trim(),
    tz: draft.tz,
    starts_at: new Date(startOf(draft) ?? NaN).toISOString(),
    metric: draft.metric,
    entry_fee_cents: cents(draft.fee),
    pot_cents: cents(draft.pot),
    ...(metres !== null && { distance_m: metres }),
    ...(course.length > 0 && { course }),
    ...(checkpoints.length > 0 && { checkpoints }),
    ...(area && {
      area: { lat: area.center[0], lon: area.center[1], radius_m: Math.round(area.radius_m) },
    }),
    live_spectators: draft.live,
  };
}

function cents(text: string): number {
  const amount = centsOf(text);
  return "cents" in amount ? amount.cents : 0;
}

const always_open = ["name", "city", "pot_cents"] as const;

/** The members that differ. Once it has started, only those that may. */
export function editOf(event: Event, draft: Draft, started: boolean): EventEdit {
  const before = createOf(draftOf(event));
  const after = createOf(draft);
  const open = started ? always_open : (Object.keys(after) as (keyof EventCreate)[]);
  const changed = open.filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]));
  return Object.fromEntries(changed.map((key) => [key, after[key]]));
}

/** What was stored once and can be replaced, but not taken away: an edit leaves out what it keeps. */
export function checkKept(event: Event, draft: Draft): Complaints {
  const after = createOf(draft);
  const wrong: Complaints = {};
  for (const key of ["distance_m", "course", "checkpoints", "area"] as const)
    if (event[key] !== undefined && after[key] === undefined)
      wrong[key] = "It can be changed, but no longer be taken away.";
  return wrong;
}
