/** `#/status`: the server at a glance. Its instants are of the wall clock, not the game's. */
import "../styles/console.css";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, must } from "../api/client";
import type { Status, StatusSample } from "../api/types";
import { useLoad } from "../ui/loading";
import { Badge, Facts, Failure, Nothing, Panel, When } from "../ui/parts";
import { bytes, count, timeSpan } from "../units";
import { chartsOf, cores, milliseconds, perSecond, plain } from "./status/charts";
import { ageText } from "./status/summary";
import { TimeChart } from "./time_chart";
import { Scroll } from "./scroll";

const every_ms = 10_000;
const silent_shown_ms = 2000; // Less is no sign of anything.

export default function StatusPanel() {
  const found = useLoad(async (signal) => {
    const status = await must(api.GET("/v1/status", { signal }));
    return { status, got_at: performance.now() };
  }, []);
  useEvery(every_ms, found.reload);
  const age = useAge(found.data);
  return (
    <Panel
      title="The server"
      actions={
        <button type="button" onClick={found.reload}>
          Look again
        </button>
      }
    >
      {found.error ? <Failure error={found.error} retry={found.reload} /> : null}
      {age && (
        <p class="warning" role="status">
          {age}
        </p>
      )}
      {found.data ? (
        <Glance status={found.data.status} />
      ) : (
        !found.error && <Nothing>Loading …</Nothing>
      )}
    </Panel>
  );
}

/** Calls while somebody looks; at once when he looks again. */
function useEvery(ms: number, then: () => void): void {
  useEffect(() => {
    const look = () => {
      if (!document.hidden) then();
    };
    const timer = setInterval(look, ms);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
}

/** How old the last sample is, by the server's clock and since it came here. */
function useAge(data: { status: Status; got_at: number } | null): string | null {
  const text = useSignal<string | null>(null);
  useEffect(() => {
    const look = () => {
      if (!data) return;
      const { now, samples } = data.status;
      const last = samples.at(-1);
      const then = last ? Date.parse(now) - Date.parse(last.at) : 0;
      text.value = ageText(then + performance.now() - data.got_at);
    };
    look();
    const timer = setInterval(look, 1000);
    return () => clearInterval(timer);
  }, [data]);
  return text.value;
}

function Glance({ status }: { status: Status }) {
  const { samples } = status;
  const last = samples.at(-1);
  const charts = useMemo(() => chartsOf(samples), [samples]);
  const times = useMemo(() => samples.map((x) => Date.parse(x.at)), [samples]);
  return (
    <>
      <p class="row">
        <PostgresState status={status} />
        <span class="hint">
          fief {status.version}, up{" "}
          {timeSpan(Date.parse(status.now) - Date.parse(status.started_at))}, since{" "}
          <When at={status.started_at} />
        </span>
      </p>
      {last ? <Now sample={last} /> : <Nothing>No reading yet.</Nothing>}
      <h3>Recent warnings and errors</h3>
      <ErrorTable errors={status.errors} />
      <h3>The last hour</h3>
      {samples.length < 2 ? (
        <Nothing>Charts begin with the second reading, ten seconds after the first.</Nothing>
      ) : (
        <div class="charts">
          {charts.map((chart) => (
            <TimeChart key={chart.title} {...chart} times_ms={times} />
          ))}
        </div>
      )}
    </>
  );
}

function PostgresState({ status }: { status: Status }) {
  const { connected, silent_ms } = status.postgres;
  return (
    <>
      <Badge kind={connected ? "good" : "bad"}>
        {connected ? "Postgres answers" : "Postgres is away"}
      </Badge>
      {silent_ms >= silent_shown_ms && (
        <span class="warning">silent for {count(Math.round(silent_ms / 1000))} s</span>
      )}
    </>
  );
}

function Now({ sample }: { sample: StatusSample }) {
  const or = (x: number | null, show: (x: number) => string) => (x === null ? "none" : show(x));
  const waiting = Object.entries(sample.queues).filter(([, depth]) => depth > 0);
  return (
    <div class="columns">
      <Facts
        of={[
          ["Sockets", count(sample.sockets)],
          ["Fixes", perSecond(sample.fixes_per_s)],
          ["Requests", perSecond(sample.requests_per_s)],
          ["Ack p50", or(sample.ack_p50_ms, milliseconds)],
          ["Ack p99", or(sample.ack_p99_ms, milliseconds)],
        ]}
      />
      <Facts
        of={[
          ["Commits", perSecond(sample.commits_per_s)],
          ["A commit takes", milliseconds(sample.commit_ms)],
          ["Batch", or(sample.batch_mean, (x) => `${plain(x)} operations`)],
          [
            "Queues",
            waiting.length === 0
              ? "empty"
              : waiting.map(([name, depth]) => `${name} ${count(depth)}`).join(", "),
          ],
          ["Turned away", count(sample.refused)],
        ]}
      />
      <Facts
        of={[
          ["Live users", count(sample.live.users)],
          ["Live events", count(sample.live.events)],
          ["Live areas", count(sample.live.areas)],
          ["Loading", count(sample.live.loading)],
          ["Processor", cores(sample.cpu_cores)],
          ["Memory", bytes(sample.resident_bytes)],
        ]}
      />
    </div>
  );
}

function ErrorTable({ errors }: { errors: Status["errors"] }) {
  if (errors.length === 0) return <Nothing>None. The log has no warning and no error.</Nothing>;
  return (
    <Scroll label="Table of warnings and errors" class="errors">
      <table aria-label="Recent warnings and errors, newest first">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Level</th>
            <th scope="col">From</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        <tbody>
          {errors.map((line, i) => (
            <tr key={`${line.at} ${i}`}>
              <td>
                <When at={line.at} />
              </td>
              <td>
                <Badge kind={line.level === "warning" ? "warn" : "bad"}>{line.level}</Badge>
              </td>
              <td>{line.logger}</td>
              <td class="wrap">{line.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
