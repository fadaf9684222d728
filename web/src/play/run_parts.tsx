/** How a run reads, in the history, after a simulated run and after an import. */
import { api, must } from "../api/client";
import type { Event, Run } from "../api/types";
import {
  meaningOfState,
  reasonInWords,
  sourceInWords,
  sportInWords,
  stateInWords,
  toneOfState,
} from "../game_words";
import { pathOf } from "../route";
import { count, distance, duration, pace, result } from "../units";
import { useLoad } from "../ui/loading";
import { Badge, Facts, When } from "../ui/parts";

export function RunState({ run }: { run: Pick<Run, "state"> }) {
  return <Badge kind={toneOfState(run.state)}>{stateInWords(run.state)}</Badge>;
}

/** Where it came from, unless it is the usual. */
export function RunSource({ run }: { run: Pick<Run, "source" | "partial"> }) {
  return (
    <>
      {run.source !== "app" && (
        <Badge kind={run.source === "simulated" ? "warn" : ""}>{sourceInWords(run.source)}</Badge>
      )}
      {run.partial && <Badge kind="warn">Partial</Badge>}
    </>
  );
}

export function startOf(run: Run): string {
  return run.started_at ?? run.created_at;
}

export function Reasons({ run }: { run: Pick<Run, "reasons"> }) {
  if (run.reasons.length === 0) return null;
  return (
    <ul class="run-reasons" aria-label="Reasons">
      {run.reasons.map((code) => (
        <li key={code}>{reasonInWords(code)}</li>
      ))}
    </ul>
  );
}

/** What became of it: the state in words, the reasons, a reviewer's word. */
export function Verdict({ run }: { run: Run }) {
  return (
    <div class="run-verdict">
      <p>
        <RunState run={run} /> {meaningOfState(run.state)}
      </p>
      <Reasons run={run} />
      {run.note && (
        <p>
          An operator wrote: <q>{run.note}</q>
        </p>
      )}
    </div>
  );
}

/** The event of a run; null until it is there, and for a free run. */
export function useEvent(id: string | undefined): Event | null {
  const event = useLoad(
    async (signal): Promise<Event | null> => {
      if (id === undefined) return null;
      const params = { path: { id } };
      return (await must(api.GET("/v1/events/{id}", { params, signal }))) as Event;
    },
    [id],
  );
  return event.data;
}

export function RunFacts({ run, event }: { run: Run; event?: Event | null }) {
  const judged = run.state !== "recording" && run.state !== "processing";
  return (
    <Facts
      of={[
        ["Sport", sportInWords(run.sport)],
        [
          "Event",
          run.event ? (
            <a href={pathOf("events", run.event)}>{event?.name ?? "Look at the event"}</a>
          ) : (
            "None: a free run"
          ),
        ],
        run.result && event ? ["Result", result(event.metric, run.result.value)] : null,
        run.event && !run.result && run.state === "accepted"
          ? ["Result", "None in this event"]
          : null,
        ...(judged ? worthOf(run) : []),
        ["Started", <When key="at" at={startOf(run)} zone={event?.tz} />],
        run.finished_at
          ? ["Ended", <When key="end" at={run.finished_at} zone={event?.tz} />]
          : null,
        ["Recorded by", sourceInWords(run.source)],
        run.partial && ["Partial", "Finished by the server, for nothing came for 24 hours"],
      ]}
    />
  );
}

function worthOf(run: Run): [string, string][] {
  return [
    ["Distance", distance(run.distance_m)],
    ["Moving time", duration(run.moving_ms)],
    ...(run.pace_ms_per_km === undefined
      ? []
      : [["Pace", pace(run.pace_ms_per_km)] as [string, string]]),
    ["Tiles passed", count(run.tiles_passed)],
    ["Tiles enclosed", count(run.tiles_enclosed)],
    ["Tiles taken", count(run.tiles_taken)],
  ];
}
