import "../styles/runs.css";
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import type { Run } from "../api/types";
import { lengthAndTime, reasonInWords, sportInWords } from "../game_words";
import { onMessage } from "../live/socket";
import type { PanelProps } from "../panels";
import { pathOf } from "../route";
import { server } from "../server";
import { usePages } from "../ui/loading";
import { Paged, Panel, When } from "../ui/parts";
import { count, pace } from "../units";
import { RunDetail } from "./run_detail";
import { RunSource, RunState, startOf } from "./run_parts";

/** `#/runs`, `#/runs/<id>`. */
export default function RunsPanel({ path }: PanelProps) {
  const id = path[0];
  return id === undefined ? <Runs /> : <RunDetail key={id} id={id} />;
}

function Runs() {
  const pages = usePages(
    (cursor, signal) => must(api.GET("/v1/runs", { params: { query: { cursor } }, signal })),
    [],
  );
  useEffect(() => onMessage("run", pages.reload), []);
  return (
    <Panel title="Runs" actions={<a href={pathOf("imports")}>Import a run</a>}>
      <Paged
        pages={pages}
        empty={
          <>
            No runs yet.{" "}
            {server.value?.simulated_runs && <a href={pathOf("run")}>Let a simulated phone run.</a>}
          </>
        }
        render={(runs) => (
          <ul class="cards" aria-label="Runs, newest first">
            {runs.map((run) => (
              <li key={run.id} class="card">
                <RunLink run={run} />
              </li>
            ))}
          </ul>
        )}
      />
    </Panel>
  );
}

function RunLink({ run }: { run: Run }) {
  return (
    <a class="run-link" href={pathOf("runs", run.id)}>
      <h3>
        <When at={startOf(run)} />
      </h3>
      <span class="row">
        <RunState run={run} />
        <RunSource run={run} />
        {run.kind === "event" && <span class="badge">Event</span>}
      </span>
      <p>
        {sportInWords(run.sport)}
        {run.distance_m > 0 && `, ${lengthAndTime(run)}`}
        {run.pace_ms_per_km !== undefined && `, ${pace(run.pace_ms_per_km)}`}
      </p>
      {run.reasons.map((code) => (
        <p key={code}>{reasonInWords(code)}</p>
      ))}
      {run.state !== "recording" && (
        <p class="hint">
          {count(run.tiles_passed)} tiles passed, {count(run.tiles_enclosed)} enclosed,{" "}
          {count(run.tiles_taken)} taken
        </p>
      )}
    </a>
  );
}
