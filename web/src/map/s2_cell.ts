/**
 * Corners of S2 cells with plain numbers. `s2js` has them too, by way of 64-bit integers that a
 * browser computes slowly: twenty thousand tiles would stop a phone for a second.
 */

/** `[lon, lat]` in degrees, as GeoJSON has points. */
export type LonLat = [number, number];

const degree = 180 / Math.PI;
// The Hilbert curve: (i, j) of a quarter as two bits, by orientation and position on the curve.
const quarters = [
  [0, 1, 3, 2],
  [0, 2, 3, 1],
  [3, 2, 0, 1],
  [3, 1, 0, 2],
] as const;
const turns = [1, 0, 0, 3] as const; // What a quarter does to the orientation: swap, invert.

export interface Place {
  face: number;
  /** Column and row among the 2^level by 2^level cells of the face. */
  i: number;
  j: number;
  level: number;
}

/** Reads a token. Null for a text that names no cell. */
export function placeOf(token: string): Place | null {
  if (!/^[0-9a-f]{1,16}$/.test(token)) return null;
  const hex = token.padEnd(16, "0");
  const high = parseInt(hex.slice(0, 8), 16);
  const low = parseInt(hex.slice(8), 16);
  const face = high >>> 29;
  const lowest = low !== 0 ? trailing(low) : high !== 0 ? 32 + trailing(high) : 64;
  if (face > 5 || lowest > 60 || lowest % 2 !== 0) return null;
  const level = 30 - lowest / 2;
  let [i, j, orientation] = [0, 0, face & 1];
  for (let k = 0; k < level; ++k) {
    const at = 3 + 2 * k; // Counted from the highest bit.
    const position = 2 * bit(high, low, at) + bit(high, low, at + 1);
    const quarter = quarters[orientation]![position]!;
    i = 2 * i + (quarter >> 1);
    j = 2 * j + (quarter & 1);
    orientation ^= turns[position]!;
  }
  return { face, i, j, level };
}

/** The four corners, counter-clockwise. Longitudes do not jump by a turn within a cell. */
export function cornersAt({ face, i, j, level }: Place): LonLat[] {
  const size = 2 ** level;
  const [u0, u1] = [uvOf(i / size), uvOf((i + 1) / size)];
  const [v0, v1] = [uvOf(j / size), uvOf((j + 1) / size)];
  const corners = [
    lonLatOf(face, u0, v0),
    lonLatOf(face, u1, v0),
    lonLatOf(face, u1, v1),
    lonLatOf(face, u0, v1),
  ];
  const base = corners[0]![0];
  for (const corner of corners) {
    if (corner[0] - base > 180) corner[0] -= 360;
    else if (base - corner[0] > 180) corner[0] += 360;
  }
  return corners;
}

function trailing(x: number): number {
  return 31 - Math.clz32(x & -x);
}

function bit(high: number, low: number, at: number): number {
  return at < 32 ? (high >>> (31 - at)) & 1 : (low >>> (63 - at)) & 1;
}

function uvOf(s: number): number {
  return s >= 0.5 ? (4 * s * s - 1) / 3 : (1 - 4 * (1 - s) * (1 - s)) / 3;
}

function lonLatOf(face: number, u: number, v: number): LonLat {
  const [x, y, z] = xyzOf(face, u, v);
  return [Math.atan2(y, x) * degree, Math.atan2(z, Math.hypot(x, y)) * degree];
}

function xyzOf(face: number, u: number, v: number): [number, number, number] {
  switch (face) {
    case 0:
      return [1, u, v];
    case 1:
      return [-u, 1, v];
    case 2:
      return [-u, -v, 1];
    case 3:
      return [-1, -v, -u];
    case 4:
      return [v, -1, -u];
    default:
      return [v, u, -1];
  }
}
