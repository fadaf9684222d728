/** Who holds what in the watched box, and what has to change on the map when that changes. */
import type { Delta, Snapshot } from "../api/types";

export interface Holding {
  owner: string;
  /** By the game's clock, in ms since 1970. */
  until: number;
}

/** Tokens; each is in one list at most. The new state is asked of the store. */
export interface Difference {
  added: string[];
  removed: string[];
  /** Held before and after, by another owner. */
  changed: string[];
  /** Held by the same owner, until another time. */
  renewed: string[];
}

type TileChanges = Snapshot["tiles"];

export class TileStore {
  private readonly held = new Map<string, Holding>();
  private readonly named = new Map<string, string>();
  private soonest = Infinity; // No tile runs out before.

  get size(): number {
    return this.held.size;
  }

  get(token: string): Holding | undefined {
    return this.held.get(token);
  }

  entries(): IterableIterator<[string, Holding]> {
    return this.held.entries();
  }

  /** The owner's name, once the server told it. */
  nameOf(owner: string): string | undefined {
    return this.named.get(owner);
  }

  /** All that is held from now on: what it does not list is free. */
  snapshot({ tiles, owners }: Pick<Snapshot, "tiles" | "owners">): Difference {
    const out = this.merge(tiles, owners);
    const listed = new Set(tiles.map(([token]) => token));
    for (const token of this.held.keys())
      if (!listed.has(token)) {
        this.held.delete(token);
        out.removed.push(token);
      }
    return out;
  }

  delta({ tiles, owners }: Pick<Delta, "tiles" | "owners">): Difference {
    return this.merge(tiles, owners ?? {});
  }

  /** Frees what ran out: that may come to pass without a message. */
  expire(now: number): Difference {
    const out = nothing();
    if (now < this.soonest) return out;
    this.soonest = Infinity;
    for (const [token, { until }] of this.held)
      if (until <= now) {
        this.held.delete(token);
        out.removed.push(token);
      } else this.soonest = Math.min(this.soonest, until);
    return out;
  }

  clear(): Difference {
    const removed = [...this.held.keys()];
    this.held.clear();
    this.soonest = Infinity;
    return { ...nothing(), removed };
  }

  private merge(tiles: TileChanges, owners: Record<string, string>): Difference {
    for (const [id, name] of Object.entries(owners)) this.named.set(id, name);
    const out = nothing();
    for (const [token, owner, until] of tiles as [string, string | null, number | null][]) {
      const before = this.held.get(token);
      if (owner === null || until === null) {
        if (this.held.delete(token)) out.removed.push(token);
        continue;
      }
      this.held.set(token, { owner, until });
      this.soonest = Math.min(this.soonest, until);
      if (!before) out.added.push(token);
      else if (before.owner !== owner) out.changed.push(token);
      else if (before.until !== until) out.renewed.push(token);
    }
    return out;
  }
}

export function nothing(): Difference {
  return { added: [], removed: [], changed: [], renewed: [] };
}

export function isNothing(x: Difference): boolean {
  return x.added.length + x.removed.length + x.changed.length + x.renewed.length === 0;
}
