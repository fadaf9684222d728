/**
 * What of the territory is on the map: tiles one by one over the socket, kept up to date, or counts
 * of areas when that would be too many. Follows the view.
 */
import { computed, effect, signal, untracked } from "@preact/signals";
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as Maplibre } from "maplibre-gl";
import { profile } from "../api/session";
import type { Box, Delta, Server, Snapshot, Territory } from "../api/types";
import { gameNow, tick } from "../game_clock";
import { connection, onMessage, unwatchMap, watchMap } from "../live/socket";
import { server } from "../server";
import { areaFeatures, countAreas, counted_every_ms } from "./area_counts";
import { holdersOf, holdersOfAreas, type Holders } from "./holders";
import { ownerColours } from "./owner_colours";
import type { OwnSource } from "./style";
import { viewport } from "./stage";
import { polygon, TerritoryLayer } from "./territory_layer";
import { isNothing, TileStore, type Difference } from "./tile_store";
import { apiBox, contains, countedBox, watchBox } from "./view_box";

export type Mode = "tiles" | "areas";

export const mode = signal<Mode | null>(null);
export const holders = signal<Holders | null>(null);
/** In mode `areas`, of a view that is larger than what the server counts at once: what it counts. */
export const countedPart = signal<Box | null>(null);
export const partly = computed(() => countedPart.value !== null);
/** Whether the map shows what the server knows now. */
export const fresh = signal(false);
/** The game's time of what is shown, once it is no longer fresh. */
export const asOf = signal<number | null>(null);

const watch_id = "view";
const refused_wait_ms = 5000;
const settle_ms = 150; // A pan in progress asks for nothing.
const recount_ms = 1000;
const relook_ms = 5000;

