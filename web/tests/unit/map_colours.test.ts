import { describe, expect, it } from "vitest";
import { distance, linear, oklab, type Rgb } from "../../src/map/colour_distance";
import { colourOf, dark, fillOf, fills, light, lookOf } from "../../src/map/owner_colours";
import { colourText, OwnerColours, readColours, type Palette } from "../../src/map/owner_colours";
import { random } from "./random";

function contrast(a: Rgb, b: Rgb): number {
  const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

// Machado, Oliveira, Fernandes 2009, severity 1.
const sight = {
  everybody: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998], // prettier-ignore
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881], // prettier-ignore
};

function seen(by: number[], c: Rgb): Rgb {
  return [0, 1, 2].map((i) =>
    Math.min(1, Math.max(0, by[3 * i]! * c[0] + by[3 * i + 1]! * c[1] + by[3 * i + 2]! * c[2])),
  ) as Rgb;
}

it("the measure has the published values of white and red", () => {
  oklab(linear("#ffffff")).forEach((x, i) => expect(x).toBeCloseTo([1, 0, 0][i]!, 3));
  oklab(linear("#ff0000")).forEach((x, i) => expect(x).toBeCloseTo([0.628, 0.225, 0.126][i]!, 3));
});

const palettes: [string, Palette][] = [
  ["light", light],
  ["dark", dark],
];

describe.each(palettes)("the %s palette", (_, palette) => {
  it("can be read on its paper", () => {
    const paper = linear(palette.paper);
    for (const x of palette.others) expect(contrast(linear(x), paper)).toBeGreaterThan(1.8);
    expect(contrast(linear(palette.mine), paper)).toBeGreaterThan(3);
    expect(contrast(linear(palette.ink), paper)).toBeGreaterThan(10);
  });

  it.each(Object.entries(sight))("keeps owners apart in the eyes of %s", (_who, by) => {
    const all = palette.others.map((x) => seen(by, linear(x)));
    for (let i = 0; i < all.length; ++i)
      for (let k = 0; k < i; ++k) expect(distance(all[i]!, all[k]!)).toBeGreaterThan(0.06);
    const mine = seen(by, linear(palette.mine));
    const rest = seen(by, linear(palette.rest));
    for (const x of all) expect(distance(x, mine)).toBeGreaterThan(0.1);
    for (const x of [...all, mine]) expect(distance(x, rest)).toBeGreaterThan(0.06);
  });
});

