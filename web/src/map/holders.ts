/** Who is strongest in what is in view. */
import type { Box, LatLon, Territory } from "../api/types";
import type { TileStore } from "./tile_store";
import { containsPoint } from "./view_box";

export interface Holder {
  owner: string;
  name: string;
  tiles: number;
}

export interface Holders {
  /** Most tiles first. */
  all: Holder[];
  /** Held tiles in view. */
  tiles: number;
  /** Where only each area's strongest owner is known, the others' tiles are in `tiles` alone. */
  only_strongest: boolean;
}

function ranked(counts: Map<string, number>, nameOf: (owner: string) => string): Holder[] {
  return [...counts]
    .map(([owner, tiles]) => ({ owner, tiles, name: nameOf(owner) }))
    .sort((a, b) => b.tiles - a.tiles || a.name.localeCompare(b.name));
}

export function holdersOf(
  store: TileStore,
  view: Box,
  middleOf: (token: string) => LatLon | undefined,
): Holders {
  const counts = new Map<string, number>();
  let tiles = 0;
  for (const [token, { owner }] of store.entries()) {
    const middle = middleOf(token);
    if (!middle || !containsPoint(view, middle[0], middle[1])) continue;
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
    tiles += 1;
  }
  const all = ranked(counts, (owner) => store.nameOf(owner) ?? "somebody");
  return { all, tiles, only_strongest: false };
}

export function holdersOfAreas(territory: Territory): Holders {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  let tiles = 0;
  for (const { properties } of territory.features) {
    if (!("area" in properties)) continue;
    const { strongest } = properties;
    counts.set(strongest.user, (counts.get(strongest.user) ?? 0) + strongest.tiles);
    names.set(strongest.user, strongest.username);
    tiles += properties.tiles;
  }
  const all = ranked(counts, (owner) => names.get(owner) ?? "somebody");
  return { all, tiles, only_strongest: true };
}
