/** Believable runs that never happened: a fix a second, noise that wanders, an uneven stride. */
import type { Fix, LatLon } from "../../../src/api/types";

const metres_per_degree = 111_195;
const steps_per_s = 165 / 60;

export function moved([lat, lon]: LatLon, east_m: number, north_m: number): LatLon {
  const across = metres_per_degree * Math.cos((lat * Math.PI) / 180);
  return [lat + north_m / metres_per_degree, lon + east_m / across];
}

/** A sequence of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Once round a circle, ending at an instant. It closes, so what it encloses is taken too. */
export function loop(
  centre: LatLon,
  radius_m: number,
  end_ms: number,
  { seed = 1, speed = 3, mocked = false } = {},
): Fix[] {
  const random = randomOf(seed);
  const phase = random() * 2 * Math.PI;
  const length = 2 * Math.PI * radius_m;
  const fixes: Fix[] = [];
  let [east, north, done] = [0, 0, 0];
  for (let second = 0; done < length + 20; second++) {
    east = 0.97 * east + 0.3 * normal(random);
    north = 0.97 * north + 0.3 * normal(random);
    const angle = done / radius_m;
    const [x, y] = [radius_m * Math.cos(angle) + east, radius_m * Math.sin(angle) + north];
    const [lat, lon] = moved(centre, x, y);
    const at = second * 1000;
    fixes.push([at, round7(lat), round7(lon), 5, Math.floor(second * steps_per_s), mocked ? 1 : 0]);
    done += speed * (1 + 0.12 * Math.sin(second / 7 + phase) + 0.04 * normal(random));
  }
  const shift = Math.floor(end_ms) - Number(fixes.at(-1)?.[0]);
  return fixes.map(([t, ...rest]) => [Number(t) + shift, ...rest] as Fix);
}

function round7(x: number): number {
  return Math.round(x * 1e7) / 1e7;
}
