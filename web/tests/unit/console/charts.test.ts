import { expect, it } from "vitest";
import type { StatusSample } from "../../../src/api/types";
import { chartsOf, milliseconds, perSecond, plain } from "../../../src/console/status/charts";

function sample(part: Partial<StatusSample>): StatusSample {
  return {
    at: "2026-05-10T16:00:00.000Z",
    sockets: 3,
    requests_per_s: 1,
    fixes_per_s: 2,
    ack_p50_ms: null,
    ack_p99_ms: 4,
    commits_per_s: 5,
    batch_mean: null,
    commit_ms: 0.4,
    live: { users: 1, events: 2, areas: 3, loading: 0 },
    queues: {},
    refused: 0,
    cpu_cores: 0.5,
    resident_bytes: 1 << 28,
    ...part,
  };
}

it("takes each chart's numbers out of the samples, gaps included", () => {
  const charts = chartsOf([sample({}), sample({ ack_p50_ms: 2, sockets: 9 })]);
  const values = (title: string) => charts.find((x) => x.title === title)?.series;
  expect(values("Sockets")).toEqual([{ label: "Open", values: [3, 9] }]);
  expect(values("From fixes to acknowledgement")).toEqual([
    { label: "p50", values: [null, 2] },
    { label: "p99", values: [4, 4] },
  ]);
  expect(new Set(charts.map((x) => x.title)).size).toBe(charts.length);
});

it("draws every queue that any sample knows", () => {
  const charts = chartsOf([
    sample({ queues: { writes: 1 } }),
    sample({ queues: { writes: 2, reads: 7 } }),
  ]);
  expect(charts.find((x) => x.title === "Waiting in queues")?.series).toEqual([
    { label: "reads", values: [null, 7] },
    { label: "writes", values: [1, 2] },
  ]);
});

it("shows numbers with their units, as exactly as they matter", () => {
  expect(milliseconds(0.3612)).toBe("0.361 ms");
  expect(milliseconds(12.345)).toBe("12.3 ms");
  expect(perSecond(1333.4)).toMatch(/^1.?333 \/s$/);
  expect(plain(0)).toBe("0");
});
