/** What an edit changes, in words. */
import type { Event, EventEdit } from "../../api/types";
import { coins, count, distance, moment } from "../../units";

export interface Change {
  term: string;
  before: string;
  after: string;
}

type Fields = Partial<Pick<Event, keyof EventEdit & keyof Event>>;

const terms: Record<keyof EventEdit, string> = {
  name: "Name",
  city: "City",
  tz: "Time zone",
  starts_at: "Start",
  metric: "What counts",
  entry_fee_cents: "Entry fee",
  pot_cents: "Sponsor's pot",
  distance_m: "Distance",
  course: "Course",
  checkpoints: "Checkpoints",
  area: "Area",
  live_spectators: "Live spectators",
};

export function changesOf(event: Event, edit: EventEdit): Change[] {
  const after: Fields = { ...event, ...edit } as Fields;
  return (Object.keys(terms) as (keyof EventEdit)[])
    .filter((key) => edit[key] !== undefined)
    .map((key) => ({
      term: terms[key],
      before: textOf(key, event),
      after: textOf(key, after),
    }));
}

function textOf(key: keyof EventEdit, x: Fields): string {
  const value = x[key];
  if (value === undefined) return "none";
  switch (key) {
    case "starts_at":
      return `${moment(x.starts_at!, x.tz)} (${x.tz})`;
    case "entry_fee_cents":
    case "pot_cents":
      return coins(value as number);
    case "distance_m":
      return distance(value as number);
    case "course":
    case "checkpoints":
      return `${count((value as unknown[]).length)} points`;
    case "area":
      return areaText(x.area!);
    case "live_spectators":
      return value ? "yes" : "no";
    default:
      return String(value);
  }
}

export function areaText({ lat, lon, radius_m }: { lat: number; lon: number; radius_m: number }) {
  return `${distance(radius_m)} around ${lat.toFixed(4)}, ${lon.toFixed(4)}`;
}
