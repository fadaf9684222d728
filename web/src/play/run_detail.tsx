/** One run: what became of it, and its track on the map. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, must } from "../api/client";
import { Refusal } from "../api/problem";
import type { LatLon, Run, Track } from "../api/types";
import { onMessage } from "../live/socket";
import { fitPoints, stage } from "../map/stage";
import { hideTrack, showTrack } from "../map/track_shapes";
import { pathOf } from "../route";
import { useLoad } from "../ui/loading";
import { Failure, Nothing, Panel } from "../ui/parts";
import { tell, tellError } from "../ui/toast";
import { distance } from "../units";
import { saveFile } from "./save_file";
import { RunFacts, RunSource, useEvent, Verdict } from "./run_parts";
import { finishWithWhatThereIs, phone } from "./simulator/phone_host";
import { lengthOf } from "../map/ground";
import { TrackLegend } from "./track_legend";

const drawn = "run-track";
const look_again_ms = 4000;

export function RunDetail({ id }: { id: string }) {
  const params = { params: { path: { id } } };
  const run = useLoad((signal) => must(api.GET("/v1/runs/{id}", { ...params, signal })), [id]);
  const state = run.data?.state;
  const open = state === "recording" || state === "processing";
  useEffect(() => onMessage("run", (message) => message.run.id === id && run.reload()), [id]);
  useEvery(open ? look_again_ms : null, run.reload);
  return (
    <Panel title="Run" actions={<a href={pathOf("runs")}>All runs</a>}>
      {run.error ? <Failure error={run.error} retry={run.reload} /> : null}
      {!run.data && !run.error && <Nothing>Loading …</Nothing>}
      {run.data && <Loaded run={run.data} />}
    </Panel>
  );
}

function Loaded({ run }: { run: Run }) {
  const event = useEvent(run.event);
  return (
    <>
      <RunSource run={run} />
      <div aria-live="polite">
        <Verdict run={run} />
      </div>
      {run.state === "recording" && <Recording run={run} />}
      <RunFacts run={run} event={event} />
      <TrackOf run={run} />
    </>
  );
}

function Recording({ run }: { run: Run }) {
  const busy = useSignal(false);
  if (phone.value?.plan.run === run.id)
    return (
      <p>
        The simulated phone of this page is on its way. <a href={pathOf("run")}>Look at it</a>
      </p>
    );
  const finish = async () => {
    busy.value = true;
    try {
      if (await finishWithWhatThereIs(run.id)) tell("Finished.", "good");
      else tell("Positions are missing in the middle, which only its device has.", "bad");
    } catch (error) {
      tellError(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <p>
      Finish it on the device that records it. If that is lost:{" "}
      <button type="button" class="link" disabled={busy.value} onClick={() => void finish()}>
        finish it with what the server has
      </button>
      . After 24 hours of silence the server does so by itself.
    </p>
  );
}

function TrackOf({ run }: { run: Run }) {
  const id = run.id;
  const track = useLoad(
    async (signal) =>
      (await must(api.GET("/v1/runs/{id}/track", { params: { path: { id } }, signal }))) as Track,
    [id, run.state],
  );
  const fitted = useRef(false);
  const map = stage.value;
  const { data } = track;
  useEvery(run.state === "recording" ? look_again_ms : null, track.reload);
  useEffect(() => {
    if (!map || !data) return;
    showTrack(drawn, data);
    if (!fitted.current && data.points.length > 0) {
      fitted.current = true;
      fitPoints(placesOf(data));
    }
  }, [map, data]);
  useEffect(() => () => hideTrack(drawn), []);

  if (track.error instanceof Refusal && track.error.code === "fixes_expired")
    return (
      <Nothing>The track was kept for a limited time and is now erased. What it won stays.</Nothing>
    );
  if (track.error) return <Failure error={track.error} retry={track.reload} />;
  if (!data) return <Nothing>Loading the track …</Nothing>;
  if (data.points.length === 0) return <Nothing>There are no positions on it yet.</Nothing>;
  return (
    <section aria-label="Track">
      <h3>Track</h3>
      {run.state === "recording" && (
        <p class="hint">
          So far: {distance(lengthOf(placesOf(data)))} on {data.points.length} positions.
        </p>
      )}
      <TrackLegend track={data} />
      <div class="row">
        <button type="button" onClick={() => fitPoints(placesOf(data))}>
          Show on the map
        </button>
        {run.state !== "recording" && <Download run={run} />}
      </div>
    </section>
  );
}

function placesOf(track: Track): LatLon[] {
  return track.points.map(([, lat, lon]) => [lat, lon]);
}

function Download({ run }: { run: Run }) {
  const busy = useSignal(false);
  const load = async () => {
    busy.value = true;
    try {
      const params = { path: { id: run.id } };
      const got = await must(api.GET("/v1/runs/{id}/track.gpx", { params, parseAs: "blob" }));
      saveFile(got as unknown as Blob, `run-${run.id}.gpx`);
    } catch (error) {
      tellError(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <button type="button" disabled={busy.value} onClick={() => void load()}>
      Download GPX
    </button>
  );
}

function useEvery(every_ms: number | null, then: () => void): void {
  const newest = useRef(then);
  newest.current = then;
  useEffect(() => {
    if (every_ms === null) return;
    const timer = setInterval(() => newest.current(), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
}
