/** Which charts the last hour has, and their numbers. */
import type { StatusSample } from "../../api/types";
import { bytes, count } from "../../units";

export interface ChartOf {
  title: string;
  series: { label: string; values: (number | null)[] }[];
  show: (x: number) => string;
}

const fine = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });

function unit(name: string): (x: number) => string {
  return (x) => `${x >= 100 ? count(Math.round(x)) : fine.format(x)}${name && ` ${name}`}`;
}

export const perSecond = unit("/s");
export const milliseconds = unit("ms");
export const cores = unit("cores");
export const plain = unit("");

type Pick = (sample: StatusSample) => number | null;

export function chartsOf(samples: readonly StatusSample[]): ChartOf[] {
  const chart = (title: string, show: ChartOf["show"], of: Record<string, Pick>): ChartOf => ({
    title,
    show,
    series: Object.entries(of).map(([label, pick]) => ({ label, values: samples.map(pick) })),
  });
  return [
    chart("Sockets", plain, { Open: (x) => x.sockets }),
    chart("Fixes and requests", perSecond, {
      "Fixes acknowledged": (x) => x.fixes_per_s,
      Requests: (x) => x.requests_per_s,
    }),
    chart("From fixes to acknowledgement", milliseconds, {
      p50: (x) => x.ack_p50_ms,
      p99: (x) => x.ack_p99_ms,
    }),
    chart("Duration of a commit", milliseconds, { Commit: (x) => x.commit_ms }),
    chart("Commits", perSecond, { Commits: (x) => x.commits_per_s }),
    chart("Operations a commit", plain, { Mean: (x) => x.batch_mean }),
    chart("Waiting in queues", plain, queuesOf(samples)),
    chart("Turned away at full queues", plain, { Refused: (x) => x.refused }),
    chart("Live actors", plain, {
      Users: (x) => x.live.users,
      Events: (x) => x.live.events,
      Areas: (x) => x.live.areas,
      Loading: (x) => x.live.loading,
    }),
    chart("Processor", cores, { Busy: (x) => x.cpu_cores }),
    chart("Memory", bytes, { Resident: (x) => x.resident_bytes }),
  ];
}

/** A queue that a sample does not know has no value there. */
function queuesOf(samples: readonly StatusSample[]): Record<string, Pick> {
  const names = new Set(samples.flatMap((x) => Object.keys(x.queues)));
  return Object.fromEntries(
    [...names].sort().map((name) => [name, (x: StatusSample) => x.queues[name] ?? null]),
  );
}
