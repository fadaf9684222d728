/** The events ahead, on the map whatever else is open: shapes, and labels that lead to them. */
import "../styles/play.css";
import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Marker } from "maplibre-gl";
import { api } from "../api/client";
import { ifChanged } from "../api/conditional";
import type { Event } from "../api/types";
import { gameNow, tick } from "../game_clock";
import { clicksTaken, hideShapes, showShapes, stage, viewport } from "../map/stage";
import { pathOf } from "../route";
import { usePolled } from "../ui/polling";
import { addNumberImages, eventLayers } from "./event_layers";
import { isSameDrawn, mergeEvents, nearQuery, selectDrawn, type Drawn } from "./event_selection";
import { groupLabels, pushIntoView, shapesOf, type LabelGroup } from "./event_shapes";
import { stateAt, stateWord } from "./event_words";

/** The event that a panel shows: on the map also when it is over. Set by the panel. */
export const openEvent = signal<Event | null>(null);
/** Counts up when somebody changed events, so that the map shows it at once. */
export const eventsChanged = signal(0);

const look_every_ms = 30_000;
const page_size = 100;
const labels_in_group_max = 4;
const source = "events";
const above_place_px = -12;

export function EventsOnMap() {
  const map = stage.value;
  const view = viewport.value;
  const place = view && nearQuery(view);
  const near = usePolled(
    async (etag, abort) => {
      if (!place) return null;
      const query = { ...place, limit: page_size };
      const header = { "If-None-Match": etag };
      return eventsOf(api.GET("/v1/events", { params: { query, header }, signal: abort }));
    },
    look_every_ms,
    [place?.near, place?.radius_m, eventsChanged.value],
  );
  const open = openEvent.value;
  const all = useMemo(() => mergeEvents(near.data ?? [], open), [near.data, open]);
  const drawn = useDrawn(view ? selectDrawn(all, view.box, open?.id ?? null, tick.value) : []);

  useEffect(() => {
    if (!map) return;
    const events = drawn.map((x) => x.event);
    const shapes = shapesOf(events, open?.id ?? null, gameNow());
    addNumberImages(map, shapes);
    showShapes(source, shapes, eventLayers());
  }, [map, drawn, open?.id]);
  useEffect(() => () => hideShapes(source), [map]);

  useEffect(() => {
    if (!map) return;
    const groups = groupLabels(
      drawn.map((x) => x.event),
      ([lat, lon]) => {
        const at = map.project([lon, lat]);
        return [at.x, at.y];
      },
    );
    const labels = groups.map((group) => {
      const element = labelOf(group);
      const marker = new Marker({ element, anchor: "bottom", offset: [0, above_place_px] })
        .setLngLat([group.at[1], group.at[0]])
        .addTo(map);
      return { marker, width: element.offsetWidth };
    });
    const pushAll = () => {
      const view_width = map.getContainer().clientWidth;
      for (const { marker, width } of labels) {
        const { x } = map.project(marker.getLngLat());
        marker.setOffset([pushIntoView(x, width, view_width), above_place_px]);
      }
    };
    pushAll();
    const moves = [map.on("move", pushAll), map.on("resize", pushAll)];
    return () => {
      moves.forEach((x) => x.unsubscribe());
      labels.forEach((x) => x.marker.remove());
    };
  }, [map, drawn, open?.id, view?.zoom]);
  // Whoever draws means the place under a label.
  const drawing = clicksTaken.value;
  useEffect(() => {
    map?.getContainer().classList.toggle("drawing", drawing);
  }, [map, drawing]);
  return null;
}

/** The same array while the map shows the same. */
function useDrawn(now: Drawn[]): Drawn[] {
  const last = useRef<Drawn[]>([]);
  if (!isSameDrawn(last.current, now)) last.current = now;
  return last.current;
}

async function eventsOf(asked: Parameters<typeof ifChanged<{ items: unknown[] }>>[0]) {
  const got = await ifChanged(asked);
  return got && { etag: got.etag, data: got.data.items as Event[] };
}

/** Built of text nodes: names are never markup. */
function labelOf({ events }: LabelGroup<Event>): HTMLElement {
  const box = document.createElement("div");
  box.className = "event-label";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Events here");
  for (const event of events.slice(0, labels_in_group_max)) {
    const state = stateAt(event, gameNow());
    const link = document.createElement("a");
    link.href = pathOf("events", event.id);
    link.className = state;
    link.textContent = event.name;
    link.title = `${event.name}: ${stateWord(state)}`;
    if (event.id === openEvent.value?.id) link.setAttribute("aria-current", "true");
    box.append(link);
  }
  const rest = events.length - labels_in_group_max;
  if (rest > 0) {
    const more = document.createElement("a");
    more.href = pathOf("events");
    more.textContent = `${rest} more`;
    box.append(more);
  }
  // The map takes clicks beneath its markers too; a label is not the tile under it.
  box.addEventListener("click", (event) => event.stopPropagation());
  return box;
}
