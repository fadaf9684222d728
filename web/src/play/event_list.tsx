/** Events now, ahead and past, by text and state. */
import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { api, must } from "../api/client";
import type { Event, EventState } from "../api/types";
import { tick } from "../game_clock";
import { onMessage } from "../live/socket";
import { pathOf } from "../route";
import { useDebounced } from "../ui/debounced";
import { usePages, type Page } from "../ui/loading";
import { Paged, Panel, When } from "../ui/parts";
import { coins, distance, msOf } from "../units";
import { CountdownText, StateBadge } from "./countdown";
import { metricWord, stateAt, stateWord } from "./event_words";
import { eventsChanged } from "./events_on_map";

const states: EventState[] = ["active", "scheduled", "cut", "settled", "cancelled"];

// Kept while one of the events is looked at.
const remembered = { text: "", state: "" };

export function EventList() {
  const typed = useSignal(remembered.text);
  const state = useSignal(remembered.state);
  const id = useId();
  const text = useDebounced(typed.value.trim());
  Object.assign(remembered, { text, state: state.value });

  const pages = usePages<Event>(
    async (cursor, signal) => {
      const query = {
        cursor,
        limit: 30,
        ...(text && { q: text }),
        ...(state.value && { state: state.value as EventState }),
      };
      return (await must(api.GET("/v1/events", { params: { query }, signal }))) as Page<Event>;
    },
    [text, state.value, eventsChanged.value],
  );
  useEffect(() => onMessage("event", pages.reload), []);

  const now = tick.value;
  return (
    <Panel title="Events">
      <form class="filters" role="search" onSubmit={(e) => e.preventDefault()}>
        <div class="field">
          <label for={`${id}-text`}>Name or city</label>
          <input
            id={`${id}-text`}
            type="search"
            maxLength={100}
            value={typed.value}
            onInput={(e) => (typed.value = e.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for={`${id}-state`}>State</label>
          <select
            id={`${id}-state`}
            value={state.value}
            onChange={(e) => (state.value = e.currentTarget.value)}
          >
            <option value="">All</option>
            {states.map((x) => (
              <option key={x} value={x}>
                {stateWord(x)}
              </option>
            ))}
          </select>
        </div>
      </form>
      <Paged
        pages={pages}
        empty={text || state.value ? "No event matches." : "There are no events yet."}
        render={(items) => {
          const ahead = items.filter((x) => isAhead(x, now));
          const past = items.filter((x) => !isAhead(x, now));
          return (
            <>
              {ahead.length > 0 && <Cards title="Now and ahead" of={ahead} />}
              {past.length > 0 && <Cards title="Past" of={past} />}
            </>
          );
        }}
      />
    </Panel>
  );
}

function isAhead(event: Event, now_ms: number): boolean {
  return msOf(event.cut_at) > now_ms && stateAt(event, now_ms) !== "cancelled";
}

function Cards({ title, of }: { title: string; of: Event[] }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul class="cards">
        {of.map((event) => (
          <li key={event.id} class="card">
            <h4>
              <a href={pathOf("events", event.id)}>{event.name}</a>
            </h4>
            <div>
              {event.city} · {metricWord(event.metric)}
              {event.distance_m ? ` · ${distance(event.distance_m)}` : ""} ·{" "}
              {event.entry_fee_cents === 0 ? "Free" : coins(event.entry_fee_cents)}
            </div>
            <div class="hint">
              Until <When at={event.cut_at} zone={event.tz} />
            </div>
            <div class="row">
              <StateBadge event={event} />
              <CountdownText event={event} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
