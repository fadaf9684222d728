/**
 * Colours of owners. A hash of the id picks one; if another owner in view has it, the owner gets a
 * free one and keeps that. The palettes vary in lightness as much as in hue, so that they stay apart
 * for the colour-blind, and none comes near the colour that is one's own. Where more owners are in
 * view than there are colours the strongest have them, and the rest are grey: no two owners in view
 * share a colour, and borders tell the grey ones apart.
 */
import { distance, linear } from "./colour_distance";

export interface Palette {
  paper: string;
  ink: string;
  mine: string;
  others: readonly string[];
  /** Of those for whom no colour is left. */
  rest: string;
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
  rest: "#c4c8ce",
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
  rest: "#34383e",
};

/** A number for what a tile looks like: the owner's colour, or one's own; and whether it ends soon. */
export type Look = number;

const others = light.others.length;
const mine: Look = others;
const rest: Look = others + 1;
const soon: Look = 64;
/** Ranks that somebody may fall behind and keep his colour. The legend names fewer than have one. */
const margin = 3;

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

/** Which colour each owner has. `given` may be of an earlier page; `keep` is told of what is new. */
export class OwnerColours {
  private worn = new Map<string, number>(); // By the strongest in view.
  private taken = new Set<number>(); // The colours of `worn`.
  private readonly natural = new Map<string, number>(); // Asked for each tile.

  constructor(
    private readonly given = new Map<string, number>(),
    private readonly keep: (given: ReadonlyMap<string, number>) => void = () => undefined,
  ) {}

  indexOf(owner: string): number {
    const worn = this.worn.get(owner);
    if (worn !== undefined) return worn;
    const index = this.wishOf(owner);
    return this.taken.has(index) ? rest : index; // Not seen yet: his if nobody stronger wants it.
  }

  /**
   * These owners are in view, the strongest first: gives as many as there are colours one of their
   * own. Whoever was seen keeps his, unless a stronger one has the same, or he fell far behind. Says
   * whether any owner's colour is another one now.
   */
  see(owners: readonly string[]): boolean {
    const before = owners.map((x) => this.indexOf(x));
    const strongest = this.chosen(owners);
    const taken = new Set<number>();
    const worn = new Map<string, number>();
    const wear = (owner: string, index: number) => {
      taken.add(index);
      worn.set(owner, index);
    };
    for (const owner of strongest) {
      const index = this.given.get(owner);
      if (index !== undefined && !taken.has(index)) wear(owner, index);
    }
    let news = false;
    for (const owner of strongest) {
      if (worn.has(owner)) continue;
      const wish = this.wishOf(owner);
      wear(owner, taken.has(wish) ? freeApartFrom(taken) : wish);
      this.given.delete(owner); // The newest are last.
      this.given.set(owner, worn.get(owner)!);
      news = true;
    }
    this.worn = worn;
    this.taken = taken;
    if (news) this.keep(this.given);
    return owners.some((x, i) => this.indexOf(x) !== before[i]);
  }

  /** Two who pass each other again and again at the end of the colours do not flicker. */
  private chosen(owners: readonly string[]): string[] {
    const edge = owners.slice(others - margin, others + margin);
    const has = (owner: string) => this.worn.has(owner);
    return [
      ...owners.slice(0, others - margin),
      ...edge.filter(has),
      ...edge.filter((x) => !has(x)),
    ].slice(0, others);
  }

  private wishOf(owner: string): number {
    const index = this.given.get(owner) ?? this.natural.get(owner);
    if (index !== undefined) return index;
    const own = hash(owner) % others;
    this.natural.set(owner, own);
    return own;
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

const storage_key = "fief.colours";
const kept_max = 200;

/** What an earlier page of this tab gave: `[owner, index]`. Nonsense is left out. */
export function readColours(text: string | null): Map<string, number> {
  try {
    const pairs = JSON.parse(text ?? "[]") as unknown[];
    const isPair = (x: unknown): x is [string, number] =>
      Array.isArray(x) && typeof x[1] === "number" && light.others[x[1]] !== undefined;
    return new Map(pairs.filter(isPair).slice(-kept_max));
  } catch {
    return new Map();
  }
}

export function colourText(given: ReadonlyMap<string, number>): string {
  return JSON.stringify([...given].slice(-kept_max));
}

function keptColours(): Map<string, number> {
  try {
    return readColours(sessionStorage.getItem(storage_key));
  } catch {
    return new Map(); // Private windows may have no storage.
  }
}

/** The colours of this tab: a reload keeps them. */
export const ownerColours = new OwnerColours(keptColours(), (given) => {
  try {
    sessionStorage.setItem(storage_key, colourText(given));
  } catch {
    // Then a reload may give others.
  }
});

export function lookOf(owner: string, me: string | null, ends_soon = false): Look {
  return (owner === me ? mine : ownerColours.indexOf(owner)) + (ends_soon ? soon : 0);
}

export function colourOf(palette: Palette, look: Look): string {
  const index = look % soon;
  return index === mine ? palette.mine : (palette.others[index] ?? palette.rest);
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
  for (let index = 0; index <= rest; ++index)
    for (const look of [index, index + soon]) out.push(look, fillOf(palette, look));
  return out;
}

export function withAlpha(hex: string, alpha: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${alpha})`;
}
