import { describe, expect, it } from "vitest";
import { colourOf, dark, fillOf, fills, light, lookOf } from "../../src/map/owner_colours";
import type { Palette } from "../../src/map/owner_colours";

type Rgb = [number, number, number]; // Linear light.

function linear(hex: string): Rgb {
  return [1, 3, 5].map((at) => {
    const x = parseInt(hex.slice(at, at + 2), 16) / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

function contrast(a: Rgb, b: Rgb): number {
  const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

/** Distance in OKLab, where equal steps look equal. */
function distance(a: Rgb, b: Rgb): number {
  const [x, y] = [oklab(a), oklab(b)];
  return Math.hypot(...x.map((v, i) => v - y[i]!));
}

function oklab([r, g, b]: Rgb): number[] {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
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
    for (const x of all) expect(distance(x, mine)).toBeGreaterThan(0.1);
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
