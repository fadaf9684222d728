/** The fields of an event's form. */
import { useId } from "preact/hooks";
import type { Metric } from "../../api/types";
import { lengthOf } from "../../map/ground";
import { Choice, Field, type FormState } from "../../ui/form";
import { When } from "../../ui/parts";
import { distance, viewerZone } from "../../units";
import { metresOf, startOf } from "./event_draft";
import { distanceDoubt } from "./geometry";
import type { DraftState } from "./kept_draft";
import { instantsOf, isZone, offsetAt, offsetText, zoneAsWritten, zoneNames } from "./zone_time";

interface FieldsProps {
  form: FormState;
  draft: DraftState;
}

const metrics: readonly (readonly [Metric, string])[] = [
  ["race", "Race: the fastest over a course"],
  ["territory", "Territory: the most tiles"],
  ["distance", "Distance: the most metres"],
];

/** What may be changed at any time. */
export function NameFields({ form, draft }: FieldsProps) {
  const { name, city } = draft.fields;
  return (
    <>
      <Field form={form} name="name" label="Name" value={name} maxLength={200} autocomplete="off" />
      <Field form={form} name="city" label="City" value={city} maxLength={200} />
    </>
  );
}

export function PotField({ form, draft }: FieldsProps) {
  return (
    <Field
      form={form}
      name="pot_cents"
      label="Sponsor's pot"
      unit="coins"
      inputMode="decimal"
      value={draft.fields.pot}
      hint="Goes to the winners whole."
    />
  );
}

export function TimeFields({ form, draft }: FieldsProps) {
  const { tz, start } = draft.fields;
  const list = useId();
  return (
    <>
      <Field
        form={form}
        name="tz"
        label="Time zone"
        list={list}
        value={tz}
        onChange={() => (tz.value = zoneAsWritten(tz.value))}
        autocomplete="off"
        spellcheck={false}
        hint={isZone(tz.value) ? undefined : "Begin to type: Europe/Zagreb, say."}
      />
      <datalist id={list}>
        {zoneNames(viewerZone()).map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Field
        form={form}
        name="starts_at"
        label="Start, by the event's clocks"
        type="datetime-local"
        value={start}
      />
      <StartMeaning draft={draft} />
    </>
  );
}

/** Which instant the local time is. Clocks that change make some name none, or two. */
function StartMeaning({ draft }: { draft: DraftState }) {
  const { start, later } = draft.fields;
  const tz = draft.fields.tz.value;
  const id = useId();
  if (!isZone(tz)) return null;
  const named = instantsOf(tz, start.value);
  if (named.kind === "malformed") return null;
  if (named.kind === "never")
    return (
      <p class="complaint" role="alert">
        The clocks in {tz} are set forward over this time: it does not exist.{" "}
        <button type="button" class="link" onClick={() => (start.value = named.after)}>
          Take {named.after.slice(11)}
        </button>
      </p>
    );
  if (named.kind === "twice")
    return (
      <fieldset class="twice">
        <legend>This time comes twice in {tz}, as the clocks are set back. Which one?</legend>
        {[named.first, named.second].map((at, i) => (
          <label key={at} class="choice">
            <input
              type="radio"
              name={id}
              checked={later.value === (i === 1)}
              onChange={() => (later.value = i === 1)}
            />{" "}
            {i === 0 ? "The first" : "The second"}, {offsetText(offsetAt(tz, at))}
          </label>
        ))}
      </fieldset>
    );
  const at = startOf(draft.read());
  return at === null ? null : (
    <p class="hint">
      {offsetText(offsetAt(tz, at))}
      {tz !== viewerZone() && (
        <>
          ; for you <When at={at} />
        </>
      )}
    </p>
  );
}

export function RuleFields({ form, draft }: FieldsProps) {
  const { metric, fee, live } = draft.fields;
  return (
    <>
      <Choice form={form} name="metric" label="What counts" value={metric} options={metrics} />
      <DistanceField form={form} draft={draft} />
      <Field
        form={form}
        name="entry_fee_cents"
        label="Entry fee"
        unit="coins"
        inputMode="decimal"
        value={fee}
        hint="0 for a free event."
      />
      <PotField form={form} draft={draft} />
      <label class="choice">
        <input
          type="checkbox"
          name="live_spectators"
          checked={live.value}
          onChange={(event) => (live.value = event.currentTarget.checked)}
        />{" "}
        Live spectators: where its runners are is public, with a delay
      </label>
    </>
  );
}

function DistanceField({ form, draft }: FieldsProps) {
  const { distance: text, metric, geometry } = draft.fields;
  const length = lengthOf(geometry.value.course);
  const race = metric.value === "race";
  const doubt = race ? distanceDoubt(metresOf(text.value), geometry.value) : null;
  return (
    <>
      <Field
        form={form}
        name="distance_m"
        label="Distance"
        unit="m"
        inputMode="numeric"
        value={text}
        hint={
          race
            ? "A race needs a distance, checkpoints, or both. A run counts within a tenth of it."
            : "May be left empty."
        }
      />
      {doubt && (
        <p class="warning" role="status">
          {doubt.kind === "course"
            ? `The course is ${distance(doubt.length)} long: over a tenth off the distance.`
            : `The way from checkpoint to checkpoint is ${distance(doubt.length)} already: over a ` +
              "tenth more than the distance. Nobody could finish."}
        </p>
      )}
      {length >= 100 && (
        <button type="button" onClick={() => (text.value = String(Math.round(length)))}>
          Take the course's length, {distance(length)}
        </button>
      )}
    </>
  );
}
