/**
 * Draws the tiles. What a tile looks like is feature state, so a new owner, or none, is seen at once
 * and costs four vertices. Tiles enter and leave their source by differences, gathered for a second:
 * each makes the map cut its vector tiles again, and apply all feature state to them. So a tile that
 * becomes free stays in the source without a fill until many have. No source is ever written anew.
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
const borders_wait_ms = 0.1; // For each tile: the more there are, the longer the map cuts them.
const gone: Look = -1; // Has no fill.
const pulse_ms = 1200;
const pulses_max = 600;

interface Drawn {
  /** A number: MapLibre would hash a text each time it applies feature state. */
  id: number;
  points: LonLat[];
  middle: LatLon;
  look: Look;
}

export class TerritoryLayer {
  private readonly drawn = new Map<string, Drawn>();
  private readonly free = new Set<string>(); // Of those that are drawn.
  private readonly borders = new Borders();
  private readonly entering = new Map<string, Feature>();
  private last_id = 0;
  // MapLibre never forgets that a feature had a state: ids are used again. Not at once, since the
  // map shows what left for some frames more.
  private spare: number[] = [];
  private left: number[] = [];
  private flushed_at = -Infinity;
  private borders_at = -Infinity;
  private flush_timer: ReturnType<typeof setTimeout> | undefined;
  private pulse_timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly map: Maplibre,
    private readonly store: TileStore,
  ) {}

  middleOf(token: string): LatLon | undefined {
    return this.drawn.get(token)?.middle;
  }

  /** Shows what the store has after `change`. */
  show(change: Difference, me: string | null, now: number): void {
    for (const token of change.removed) this.forget(token);
    for (const token of change.added) this.enter(token, me, now);
    for (const token of change.changed) this.hold(token, me, now);
    for (const token of change.renewed) this.hold(token, me, now);
    this.borders.look(me);
    this.flushSoon();
  }

  /** Looks at every tile again: for somebody else, or because time has passed. */
  refresh(me: string | null, now: number): void {
    for (const [token, { owner, until }] of this.store.entries())
      this.paint(this.drawn.get(token)!, lookOf(owner, me, until - now < soon_ms));
    this.borders.look(me);
    this.flushSoon();
  }

  /** Marks changes for a moment. */
  pulse(tokens: readonly string[]): void {
    if (calm() || tokens.length === 0) return;
    const coordinates = tokens.slice(0, pulses_max).map((token) => {
      const points = this.drawn.get(token)?.points ?? pointsOf(token);
      return [[...points, points[0]!]];
    });
    void this.source("pulse").setData({ type: "MultiPolygon", coordinates });
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
    if (!this.free.delete(token)) {
      const { owner, until } = this.store.get(token)!;
      const points = pointsOf(token);
      const look = lookOf(owner, me, until - now < soon_ms);
      const spare = this.spare.pop();
      const id = spare ?? ++this.last_id;
      this.drawn.set(token, { id, points, middle: middleOf(points), look });
      this.entering.set(token, polygon(points, { id, look }));
      if (spare !== undefined) this.map.setFeatureState({ source: "tiles", id }, { look });
    }
    this.hold(token, me, now);
  }

  private hold(token: string, me: string | null, now: number): void {
    const { owner, until } = this.store.get(token)!;
    const drawn = this.drawn.get(token)!;
    this.borders.hold(token, owner, drawn.points);
    this.paint(drawn, lookOf(owner, me, until - now < soon_ms));
  }

  private paint(drawn: Drawn, look: Look): void {
    if (look === drawn.look) return;
    drawn.look = look;
    this.map.setFeatureState({ source: "tiles", id: drawn.id }, { look });
  }

  private forget(token: string): void {
    const drawn = this.drawn.get(token)!;
    this.borders.free(token);
    if (this.entering.delete(token)) {
      this.drawn.delete(token);
      this.spare.push(drawn.id);
      return;
    }
    this.free.add(token);
    this.paint(drawn, gone);
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
    this.spare.push(...this.left);
    this.left = this.free.size * 4 > this.drawn.size ? this.takeFree() : [];
    const [remove, add] = [this.left, [...this.entering.values()]];
    this.entering.clear();
    if (remove.length > 0 || add.length > 0) void this.source("tiles").updateData({ remove, add });
    const borders_due = this.borders_at + this.drawn.size * borders_wait_ms;
    if (this.flushed_at >= borders_due) this.showBorders();
    else this.flushSoon();
  }

  private takeFree(): number[] {
    const ids = [...this.free].map((token) => this.drawn.get(token)!.id);
    for (const token of this.free) this.drawn.delete(token);
    this.free.clear();
    return ids;
  }

  private showBorders(): void {
    const { add, remove } = this.borders.take();
    if (add.length === 0 && remove.length === 0) return;
    this.borders_at = performance.now();
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
