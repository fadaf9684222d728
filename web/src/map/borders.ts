/**
 * The lines between owners: edges of tiles with another owner, or nobody, beyond. Kept edge by
 * edge, so that a changed tile touches four of them.
 */
import type { LonLat } from "./s2_cell";

export type Side = "mine" | "other";

export interface Border {
  id: number;
  line: [LonLat, LonLat];
  side: Side;
}

interface Edge {
  line: [LonLat, LonLat];
  tiles: string[]; // One or two.
  shown: Side | null;
}

export interface BorderChange {
  add: Border[];
  remove: number[];
}

export class Borders {
  private readonly owners = new Map<string, string>();
  private readonly edges_of = new Map<string, number[]>();
  private readonly edges = new Map<number, Edge>();
  private readonly corners = new Map<number, number>();
  private dirty = new Set<number>();
  private me: string | null = null;

  /** `points`: the tile's corners. */
  hold(token: string, owner: string, points: readonly LonLat[]): void {
    const known = this.edges_of.get(token);
    if (!known) {
      const keys = points.map((from, k) => {
        const to = points[(k + 1) % points.length]!;
        const key = this.keyOf(from, to);
        const edge = this.edges.get(key);
        if (edge) edge.tiles.push(token);
        else this.edges.set(key, { line: [from, to], tiles: [token], shown: null });
        return key;
      });
      this.edges_of.set(token, keys);
    }
    if (this.owners.get(token) === owner) return;
    this.owners.set(token, owner);
    for (const key of this.edges_of.get(token)!) this.dirty.add(key);
  }

  free(token: string): void {
    for (const key of this.edges_of.get(token) ?? []) {
      const edge = this.edges.get(key)!;
      edge.tiles = edge.tiles.filter((x) => x !== token);
      this.dirty.add(key);
    }
    this.edges_of.delete(token);
    this.owners.delete(token);
  }

  /** Whose borders are drawn as one's own. */
  look(me: string | null): void {
    if (me === this.me) return;
    for (const [token, owner] of this.owners)
      if (owner === me || owner === this.me)
        for (const key of this.edges_of.get(token)!) this.dirty.add(key);
    this.me = me;
  }

  /** What changed since it was asked last. */
  take(): BorderChange {
    const out: BorderChange = { add: [], remove: [] };
    for (const key of this.dirty) {
      const edge = this.edges.get(key)!;
      const wanted = this.sideOf(edge);
      if (wanted !== edge.shown) {
        if (edge.shown) out.remove.push(key);
        if (wanted) out.add.push({ id: key, line: edge.line, side: wanted });
        edge.shown = wanted;
      }
      if (edge.tiles.length === 0) this.edges.delete(key);
    }
    this.dirty = new Set();
    return out;
  }

  private sideOf({ tiles }: Edge): Side | null {
    const a = tiles.length > 0 ? this.owners.get(tiles[0]!) : undefined;
    const b = tiles.length > 1 ? this.owners.get(tiles[1]!) : undefined;
    if (a === b) return null; // Of one owner, or no tile is left.
    return this.me !== null && (a === this.me || b === this.me) ? "mine" : "other";
  }

  private keyOf(a: LonLat, b: LonLat): number {
    const [x, y] = [this.corner(a), this.corner(b)];
    return Math.min(x, y) * 2 ** 26 + Math.max(x, y);
  }

  /** Corners that are less than a metre apart are one: two faces of the cube round differently. */
  private corner([lon, lat]: LonLat): number {
    const turned = ((Math.round(lon * 1e5) % 36_000_000) + 36_000_000) % 36_000_000;
    const key = Math.round((lat + 90) * 1e5) * 36_000_000 + turned;
    let number = this.corners.get(key);
    if (number === undefined) this.corners.set(key, (number = this.corners.size));
    return number;
  }
}
