/**
 * Draws the tiles. A tile enters and leaves its source by differences; what it looks like is feature
 * state, so a new owner costs four vertices and no source is ever written anew.
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
    const add = change.added.map((token) => this.enter(token, me, now));
    for (const token of [...change.changed, ...change.renewed]) this.look(token, me, now);
    if (change.removed.length > 0 || add.length > 0)
      void this.source("tiles").updateData({ remove: change.removed, add });
    this.showBorders(me);
  }

  /** Looks at every tile again: for somebody else, or because time has passed. */
  refresh(me: string | null, now: number): void {
    for (const token of this.shown.keys()) this.look(token, me, now);
    this.showBorders(me);
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
  }

  private enter(token: string, me: string | null, now: number): Feature {
    const { owner, until } = this.store.get(token)!;
    const points = pointsOf(token);
    const look = lookOf(owner, me, until - now < soon_ms);
    this.shown.set(token, { points, middle: middleOf(points), entered: look, look });
    this.borders.hold(token, owner, points);
    return polygon(points, { id: token, look });
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
    if (shown.look !== shown.entered)
      this.map.removeFeatureState({ source: "tiles", id: token }, "look");
  }

  private showBorders(me: string | null): void {
    this.borders.look(me);
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
