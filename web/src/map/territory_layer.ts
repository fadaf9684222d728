/**
 * Draws the tiles. What a tile looks like is feature state, so a new owner, or none, is seen at once
 * and costs four vertices. Tiles enter and leave their source by differences, gathered for a second:
 * each makes the map cut its vector tiles again. No source is ever written anew.
 */
import type { Feature } from "geojson";
import type { GeoJSONSource, Map as Maplibre } from "maplibre-gl";
import { Borders } from "./borders";
import { lookOf, type Look } from "./owner_colours";
import type { LatLon } from "../api/types";
import type { LonLat } from "./s2_cell";
import { calm } from "./stage";
import { middleOf, pointsOf } from "./tile_geometry";
import type { Difference, TileStore } from "./tile_store";

/** A tile looks faded for its last day. */
export const soon_ms = 24 * 3600 * 1000;
const flush_every_ms = 1000;
const gone: Look = -1; // Has no fill.
const pulse_ms = 1200;
const pulses_max = 600;

interface Shown {
  points: LonLat[];
  middle: LatLon;
  /** As the source has it, and as feature state overrules it. */
  entered: Look;
  look: Look;
}

export class TerritoryLayer {
  private readonly shown = new Map<string, Shown>();
  private readonly borders = new Borders();
  private readonly entering = new Map<string, Feature>();
  private readonly leaving = new Map<string, Look>(); // With what the source has of it.
  private flushed_at = -Infinity;
  private flush_timer: ReturnType<typeof setTimeout> | undefined;
  private pulse_timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly map: Maplibre,
    private readonly store: TileStore,
  ) {}

  middleOf(token: string): LatLon | undefined {
    return this.shown.get(token)?.middle;
  }

  /** Shows what the store has after `change`. */
  show(change: Difference, me: string | null, now: number): void {
    for (const token of change.removed) this.forget(token);
    for (const token of change.added) this.enter(token, me, now);
    for (const token of change.changed) this.look(token, me, now);
    for (const token of change.renewed) this.look(token, me, now);
    this.borders.look(me);
    this.flushSoon();
  }

  /** Looks at every tile again: for somebody else, or because time has passed. */
  refresh(me: string | null, now: number): void {
    for (const token of this.shown.keys()) this.look(token, me, now);
    this.borders.look(me);
    this.flushSoon();
  }

  /** Marks changes for a moment. */
  pulse(tokens: readonly string[]): void {
    if (calm() || tokens.length === 0) return;
    const features: Feature[] = [];
    for (const token of tokens.slice(0, pulses_max)) {
      const points = this.shown.get(token)?.points ?? pointsOf(token);
      features.push(polygon(points, {}));
    }
    void this.source("pulse").setData({ type: "FeatureCollection", features });
    const set = (name: string, value: unknown) =>
      this.map.setPaintProperty("pulse", name as never, value as never);
    set("fill-opacity-transition", { duration: 0 });
    set("fill-opacity", 0.55);
    clearTimeout(this.pulse_timer);
    this.pulse_timer = setTimeout(() => {
      set("fill-opacity-transition", { duration: pulse_ms });
      set("fill-opacity", 0);
    }, 120);
  }

  /** Old news are drawn paler. */
  fade(stale: boolean): void {
    this.map.setPaintProperty("tile-fill", "fill-opacity", stale ? 0.45 : 1);
  }

  remove(): void {
    clearTimeout(this.pulse_timer);
    clearTimeout(this.flush_timer);
  }

  private enter(token: string, me: string | null, now: number): void {
    const { owner, until } = this.store.get(token)!;
    const points = pointsOf(token);
    const look = lookOf(owner, me, until - now < soon_ms);
    this.borders.hold(token, owner, points);
    const entered = this.leaving.get(token);
    this.shown.set(token, { points, middle: middleOf(points), entered: entered ?? look, look });
    if (entered === undefined) this.entering.set(token, polygon(points, { id: token, look }));
    else {
      this.leaving.delete(token); // It is in the source yet.
      this.map.setFeatureState({ source: "tiles", id: token }, { look });
    }
  }

  private look(token: string, me: string | null, now: number): void {
    const { owner, until } = this.store.get(token)!;
    const shown = this.shown.get(token)!;
    this.borders.hold(token, owner, shown.points);
    const look = lookOf(owner, me, until - now < soon_ms);
    if (look === shown.look) return;
    shown.look = look;
    this.map.setFeatureState({ source: "tiles", id: token }, { look });
  }

  private forget(token: string): void {
    const shown = this.shown.get(token);
    if (!shown) return;
    this.shown.delete(token);
    this.borders.free(token);
    if (this.entering.delete(token)) {
      this.map.removeFeatureState({ source: "tiles", id: token }, "look");
      return;
    }
    this.leaving.set(token, shown.entered);
    this.map.setFeatureState({ source: "tiles", id: token }, { look: gone });
  }

  private flushSoon(): void {
    if (this.flush_timer !== undefined) return;
    const wait = this.flushed_at + flush_every_ms - performance.now();
    if (wait <= 0) this.flush();
    else this.flush_timer = setTimeout(() => this.flush(), wait);
  }

  private flush(): void {
    this.flush_timer = undefined;
    this.flushed_at = performance.now();
    const remove = [...this.leaving.keys()];
    const add = [...this.entering.values()];
    this.leaving.clear();
    this.entering.clear();
    for (const id of remove) this.map.removeFeatureState({ source: "tiles", id }, "look");
    if (remove.length > 0 || add.length > 0) void this.source("tiles").updateData({ remove, add });
    this.showBorders();
  }

  private showBorders(): void {
    const { add, remove } = this.borders.take();
    if (add.length === 0 && remove.length === 0) return;
    void this.source("borders").updateData({
      remove,
      add: add.map(({ id, line, side }) => ({
        type: "Feature",
        properties: { id, side },
        geometry: { type: "LineString", coordinates: line },
      })),
    });
  }

  private source(name: string): GeoJSONSource {
    const found = this.map.getSource<GeoJSONSource>(name);
    if (!found) throw new Error(`The style has no source "${name}".`);
    return found;
  }
}

export function polygon(points: readonly LonLat[], properties: Record<string, unknown>): Feature {
  return {
    type: "Feature",
    properties,
    geometry: { type: "Polygon", coordinates: [[...points, points[0]!]] },
  };
}
