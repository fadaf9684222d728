/**
 * S2 cells with plain numbers: their tokens, corners, neighbours. The libraries go by way of 64-bit
 * integers, which a browser computes slowly: twenty thousand tiles would stop a phone for a second.
 * The unit tests compare with `s2js`.
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

/** Writes it, as the server does: in hexadecimal, without the zeros at the end. */
export function tokenOf({ face, i, j, level }: Place): string {
  let bits = face.toString(2).padStart(3, "0");
  let orientation = face & 1;
  for (let k = level - 1; k >= 0; --k) {
    const quarter = 2 * ((i >> k) & 1) + ((j >> k) & 1);
    const position = (quarters[orientation] as readonly number[]).indexOf(quarter);
    bits += position.toString(2).padStart(2, "0");
    orientation ^= turns[position]!;
  }
  const hex = (bits + "1").padEnd(64, "0").match(/.{4}/g)!;
  return hex
    .map((x) => parseInt(x, 2).toString(16))
    .join("")
    .replace(/0+$/, "");
}

/** The cell of a level at a place in degrees. */
export function placeAt(lat: number, lon: number, level: number): Place {
  const [phi, lambda] = [lat / degree, lon / degree];
  const across = Math.cos(phi);
  const xyz: Xyz = [across * Math.cos(lambda), across * Math.sin(lambda), Math.sin(phi)];
  const { face, u, v } = faceOf(xyz);
  return { face, i: cellAt(sOf(u), level), j: cellAt(sOf(v), level), level };
}

/** The four cells beyond its edges. */
export function neighboursOf({ face, i, j, level }: Place): Place[] {
  const size = 2 ** level;
  return (
    [
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, 0],
    ] as const
  ).map(([di, dj]) => {
    const [to_i, to_j] = [i + di, j + dj];
    if (to_i >= 0 && to_i < size && to_j >= 0 && to_j < size)
      return { face, i: to_i, j: to_j, level };
    // Over the edge of the face: a point just beyond it lies in the cell. Along the edges of two
    // faces cells have the same order, so no projection is needed to find which.
    const [u, v] = [beside(to_i, size), beside(to_j, size)];
    const next = faceOf(xyzOf(face, u, v));
    const at = (x: number) => cellAt((x + 1) / 2, level);
    return { face: next.face, i: at(next.u), j: at(next.v), level };
  });
}

/** In steradians. From the flat quadrangle, which is exact enough for any cell below the faces. */
export function solidAngleOf({ face, i, j, level }: Place): number {
  const size = 2 ** level;
  const unit = (u: number, v: number): Xyz => {
    const [x, y, z] = xyzOf(face, u, v);
    const length = Math.hypot(x, y, z);
    return [x / length, y / length, z / length];
  };
  const [u0, u1] = [uvOf(i / size), uvOf((i + 1) / size)];
  const [v0, v1] = [uvOf(j / size), uvOf((j + 1) / size)];
  const [a, b] = [minus(unit(u1, v1), unit(u0, v0)), minus(unit(u0, v1), unit(u1, v0))];
  const flat = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]) / 2; // prettier-ignore
  return (2 * flat) / (1 + Math.sqrt(1 - Math.min(flat / Math.PI, 1)));
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

type Xyz = [x: number, y: number, z: number];

function minus(a: Xyz, b: Xyz): Xyz {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function sOf(u: number): number {
  return u >= 0 ? Math.sqrt(1 + 3 * u) / 2 : 1 - Math.sqrt(1 - 3 * u) / 2;
}

/** Column or row at `s`, from 0 to 1 over the face. */
function cellAt(s: number, level: number): number {
  const size = 2 ** level;
  return Math.min(size - 1, Math.max(0, Math.floor(s * size)));
}

/** The middle of a column or row; of one beyond the face, a point just beyond its edge. */
function beside(at: number, size: number): number {
  const edge = 1 + Number.EPSILON;
  return Math.min(edge, Math.max(-edge, (2 * at + 1) / size - 1));
}

/** Which face a direction meets, and where. */
function faceOf([x, y, z]: Xyz): { face: number; u: number; v: number } {
  const [ax, ay, az] = [Math.abs(x), Math.abs(y), Math.abs(z)];
  const axis = ax > ay ? (ax > az ? 0 : 2) : ay > az ? 1 : 2;
  const face = axis + ([x, y, z][axis]! < 0 ? 3 : 0);
  switch (face) {
    case 0:
      return { face, u: y / x, v: z / x };
    case 1:
      return { face, u: -x / y, v: z / y };
    case 2:
      return { face, u: -x / z, v: -y / z };
    case 3:
      return { face, u: z / x, v: y / x };
    case 4:
      return { face, u: z / y, v: -x / y };
    default:
      return { face, u: -y / z, v: -x / z };
  }
}

function xyzOf(face: number, u: number, v: number): Xyz {
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
