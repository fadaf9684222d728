/**
 * Colours of owners. A hash of the id picks one; if another owner in view has it, the owner gets a
 * free one and keeps that. The palettes vary in lightness as much as in hue, so that they stay apart
 * for the colour-blind, and none comes near the colour that is one's own. Where more owners are in
 * view than there are colours some share one: borders tell them apart.
 */
import { distance, linear } from "./colour_distance";

export interface Palette {
  paper: string;
  ink: string;
  mine: string;
  others: readonly string[];
}

export const light: Palette = {
  paper: "#f4f3ee",
  ink: "#1c2226",
  mine: "#e8590c",
  others: [
    "#d77ea6",
    "#5e570b",
    "#5635b6",
    "#497ef7",
    "#8d6375",
    "#8ab0fe",
    "#c9ae6d",
    "#852b74",
    "#c053bf",
    "#6b9174",
    "#60a8cd",
    "#d5a2a4",
    "#307a9d",
    "#7e3e4c",
  ],
};

export const dark: Palette = {
  paper: "#14181b",
  ink: "#eceff1",
  mine: "#ff9f40",
  others: [
    "#566be9",
    "#35dcab",
    "#2b5b07",
    "#6f287e",
    "#996c79",
    "#39b5ff",
    "#907900",
    "#7a94b7",
    "#123eb2",
    "#a059b1",
    "#a98d6a",
    "#b6143c",
    "#914474",
    "#5dbcc1",
  ],
};

/** A number for what a tile looks like: the owner's colour, or one's own; and whether it ends soon. */
export type Look = number;

const others = light.others.length;
const mine: Look = others;
const soon: Look = 64;

/** FNV-1a: spreads well over few colours, and is the same in every browser. */
function hash(text: string): number {
  let x = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) x = Math.imul(x ^ text.charCodeAt(i), 0x01000193);
  return x >>> 0;
}

/** How far apart two colours are where they are nearest: by day or by night. */
const apart: readonly (readonly number[])[] = light.others.map((_, a) =>
  light.others.map((_, b) =>
    Math.min(...[light, dark].map((x) => distance(linear(x.others[a]!), linear(x.others[b]!)))),
  ),
);

/** Which colour each owner has. */
export class OwnerColours {
  private readonly given = new Map<string, number>();
  private readonly natural = new Map<string, number>(); // Asked for each tile.

  indexOf(owner: string): number {
    const index = this.given.get(owner) ?? this.natural.get(owner);
    if (index !== undefined) return index;
    const own = hash(owner) % others;
    this.natural.set(owner, own);
    return own;
  }

  /**
   * These owners are in view, the strongest first: gives as many as there are colours one of their
   * own. Whoever was seen keeps his, unless a stronger one has the same. Says whether any owner's
   * colour is another one now.
   */
  see(owners: readonly string[]): boolean {
    const taken = new Set<number>();
    const waiting: string[] = [];
    for (const owner of owners.slice(0, others)) {
      const index = this.given.get(owner);
      if (index === undefined || taken.has(index)) waiting.push(owner);
      else taken.add(index);
    }
    let changed = false;
    for (const owner of waiting) {
      const before = this.indexOf(owner);
      const index = taken.has(before) ? freeApartFrom(taken) : before;
      taken.add(index);
      this.given.set(owner, index);
      changed ||= index !== before;
    }
    return changed;
  }
}

/** The free colour that differs most from those that are taken. */
function freeApartFrom(taken: ReadonlySet<number>): number {
  let [best, best_apart] = [0, 0];
  for (let index = 0; index < others; ++index) {
    if (taken.has(index)) continue;
    const nearest = Math.min(...[...taken].map((x) => apart[index]![x]!));
    if (nearest > best_apart) [best, best_apart] = [index, nearest];
  }
  return best;
}

/** The colours of this page's life. */
export const ownerColours = new OwnerColours();

export function lookOf(owner: string, me: string | null, ends_soon = false): Look {
  return (owner === me ? mine : ownerColours.indexOf(owner)) + (ends_soon ? soon : 0);
}

export function colourOf(palette: Palette, look: Look): string {
  const index = look % soon;
  return index === mine ? palette.mine : (palette.others[index] ?? palette.ink);
}

const opaque = 0.78;
const mine_opaque = 0.95;
const fading = 0.42; // Of a tile that soon runs out.

/** What a look's fill is on the map, translucent. */
export function fillOf(palette: Palette, look: Look): string {
  const alpha = look >= soon ? fading : look === mine ? mine_opaque : opaque;
  return withAlpha(colourOf(palette, look), alpha);
}

/** The fill of every look, for a `match` expression: `[look, colour, look, colour, ...]`. */
export function fills(palette: Palette): (number | string)[] {
  const out: (number | string)[] = [];
  for (let index = 0; index <= others; ++index)
    for (const look of [index, index + soon]) out.push(look, fillOf(palette, look));
  return out;
}

export function withAlpha(hex: string, alpha: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${alpha})`;
}
