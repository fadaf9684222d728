import { useSignal } from "@preact/signals";
import { api, must } from "../../api/client";
import { hasRole, profile } from "../../api/session";
import type { Event, EventState } from "../../api/types";
import { pathOf } from "../../route";
import { Choice, useForm } from "../../ui/form";
import { usePages, type Page } from "../../ui/loading";
import { Badge, Paged, When } from "../../ui/parts";
import { coins, count } from "../../units";
import { useDebounced } from "../../ui/debounced";

type Query = { q?: string; state?: EventState };

const states: readonly (readonly [EventState | "", string])[] = [
  ["", "Any"],
  ["scheduled", "Ahead"],
  ["active", "Open"],
  ["cut", "Ended, not final"],
  ["settled", "Final"],
  ["cancelled", "Called off"],
];

export const stateWords: Record<EventState, string> = {
  scheduled: "Ahead",
  active: "Open",
  cut: "Ended",
  settled: "Final",
  cancelled: "Called off",
};

/** Looked through for an organiser's own, before he is asked whether to go on. */
const pages_at_once = 5;

/** The server lists everybody's; a page of one's own is put together from as many as it takes. */
async function loadEvents(
  query: Query,
  of: string | null,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<Event>> {
  const items: Event[] = [];
  let next = cursor;
  for (let i = 0; i < pages_at_once; ++i) {
    const limit = of ? 200 : 50;
    const params = { query: { ...query, limit, ...(next && { cursor: next }) } };
    const page = await must(api.GET("/v1/events", { params, signal }));
    items.push(...(page.items as Event[]).filter((x) => !of || x.organiser === of));
    if (page.next_cursor === null) return { items, next_cursor: null };
    next = page.next_cursor;
    if (items.length >= 20) break;
  }
  return { items, next_cursor: next ?? null };
}

export function EventList() {
  const form = useForm();
  const operator = hasRole("operator");
  const text = useSignal("");
  const state = useSignal("");
  const whose = useSignal(operator ? "all" : "mine");
  const q = useDebounced(text.value.trim());
  const mine = whose.value === "mine" ? (profile.value?.id ?? null) : null;
  const pages = usePages(
    (cursor, signal) =>
      loadEvents(
        { ...(q && { q }), ...(state.value && { state: state.value as EventState }) },
        mine,
        cursor,
        signal,
      ),
    [q, state.value, mine],
  );
  return (
    <>
      <div class="filters" role="search" aria-label="Find events">
        <label>
          Name or city
          <input
            type="search"
            value={text.value}
            maxLength={100}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </label>
        <Choice form={form} name="state" label="State" value={state} options={states} />
        {operator && (
          <Choice
            form={form}
            name="whose"
            label="Whose"
            value={whose}
            options={[
              ["all", "Everybody's"],
              ["mine", "Mine"],
            ]}
          />
        )}
      </div>
      <Paged
        pages={pages}
        empty={mine ? "No event of yours here." : "No events."}
        render={(items) => (
          <ul class="cards">
            {items.map((event) => (
              <EventCard key={event.id} event={event} />
            ))}
          </ul>
        )}
      />
    </>
  );
}

export function StateBadge({ state }: { state: EventState }) {
  const kinds = { active: "good", scheduled: "", cut: "warn", settled: "", cancelled: "bad" };
  return <Badge kind={kinds[state]}>{stateWords[state]}</Badge>;
}

function EventCard({ event }: { event: Event }) {
  return (
    <li class="card">
      <h3>
        <a href={pathOf("manage-events", event.id)}>{event.name}</a>
      </h3>
      <p class="row">
        <StateBadge state={event.state} />
        <span>{event.city}</span>
        <span>{event.metric}</span>
      </p>
      <p>
        <When at={event.starts_at} zone={event.tz} />
      </p>
      <p class="hint">
        {count(event.tickets_sold)} tickets, {coins(event.tickets_cents)} paid
      </p>
    </li>
  );
}