describe("the colours of owners in view", () => {
  const colours = light.others.length;
  const owners = Array.from({ length: 300 }, (_, k) => `owner ${k}`);
  const shown = (of: OwnerColours, view: string[]) => view.map((x) => of.indexOf(x));

  it("differ while there are free ones", () => {
    const next = random(3);
    const of = new OwnerColours();
    for (let step = 0; step < 300; ++step) {
      const from = Math.floor(next() * (owners.length - colours));
      const view = owners.slice(from, from + 1 + Math.floor(next() * colours));
      if (next() < 0.5) view.reverse(); // Others are the strongest.
      of.see(view);
      expect(new Set(shown(of, view)).size).toBe(view.length);
    }
  });

  it("differ among the strongest when there are more owners, and the rest wear none of them", () => {
    const of = new OwnerColours();
    for (const view of [owners, [...owners].reverse(), owners.slice(100)]) {
      expect(of.see(view)).toBe(true);
      expect(new Set(shown(of, view.slice(0, colours))).size).toBe(colours);
      for (const index of shown(of, view.slice(colours)))
        expect(colourOf(light, index)).toBe(light.rest);
    }
  });

  it("come back to whoever is among the strongest again", () => {
    const of = new OwnerColours();
    of.see(owners.slice(0, 5));
    const before = shown(of, owners.slice(0, 5));
    of.see([...owners.slice(5, 10 + colours), ...owners.slice(0, 5)]);
    expect(colourOf(dark, of.indexOf(owners[0]!))).toBe(dark.rest);
    of.see(owners.slice(0, 5));
    expect(shown(of, owners.slice(0, 5))).toEqual(before);
  });

  it("stay with two who pass each other at the end of the colours; who falls behind loses his", () => {
    const of = new OwnerColours();
    const view = owners.slice(0, colours + 20);
    const passed = [...view];
    [passed[colours - 1], passed[colours]] = [view[colours]!, view[colours - 1]!];
    of.see(view);
    const before = shown(of, view);
    for (const again of [passed, view, passed]) expect(of.see(again)).toBe(false);
    expect(shown(of, view)).toEqual(before);
    const last = view[colours - 1]!;
    expect(of.see([...view.filter((x) => x !== last), last])).toBe(true);
    expect(colourOf(light, of.indexOf(last))).toBe(light.rest);
    expect(colourOf(light, of.indexOf(view[colours]!))).not.toBe(light.rest);
  });

  it("are the same after a reload, and nonsense that was kept gives none", () => {
    let kept = "";
    const of = new OwnerColours(new Map(), (given) => (kept = colourText(given)));
    const view = owners.slice(0, colours);
    of.see(view);
    expect(shown(new OwnerColours(readColours(kept)), view)).toEqual(shown(of, view));
    for (const [i] of owners.entries()) of.see(owners.slice(i, i + colours));
    expect(readColours(kept).size).toBe(200);
    for (const bad of [null, "", "{}", "[1]", '[["a"]]', '[["a",99]]', '[["a","map"]]'])
      expect(readColours(bad).size, String(bad)).toBe(0);
  });

  it("stay while nobody in view has to give way", () => {
    const of = new OwnerColours();
    const view = owners.slice(0, colours);
    of.see(view);
    const before = shown(of, view);
    expect(of.see([...view].reverse())).toBe(false);
    expect(of.see(view.slice(3, 7))).toBe(false);
    expect(of.see(view)).toBe(false);
    expect(shown(of, view)).toEqual(before);
  });

  it("are those of the hash, and a newcomer gives way to who is shown, the weaker to the stronger", () => {
    const alone = new OwnerColours();
    const first = owners[0]!;
    const twin = owners.slice(1).find((x) => alone.indexOf(x) === alone.indexOf(first))!;
    const hashed = alone.indexOf(first);

    const of = new OwnerColours();
    expect(of.see([first])).toBe(false);
    expect(of.see([twin, first])).toBe(true);
    expect(of.indexOf(first)).toBe(hashed);
    expect(of.indexOf(twin)).not.toBe(hashed);

    const both_new = new OwnerColours();
    both_new.see([twin, first]);
    expect(both_new.indexOf(twin)).toBe(hashed);
    // What is left for the weaker is what differs most, by day as by night.
    const apart = (index: number) =>
      Math.min(
        ...[light, dark].map(({ others }) =>
          distance(linear(others[index]!), linear(others[hashed]!)),
        ),
      );
    const best = Math.max(...light.others.map((_, index) => apart(index)));
    expect(apart(both_new.indexOf(first))).toBeCloseTo(best, 12);
  });
});

describe("the look of a tile", () => {
  const owners = Array.from({ length: 2000 }, (_, k) => `0190${k.toString(16).padStart(4, "0")}-a`);

  it("is one's own for oneself alone, and for the others always the same", () => {
    const me = owners[5]!;
    for (const owner of owners) {
      expect(lookOf(owner, null)).toBe(lookOf(owner, null));
      const colour = colourOf(light, lookOf(owner, me));
      expect(colour === light.mine).toBe(owner === me);
    }
  });

  it("spreads owners over all colours", () => {
    const counts = new Map<number, number>();
    for (const owner of owners) {
      const look = lookOf(owner, null);
      counts.set(look, (counts.get(look) ?? 0) + 1);
    }
    const even = owners.length / light.others.length;
    expect(counts.size).toBe(light.others.length);
    for (const n of counts.values()) expect(Math.abs(n - even)).toBeLessThan(even / 2);
  });

  it("is paler, in the same colour, when it ends soon", () => {
    const alpha = (look: number) => Number(/,([\d.]+)\)$/.exec(fillOf(light, look))![1]);
    for (const owner of owners.slice(0, 50)) {
      const [now, soon] = [lookOf(owner, owners[0]!), lookOf(owner, owners[0]!, true)];
      expect(now).not.toBe(soon);
      expect(colourOf(dark, now)).toBe(colourOf(dark, soon));
      expect(alpha(soon)).toBeLessThan(alpha(now));
    }
  });

  it("has a fill in both palettes, each look once", () => {
    for (const palette of [light, dark]) {
      const looks = fills(palette).filter((_, k) => k % 2 === 0);
      expect(new Set(looks).size).toBe(looks.length);
      for (const owner of owners.slice(0, 99))
        for (const soon of [false, true]) expect(looks).toContain(lookOf(owner, owners[0]!, soon));
    }
    expect(light.others).toHaveLength(dark.others.length);
  });
});
