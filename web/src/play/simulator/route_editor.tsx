/** Drawing a route on the map, and starting the run on it. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Refusal } from "../../api/problem";
import { profile } from "../../api/session";
import type { Event, LatLon, Sport } from "../../api/types";
import { clockSpeed } from "../../game_clock";
import { groundSports, sportInWords } from "../../game_words";
import { fitPoints, stage, takeClicks, viewport } from "../../map/stage";
import { Choice, Field, Form, Submit, useForm } from "../../ui/form";
import { distance, duration } from "../../units";
import { hideCentre, hideDraft, showCentre, showDraft } from "../run_shapes";
import * as draft from "./draft";
import { InTheWay } from "./in_the_way";
import { startRun, type TicketOfRun } from "./phone_host";
import { durationMs, groundLimits, jitterLimits, paceFromText } from "./recording";
import { closed, isClosed, loopAround } from "./route";

const loop_m = 1500;
const zoom_min = 11;

interface Props {
  ticket: TicketOfRun | null;
  event: Event | null;
}

export function RouteEditor({ ticket, event }: Props) {
  const user = profile.value?.id ?? "";
  useMemo(() => draft.takeUp(user), [user]);
  const form = useForm();
  const in_the_way = useSignal<string | null>(null);
  useDraftOnMap();
  const send = async () => {
    in_the_way.value = null;
    try {
      await startRun(wanted(), ticket);
    } catch (error) {
      if (error instanceof Refusal && error.code === "run_in_progress")
        in_the_way.value = error.problem.run ?? null;
      throw error;
    }
  };
  const outOfTheWay = () => {
    in_the_way.value = null;
    form.errors.value = {};
  };
  return (
    <>
      <RouteTools event={event} />
      <Form
        form={form}
        label="The run"
        check={() =>
          draft.complaintsAbout({
            route: draft.route.value,
            length_m: draft.length_m.value,
            pace: draft.paceText.value,
            jitter: draft.jitterText.value,
            sport: draft.sportText.value,
          })
        }
        send={send}
      >
        <Choice
          form={form}
          name="sport"
          label="Sport"
          value={draft.sportText}
          options={groundSports.map((sport) => [sport, sportInWords(sport)] as const)}
        />
        <Field
          form={form}
          name="pace"
          label="Pace"
          value={draft.paceText}
          unit="min/km"
          inputMode="text"
          hint="From 2:30 to 15:00. The faster, the longer the ground is held."
        />
        <Field
          form={form}
          name="jitter"
          label="Error of the positions"
          value={draft.jitterText}
          unit="m"
          inputMode="decimal"
          hint={`Up to this far off, as a phone's are: ${jitterLimits.least_m} to ${jitterLimits.most_m} m.`}
        />
        <Expected />
        <div class="row">
          <Submit form={form}>Start the simulated run</Submit>
        </div>
      </Form>
      {in_the_way.value && <InTheWay run={in_the_way.value} then={outOfTheWay} />}
    </>
  );
}

function wanted() {
  return {
    route: draft.route.value,
    sport: draft.sportText.value as Sport,
    pace_ms_per_km: paceFromText(draft.paceText.value) ?? 0,
    jitter_m: draft.metresFromText(draft.jitterText.value) ?? 0,
  };
}

function useDraftOnMap(): void {
  const map = stage.value;
  const route = draft.route.value;
  useEffect(() => takeClicks((at) => draft.addPoint(at)), []);
  useEffect(() => {
    if (map) showDraft(route);
  }, [map, route]);
  useEffect(() => hideDraft, []);
}

function RouteTools({ event }: { event: Event | null }) {
  const route = draft.route.value;
  const centre = viewport.value?.center;
  const far = (viewport.value?.zoom ?? zoom_min) < zoom_min;
  const course = courseOf(event);
  const take = (points: LatLon[]) => {
    draft.change(points);
    fitPoints(points);
  };
  return (
    <section aria-label="Route">
      <p>
        Click on the map, point after point, along the way to run. Or move the map with the arrow
        keys and add its centre.
      </p>
      {far && <p class="hint">Zoom in first: a run is some kilometres long.</p>}
      <div class="row">
        {centre && (
          <CentreButton
            text="Add the map's centre"
            at={centre}
            then={() => draft.addPoint(centre)}
          />
        )}
        {centre && (
          <CentreButton
            text={`A loop of ${distance(loop_m)} here`}
            at={centre}
            then={() => take(loopAround(centre, loop_m))}
          />
        )}
        {course && (
          <button type="button" onClick={() => take(course)}>
            The event's course
          </button>
        )}
      </div>
      <div class="row">
        <button type="button" disabled={!draft.canUndo.value} onClick={() => draft.undo()}>
          Undo
        </button>
        <button
          type="button"
          disabled={route.length < 3 || isClosed(route)}
          onClick={() => draft.change(closed(route))}
        >
          Close the loop
        </button>
        <button type="button" disabled={route.length === 0} onClick={() => draft.change([])}>
          Clear
        </button>
      </div>
    </section>
  );
}

/** Shows where the centre is while it is about to be used. */
function CentreButton({ text, at, then }: { text: string; at: LatLon; then: () => void }) {
  const pointed = useSignal(false);
  const on = pointed.value;
  useEffect(() => {
    if (!on) return;
    showCentre(at);
    return hideCentre;
  }, [on, at]);
  const point = (is: boolean) => () => (pointed.value = is);
  return (
    <button
      type="button"
      onFocus={point(true)}
      onBlur={point(false)}
      onMouseEnter={point(true)}
      onMouseLeave={point(false)}
      onClick={then}
    >
      {text}
    </button>
  );
}

function courseOf(event: Event | null): LatLon[] | null {
  const line = event?.course ?? event?.checkpoints;
  return line && line.length >= 2 ? (line as LatLon[]) : null;
}

function Expected() {
  const { value: length } = draft.length_m;
  const points = draft.route.value.length;
  const ms_per_km = paceFromText(draft.paceText.value);
  const speed = clockSpeed();
  if (points === 0) return <p class="nothing">No route yet.</p>;
  const time = ms_per_km === null ? null : durationMs(length, ms_per_km);
  const little = length < groundLimits.distance_m || (time !== null && time < groundLimits.time_ms);
  return (
    <div aria-live="polite">
      <p>
        {points} {points === 1 ? "place" : "places"}, <b>{distance(length)}</b>
        {time !== null && (
          <>
            , <b>{duration(time)}</b> of running
            {speed !== 1 &&
              `, which take ${duration(time / speed)} here (the clock runs ${speed}×)`}
          </>
        )}
        .
      </p>
      {isClosed(draft.route.value) && (
        <p class="hint">A closed loop: it takes what it surrounds too.</p>
      )}
      {little && <p class="hint">Under 500 m or 3 minutes a run takes no ground.</p>}
    </div>
  );
}
