/** Creates an event, or changes one. */
import { api, must } from "../../api/client";
import { Refusal } from "../../api/problem";
import type { Event, EventCreate } from "../../api/types";
import { gameNow } from "../../game_clock";
import { eventsChanged } from "../../play/events_on_map";
import { go } from "../../route";
import { Form, Submit, useForm } from "../../ui/form";
import { tell } from "../../ui/toast";
import { viewerZone } from "../../units";
import {
  blankDraft,
  checkDraft,
  checkKept,
  createOf,
  draftOf,
  editOf,
  type Complaints,
  type Draft,
} from "./event_draft";
import { changesOf } from "./event_changes";
import { NameFields, PotField, RuleFields, TimeFields } from "./event_fields";
import { EventPreview } from "./event_preview";
import { useDraft, type DraftState } from "./kept_draft";
import { MapEditor } from "./map_editor";
import { instantsOf, isZone, localOf } from "./zone_time";

/** Takes a start that was offered: as local time, and which of two. */
function takeStart({ fields }: DraftState, at: number): void {
  const tz = fields.tz.value;
  if (!isZone(tz)) return;
  const local = localOf(tz, at);
  const named = instantsOf(tz, local);
  fields.start.value = local;
  fields.later.value = named.kind === "twice" && named.second === at;
}

function blank(): Draft {
  return blankDraft(viewerZone(), gameNow());
}

export function CreateForm() {
  const form = useForm();
  const draft = useDraft("fief.draft.event.new", blank);
  const send = async () => {
    const body: EventCreate = createOf(draft.read());
    const made = await draft
      .wish((key) => {
        const params = { header: { "Idempotency-Key": key } };
        return must(api.POST("/v1/events", { body, params }));
      }, body)
      .catch(atFields);
    draft.forget(blank());
    eventsChanged.value += 1;
    tell(`“${made.name}” is created.`, "good");
    go("manage-events", made.id);
  };
  return (
    <Form form={form} label="New event" check={() => checkDraft(draft.read())} send={send}>
      {draft.restored && (
        <p class="note" role="status">
          This is what you typed before.{" "}
          <button type="button" class="link" onClick={() => draft.forget(blank())}>
            Start over
          </button>
        </p>
      )}
      <NameFields form={form} draft={draft} />
      <TimeFields form={form} draft={draft} />
      <RuleFields form={form} draft={draft} />
      <MapEditor form={form} geometry={draft.fields.geometry} />
      <EventPreview draft={draft.read()} onStart={(at) => takeStart(draft, at)} />
      <Submit form={form}>Create the event</Submit>
    </Form>
  );
}

interface EditProps {
  event: Event;
  started: boolean;
  onSaved: () => void;
}

const open_always = ["name", "city", "pot_cents"];

export function EditForm({ event, started, onSaved }: EditProps) {
  const form = useForm();
  const draft = useDraft(`fief.draft.event.${event.id}`, () => draftOf(event));
  const complaints = (): Complaints => {
    const wrong = checkDraft(draft.read());
    if (started)
      return Object.fromEntries(Object.entries(wrong).filter(([key]) => open_always.includes(key)));
    return Object.keys(wrong).length > 0 ? wrong : checkKept(event, draft.read());
  };
  const wrong = complaints();
  const edit = Object.keys(wrong).length > 0 ? null : editOf(event, draft.read(), started);
  const changes = edit ? changesOf(event, edit) : [];
  const send = async () => {
    const body = editOf(event, draft.read(), started);
    if (Object.keys(body).length === 0) return tell("Nothing is changed.");
    const params = { path: { id: event.id } };
    const now = await must(api.PATCH("/v1/events/{id}", { body, params })).catch(atFields);
    draft.forget(draftOf(now as Event));
    eventsChanged.value += 1;
    tell("Saved.", "good");
    onSaved();
  };
  return (
    <Form form={form} label="Change the event" check={complaints} send={send}>
      <NameFields form={form} draft={draft} />
      {started ? (
        <PotField form={form} draft={draft} />
      ) : (
        <>
          <TimeFields form={form} draft={draft} />
          <RuleFields form={form} draft={draft} />
          <MapEditor form={form} geometry={draft.fields.geometry} />
        </>
      )}
      <EventPreview
        draft={draft.read()}
        tickets_sold={event.tickets_sold}
        onStart={(at) => takeStart(draft, at)}
      />
      {changes.length > 0 && (
        <section aria-label="What changes">
          <h3>What changes</h3>
          <dl class="changes">
            {changes.map(({ term, before, after }) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>
                  <del>{before}</del> <ins>{after}</ins>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <div class="row">
        <Submit form={form}>Save the changes</Submit>
        <button type="button" onClick={() => draft.forget(draftOf(event))}>
          Undo all changes
        </button>
      </div>
      {edit && changes.length === 0 && <p class="hint">Nothing is changed yet.</p>}
    </Form>
  );
}

/** The server's word on a start that is too late belongs to its field, though it names none. */
function atFields(error: unknown): never {
  if (error instanceof Refusal && error.fields.size === 0 && error.code === "event_too_short")
    throw new Refusal(error.status, {
      ...error.problem,
      errors: [{ field: "starts_at", code: error.code, detail: error.message }],
    });
  throw error;
}
