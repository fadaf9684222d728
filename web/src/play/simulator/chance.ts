/** Chance that a text decides: the same seed gives the same numbers, in every browser. */
export interface Chance {
  /** 0 up to, but without, 1. */
  next(): number;
  between(low: number, high: number): number;
}

/** sfc32, started with a hash of the seed. */
export function chanceOf(seed: string): Chance {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  for (const letter of seed) {
    a = Math.imul(a ^ letter.codePointAt(0)!, 0x85ebca6b);
    a ^= a >>> 13;
    b = Math.imul(b ^ a, 0xc2b2ae35);
  }
  const draw = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; ++i) draw(); // Until the seed is in every bit.
  return { next: draw, between: (low, high) => low + draw() * (high - low) };
}
