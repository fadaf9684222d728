/** The simulated phone at work, and its result. */
import { fitPoints } from "../../map/stage";
import { holdOffline, held } from "../../live/socket";
import { sportInWords } from "../../game_words";
import { tick } from "../../game_clock";
import { go, pathOf } from "../../route";
import { Badge, Facts, When } from "../../ui/parts";
import { count, distance, duration, pace } from "../../units";
import { RunFacts, useEvent, Verdict } from "../run_parts";
import type { Phone } from "./phone";
import { putAway } from "./phone_host";
import type { Line, View } from "./phone_parts";

const pace_over = 60; // Positions.

export function PhoneView({ phone }: { phone: Phone }) {
  const view = phone.view.value;
  return view.phase === "done" ? (
    <Done phone={phone} view={view} />
  ) : (
    <UnderWay phone={phone} view={view} />
  );
}

interface Part {
  phone: Phone;
  view: View;
}

function stateText({ phase, attached }: View): string {
  if (phase === "taken") return "Another session has the run. This phone keeps still.";
  if (phase === "processing") return "Saved. The server works out what it is worth.";
  if (!attached)
    return held.value
      ? "In a tunnel: the phone records on, and nothing is sent."
      : "Not connected: the phone records on, and sends when it can.";
  return phase === "saving" ? "At the end: the last positions are on their way." : "Running.";
}

function UnderWay({ phone, view }: Part) {
  void tick.value; // Distance and time go on between messages.
  const { plan, recording } = phone;
  const made = phone.made;
  const done = recording.done_m[made - 1] ?? 0;
  const { length } = recording.fixes;
  const whole = recording.done_m[view.total - 1] ?? recording.done_m[length - 1] ?? 0;
  const cut = plan.event?.cut_at_ms;
  const late =
    cut === undefined ? 0 : recording.fixes.slice(0, made).filter(([t]) => t >= cut).length;
  return (
    <>
      <p role="status">{stateText(view)}</p>
      {view.problem && (
        <p class="complaint" role="alert">
          {view.problem}
        </p>
      )}
      <Progress done={done} whole={whole} />
      <Controls phone={phone} view={view} />
      <Facts
        of={[
          ["Distance", `${distance(done)} of ${distance(whole)}`],
          ["Time", duration(Math.max(0, made - 1) * 1000)],
          ["Pace", paceNow(recording.done_m, made) ?? "–"],
          ["Sport", sportInWords(plan.sport)],
          ["Positions made", count(made)],
          ["Sent", count(view.sent)],
          ["Acknowledged", count(view.acked)],
          [
            "Holes",
            view.want.length === 0 ? "none" : view.want.map(([a, b]) => `${a}–${b}`).join(", "),
          ],
          ["Tiles passed", `${count(view.tiles.length)} so far`],
          plan.event
            ? [
                "Event",
                <a key="e" href={pathOf("events", plan.event.id)}>
                  {plan.event.name}
                </a>,
              ]
            : null,
          cut !== undefined ? ["Counts until", <When key="cut" at={cut} />] : null,
          late
            ? ["After that", `${count(late)} positions, which no longer count for the event`]
            : null,
        ]}
      />
      <Log lines={view.log} from={phone.plan.start_ms} />
    </>
  );
}

function Progress({ done, whole }: { done: number; whole: number }) {
  const part = whole > 0 ? Math.min(1, done / whole) : 0;
  const percent = Math.round(part * 100);
  return (
    <div
      class="bar-outer"
      role="progressbar"
      aria-label="How far the run is"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div class="bar-inner" style={{ width: `${percent}%` }} />
    </div>
  );
}

function Controls({ phone, view }: Part) {
  if (view.phase === "taken")
    return (
      <div class="row">
        <button type="button" class="primary" onClick={() => phone.takeBack(performance.now())}>
          Take the run back here
        </button>
      </div>
    );
  return (
    <div class="row">
      {view.phase === "running" && (
        <button type="button" onClick={() => phone.finishNow()}>
          Finish now
        </button>
      )}
      {view.phase !== "processing" && (
        <button type="button" aria-pressed={held.value} onClick={() => holdOffline(!held.value)}>
          {held.value ? "Find the connection again" : "Lose the connection"}
        </button>
      )}
      <button
        type="button"
        onClick={() => fitPoints(phone.plan.route)}
        disabled={phone.plan.route.length === 0}
      >
        Show on the map
      </button>
    </div>
  );
}

function paceNow(done_m: readonly number[], made: number): string | null {
  const first = Math.max(0, made - 1 - pace_over);
  const metres = (done_m[made - 1] ?? 0) - (done_m[first] ?? 0);
  return metres > 1 ? pace(((made - 1 - first) * 1e6) / metres) : null;
}

function Done({ phone, view }: Part) {
  const { run } = view;
  const event = useEvent(run?.event);
  return (
    <>
      {run ? (
        <div role="status">
          <Verdict run={run} />
        </div>
      ) : (
        <p class="complaint" role="alert">
          {view.problem}
        </p>
      )}
      {run && <RunFacts run={run} event={event} />}
      <div class="row">
        <button
          type="button"
          class="primary"
          onClick={() => {
            putAway();
            go("run"); // A ticket in the address is used.
          }}
        >
          Another run
        </button>
        {run && <a href={pathOf("runs", run.id)}>Look at the track</a>}
      </div>
      <Log lines={view.log} from={phone.plan.start_ms} />
      <p class="hint">
        {count(phone.recording.fixes.length)} positions on{" "}
        {distance(phone.recording.done_m.at(-1) ?? 0)}.
      </p>
    </>
  );
}

function Log({ lines, from }: { lines: readonly Line[]; from: number }) {
  return (
    <details class="protocol-log">
      <summary>
        The protocol's last messages <Badge>{lines.length}</Badge>
      </summary>
      <ol aria-label="Messages, newest first">
        {[...lines].reverse().map((line, i) => (
          <li key={lines.length - i}>
            <span class="log-time">{duration(line.at_ms - from)}</span>{" "}
            <span aria-hidden="true">{line.way === "out" ? "→" : "←"}</span>
            <span class="hidden-text">{line.way === "out" ? "sent: " : "heard: "}</span> {line.text}
          </li>
        ))}
      </ol>
    </details>
  );
}