/** Draws the territory of whatever the map shows. Returns how to stop. */
export function showTerritory(map: Maplibre): () => void {
  const store = new TileStore();
  const layer = new TerritoryLayer(map, store);
  let watched: Box | null = null;
  let loaded = false; // A snapshot came since tiles are shown.
  let counted: { box: Box; etag: string | null; territory: Territory | null } | null = null;
  let abort = new AbortController();
  let settle: ReturnType<typeof setTimeout> | undefined;
  let recount: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setTimeout> | undefined;
  const me = () => profile.peek()?.id ?? null;

  const put = (name: OwnSource, data: FeatureCollection) =>
    void map.getSource<GeoJSONSource>(name)!.setData(data);

  const countHolders = () => {
    recount = undefined;
    const view = viewport.peek();
    if (!view) return;
    if (mode.peek() === "tiles" && loaded) {
      const found = holdersOf(store, apiBox(view.box), (x) => layer.middleOf(x));
      if (seeOwners(found)) layer.refresh(me(), gameNow());
      holders.value = found;
    } else if (mode.peek() === "areas" && counted?.territory) {
      const found = holdersOfAreas(counted.territory);
      seeOwners(found);
      holders.value = found;
    }
  };
  const seeOwners = ({ all }: Holders) =>
    ownerColours.see(all.map((x) => x.owner).filter((x) => x !== me()));
  const countSoon = () => (recount ??= setTimeout(countHolders, recount_ms));

  const show = (change: Difference) => {
    if (isNothing(change)) return;
    layer.show(change, me(), gameNow());
    countSoon();
  };

  // -- tiles ------------------------------------------------------------------------------------
  const take = (message: Snapshot | Delta) => {
    if (mode.peek() !== "tiles") return;
    fresh.value = true;
    asOf.value = null;
    if (message.type === "snapshot") {
      const first = !loaded;
      loaded = true;
      show(store.snapshot(message));
      if (first) countHolders();
      return;
    }
    const change = store.delta(message as Delta);
    show(change);
    layer.pulse([...change.added, ...change.changed, ...change.removed]);
  };
  const watch = (box: Box) => {
    if (mode.peek() === "areas") {
      stopCounting();
      begin();
    }
    mode.value = "tiles";
    countedPart.value = null;
    if (watched && box.every((x, i) => x === watched?.[i])) return;
    watched = box;
    watchMap(watch_id, box, take);
  };
  const stopWatching = () => {
    if (!watched) return;
    unwatchMap(watch_id);
    watched = null;
    show(store.clear());
  };

  // -- areas ------------------------------------------------------------------------------------
  const drawAreas = () => {
    const { tile_level, area_level } = server.peek()!;
    if (!counted?.territory) return;
    countHolders(); // Gives colours.
    const drawn = areaFeatures(counted.territory, me(), 4 ** (tile_level - area_level));
    put("areas", drawn.areas);
    put("area-labels", drawn.labels);
  };
  const ask = async () => {
    clearTimeout(poll);
    if (!counted) return;
    const asked = counted;
    const { signal: stop } = abort;
    try {
      const got = await countAreas(asked.box, asked.etag, stop);
      if (stop.aborted) return;
      counted = { ...asked, etag: got.etag, territory: got.territory ?? asked.territory };
      fresh.value = true;
      asOf.value = null;
      if (got.territory) drawAreas();
    } catch {
      if (stop.aborted) return;
      grow_old();
    }
    poll = setTimeout(() => void ask(), counted_every_ms);
  };
  const countIn = (view: Box, limits: Server) => {
    const box = countedBox(view, limits);
    if (mode.peek() === "tiles") begin();
    mode.value = "areas";
    countedPart.value = box.every((x, i) => x === view[i]) ? null : box;
    const [west, south, , north] = box;
    const east = box[2] < west ? box[2] + 360 : box[2];
    const ring = polygon([[west, south], [east, south], [east, north], [west, north]], {}); // prettier-ignore
    put("counted", { type: "FeatureCollection", features: partly.value ? [ring] : [] });
    if (counted && counted.box.every((x, i) => x === box[i])) return;
    abort.abort();
    abort = new AbortController();
    counted = { box, etag: null, territory: counted?.territory ?? null };
    void ask();
  };
  const stopCounting = () => {
    abort.abort();
    clearTimeout(poll);
    counted = null;
    countedPart.value = null;
    const nobody: FeatureCollection = { type: "FeatureCollection", features: [] };
    for (const name of ["areas", "area-labels", "counted"] as const) put(name, nobody);
  };

  /** The other mode: nothing is known of it yet. */
  const begin = () => {
    loaded = false;
    holders.value = null;
    fresh.value = false;
    asOf.value = null;
  };

  // -- what decides -----------------------------------------------------------------------------
  const grow_old = () => {
    if (fresh.peek()) asOf.value = gameNow();
    fresh.value = false;
  };
  const follow = () => {
    const view = viewport.peek();
    const limits = server.peek();
    if (!view || !limits) return;
    const box = apiBox(view.box);
    if (view.zoom >= limits.detailed_zoom_min) {
      if (watched && mode.peek() === "tiles" && contains(watched, box)) return countSoon();
      const wanted = watchBox(box, limits);
      if (wanted) return watch(wanted);
    }
    stopWatching();
    countIn(box, limits);
  };
  const stops = [
    effect(() => {
      void [viewport.value, server.value];
      clearTimeout(settle);
      settle = setTimeout(follow, untracked(() => mode.value) === null ? 0 : settle_ms);
    }),
    effect(() => {
      const live = connection.value === "live";
      if (!live && mode.peek() !== "areas") grow_old();
    }),
    effect(() => layer.fade(!fresh.value && asOf.value !== null)),
    effect(() => {
      const user = profile.value?.id ?? null;
      layer.refresh(user, gameNow());
      if (counted) drawAreas();
      countSoon();
    }),
    effect(() => {
      const change = store.expire(tick.value);
      show(change);
    }),
    onMessage("error", ({ code, ref }) => {
      if (ref !== watch_id) return;
      const [view, limits] = [viewport.peek(), server.peek()];
      if (code === "too_many_areas" && view && limits) {
        stopWatching();
        countIn(apiBox(view.box), limits);
      } else {
        grow_old(); // Too many watch: what is shown stays, and it is tried again.
        unwatchMap(watch_id);
        watched = null;
        clearTimeout(settle);
        settle = setTimeout(follow, refused_wait_ms);
      }
    }),
  ];
  const relook = setInterval(() => layer.refresh(me(), gameNow()), relook_ms);

  return () => {
    for (const stop of stops) stop();
    clearTimeout(settle);
    clearTimeout(recount);
    clearInterval(relook);
    if (watched) unwatchMap(watch_id);
    abort.abort();
    clearTimeout(poll);
    layer.remove();
    mode.value = null;
    holders.value = null;
  };
}
