/** What a chart shows, in words and numbers. */

export type Values = readonly (number | null)[];

export interface Summary {
  latest: number | null;
  min: number;
  max: number;
}

/** Null when there is not one value. `latest` is null when the last one is. */
export function summaryOf(values: Values): Summary | null {
  let [min, max] = [Infinity, -Infinity];
  for (const x of values) {
    if (x === null) continue;
    min = Math.min(min, x);
    max = Math.max(max, x);
  }
  return min > max ? null : { latest: values.at(-1) ?? null, min, max };
}

export function summaryText(label: string, values: Values, show: (x: number) => string): string {
  const found = summaryOf(values);
  if (!found) return `${label}: nothing yet.`;
  const latest = found.latest === null ? "nothing just now" : show(found.latest);
  return `${label}: latest ${latest}, minimum ${show(found.min)}, maximum ${show(found.max)}.`;
}

/** Every so-manieth index, so that at most `count` are left and the last is among them. */
export function thinned(length: number, count: number): number[] {
  const step = Math.max(1, Math.ceil(length / count));
  const picked: number[] = [];
  for (let i = length - 1; i >= 0; i -= step) picked.push(i);
  return picked.reverse();
}

/** Says how old readings are; null while they are fresh. */
export function ageText(age_ms: number, fresh_ms = 25_000): string | null {
  if (age_ms <= fresh_ms) return null;
  const s = Math.round(age_ms / 1000);
  if (s < 120) return `These numbers are ${s} seconds old.`;
  return `These numbers are ${Math.round(s / 60)} minutes old.`;
}
