/** How places and long waits read. */
import { duration } from "../units";

const day_ms = 24 * 3600 * 1000;

/** `45.81310° N, 15.97750° E`. */
export function placeText(lat: number, lon: number): string {
  const north = `${Math.abs(lat).toFixed(5)}° ${lat < 0 ? "S" : "N"}`;
  return `${north}, ${Math.abs(lon).toFixed(5)}° ${lon < 0 ? "W" : "E"}`;
}

/** `3 days 4 h`, or on the last day `4:05:06`. */
export function leftText(ms: number): string {
  if (ms < day_ms) return duration(ms);
  const hours = Math.floor(ms / 3_600_000);
  const days = Math.floor(hours / 24);
  return `${days} ${days === 1 ? "day" : "days"} ${hours % 24} h`;
}
