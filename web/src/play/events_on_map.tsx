/** The events ahead, on the map whatever else is open: shapes, and labels that lead to them. */
import "../styles/play.css";
import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Marker } from "maplibre-gl";
import { api } from "../api/client";
import { ifChanged } from "../api/conditional";
import type { Box, Event } from "../api/types";
import { gameNow, tick } from "../game_clock";
import { metresBetween } from "../map/circle";
import { clicksTaken, hideShapes, showShapes, stage, viewport, type Viewport } from "../map/stage";
import { pathOf } from "../route";
import { usePolled } from "../ui/polling";
import { addNumberImages, eventLayers } from "./event_layers";
import { groupLabels, isInView, shapesOf, type LabelGroup } from "./event_shapes";
import { stateAt, stateWord } from "./event_words";

/** The event that a panel shows: on the map also when it is over. Set by the panel. */
export const openEvent = signal<Event | null>(null);
/** Counts up when somebody changed events, so that the map shows it at once. */
export const eventsChanged = signal(0);

const look_every_ms = 30_000;
const page_size = 100;
const shown_max = 60;
const labels_in_group_max = 4;
const source = "events";

export function EventsOnMap() {
  const map = stage.value;
  const view = viewport.value;
  const place = view && nearQuery(view);
  // Events with an area are asked for by place; the API finds those with a course alone only in
  // the list of all.
  const near = usePolled(
    async (etag, abort) => {
      if (!place) return null;
      const query = { ...place, limit: page_size };
      const header = { "If-None-Match": etag };
      return ifChanged(api.GET("/v1/events", { params: { query, header }, signal: abort }));
    },
    look_every_ms,
    [place?.near, place?.radius_m, eventsChanged.value],
  );
  const soonest = usePolled(
    (etag, abort) => {
      const params = { query: { limit: page_size }, header: { "If-None-Match": etag } };
      return ifChanged(api.GET("/v1/events", { params, signal: abort }));
    },
    look_every_ms,
    [eventsChanged.value],
  );

  const now = tick.value;
  const open = openEvent.value;
  const all = merge([near.data, soonest.data], open, now);
  const visible = view ? inView(all, view.box, open?.id ?? null) : [];
  // What is drawn changes with these and not with each second.
  const key = visible
    .map(
      (x) =>
        `${x.id} ${stateAt(x, now)} ${JSON.stringify([x.name, x.course, x.area, x.checkpoints])}`,
    )
    .join();
  const drawn = `${key} ${open?.id ?? ""}`;

  useEffect(() => {
    if (!map) return;
    const shapes = shapesOf(visible, open?.id ?? null, gameNow());
    addNumberImages(map, shapes);
    showShapes(source, shapes, eventLayers());
  }, [map, drawn]);
  useEffect(() => () => hideShapes(source), [map]);

  const groups = useMemo(() => {
    if (!map) return [];
    return groupLabels(visible, ([lat, lon]) => {
      const at = map.project([lon, lat]);
      return [at.x, at.y];
    });
  }, [map, drawn, view?.zoom]);
  useEffect(() => {
    if (!map) return;
    const markers = groups.map((group) =>
      new Marker({ element: labelOf(group), anchor: "bottom", offset: [0, -12] })
        .setLngLat([group.at[1], group.at[0]])
        .addTo(map),
    );
    return () => markers.forEach((x) => x.remove());
  }, [map, groups]);
  // Whoever draws means the place under a label.
  const drawing = clicksTaken.value;
  useEffect(() => {
    map?.getContainer().classList.toggle("drawing", drawing);
  }, [map, drawing]);
  return null;
}

/** The circle round the view, coarse, so that small moves ask for nothing. */
function nearQuery({ box, center }: Viewport): { near: string; radius_m: number } {
  const reach = metresBetween(center, [box[3], box[2]]);
  const radius_m = Math.min(
    100_000,
    1000 * 2 ** Math.ceil(Math.log2(Math.max(1, reach / 1000))) * 2,
  );
  const digits = radius_m > 20_000 ? 1 : 2;
  return { near: `${center[0].toFixed(digits)},${center[1].toFixed(digits)}`, radius_m };
}

type Page = { items: unknown[] };

/** Those that are not over, each once, and the one that is open. */
function merge(pages: (Page | null)[], open: Event | null, now_ms: number): Event[] {
  const all = new Map<string, Event>();
  for (const event of pages.flatMap((x) => (x?.items ?? []) as Event[])) {
    const state = stateAt(event, now_ms);
    if (state !== "settled" && state !== "cancelled") all.set(event.id, event);
  }
  if (open) all.set(open.id, open);
  return [...all.values()].sort((a, b) => a.cut_at.localeCompare(b.cut_at));
}

function inView(events: Event[], box: Box, open: string | null): Event[] {
  const visible = events.filter((x) => isInView(x, box));
  const shown = visible.slice(0, shown_max);
  const opened = visible.find((x) => x.id === open);
  return opened && !shown.includes(opened) ? [...shown, opened] : shown;
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
