/** One run that raised a doubt: its facts, its track with what was noticed, and the verdict. */
import { api, must } from "../../api/client";
import { Refusal } from "../../api/problem";
import type { Event, Run, Track } from "../../api/types";
import {
  lengthAndTime,
  reasonInWords,
  sourceInWords,
  sportInWords,
  stateInWords,
  toneOfState,
} from "../../game_words";
import { go, pathOf } from "../../route";
import { useLoad } from "../../ui/loading";
import { Badge, Facts, Failure, Nothing, Panel, When } from "../../ui/parts";
import { tell } from "../../ui/toast";
import { count, pace, result } from "../../units";
import { readEvent } from "../events/read_event";
import { TrackReview } from "./track_review";
import { VerdictForm } from "./verdict_form";

export function ReviewPage({ id }: { id: string }) {
  const found = useLoad(
    async (signal) => {
      const run = await must(api.GET("/v1/runs/{id}", { params: { path: { id } }, signal }));
      const path = { id: run.user };
      const user = await must(api.GET("/v1/users/{id}", { params: { path }, signal }));
      const event = run.event ? await readEvent(run.event, signal) : null;
      return { run, username: user.username, event };
    },
    [id],
  );
  if (!found.data)
    return (
      <Panel title="Review">
        {found.error ? (
          <Failure error={found.error} retry={found.reload} />
        ) : (
          <Nothing>Loading …</Nothing>
        )}
      </Panel>
    );
  const { run, username, event } = found.data;
  return (
    <Panel
      title={`${username}: ${sportInWords(run.sport).toLowerCase()}`}
      actions={<Badge kind={toneOfState(run.state)}>{stateInWords(run.state)}</Badge>}
    >
      <p class="row">
        <a href={pathOf("reviews")}>All reviews</a>
        <a href={pathOf("users", run.user)}>{username}</a>
        <a href={pathOf("actions", "target", run.id)}>Actions on this run</a>
      </p>
      {found.error ? <Failure error={found.error} retry={found.reload} /> : null}
      <h3>{run.state === "flagged" ? "Why it waits" : "What was found"}</h3>
      {run.reasons.length === 0 ? (
        <Nothing>No reason is noted.</Nothing>
      ) : (
        <ul class="reasons">
          {run.reasons.map((reason) => (
            <li key={reason}>{reasonInWords(reason)}</li>
          ))}
        </ul>
      )}
      <RunFacts run={run} event={event} />
      {run.state === "flagged" && <RunTrack run={run} />}
      {run.state === "flagged" || run.state === "accepted" ? (
        <VerdictForm run={run} onGiven={() => void nextAfter(run.id)} onStale={found.reload} />
      ) : (
        <Nothing>There is nothing to decide about this run.</Nothing>
      )}
    </Panel>
  );
}

/** Goes on to the run that waits longest. */
async function nextAfter(done: string): Promise<void> {
  try {
    const page = await must(api.GET("/v1/reviews", { params: { query: { limit: 2 } } }));
    const next = page.items.find((x) => x.run.id !== done);
    if (next) return go("reviews", next.run.id);
    tell("That was the last one.");
  } catch {
    // The queue says itself what is wrong.
  }
  go("reviews");
}

function RunFacts({ run, event }: { run: Run; event: Event | null }) {
  return (
    <Facts
      of={[
        ["Started", <When at={run.started_at ?? run.created_at} />],
        ["Moved", lengthAndTime(run)],
        run.pace_ms_per_km !== undefined && ["Pace", pace(run.pace_ms_per_km)],
        ["Ground", `${count(run.tiles_passed)} passed, ${count(run.tiles_enclosed)} enclosed`],
        ["Recorded by", sourceInWords(run.source)],
        ["Fixes", count(run.total_seq)],
        event && ["Event", <a href={pathOf("manage-events", event.id)}>{event.name}</a>],
        event && run.result && ["Result", result(event.metric, run.result.value)],
        run.note !== undefined && ["Reviewer's word", run.note],
      ]}
    />
  );
}

function RunTrack({ run }: { run: Run }) {
  const found = useLoad(
    async (signal) => {
      const params = { path: { id: run.id } };
      return (await must(api.GET("/v1/runs/{id}/track", { params, signal }))) as Track;
    },
    [run.id],
  );
  if (found.data) return <TrackReview track={found.data} />;
  if (!found.error) return <Nothing>Loading the track …</Nothing>;
  const gone = found.error instanceof Refusal && found.error.code === "fixes_expired";
  return <Failure error={found.error} retry={gone ? undefined : found.reload} />;
}
