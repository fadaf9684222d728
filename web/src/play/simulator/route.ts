/** Routes on the ground: lines of [lat, lon]. Pure. */
import type { LatLon } from "../../api/types";
import { eastward, lengthOf, metresBetween, wrapped } from "../../map/ground";

const metres_per_degree = 111_195;
const degree = Math.PI / 180;
const step_metres = 0.05; // Closer points are the same place, clicked twice.

function metresEast(lat: number): number {
  return metres_per_degree * Math.max(Math.cos(lat * degree), 1e-6);
}

/** A point so far east and north of another. */
export function moved([lat, lon]: LatLon, east_m: number, north_m: number): LatLon {
  return [lat + north_m / metres_per_degree, wrapped(lon + east_m / metresEast(lat))];
}

/** The server's measure for ends that meet: within 100 m and a tenth of the length. */
export function isClosed(route: readonly LatLon[]): boolean {
  if (route.length < 3) return false;
  const apart = metresBetween(route[0]!, route.at(-1)!);
  return apart <= Math.min(100, lengthOf(route) / 10);
}

export function closed(route: readonly LatLon[]): LatLon[] {
  const first = route[0];
  if (!first || route.length < 3 || metresBetween(first, route.at(-1)!) < step_metres)
    return [...route];
  return [...route, first];
}

/** Round a place, once. */
export function loopAround(centre: LatLon, length_m: number, corners = 24): LatLon[] {
  const radius = length_m / (2 * corners * Math.sin(Math.PI / corners));
  return Array.from({ length: corners + 1 }, (_, i) => {
    const angle = (2 * Math.PI * (i % corners)) / corners;
    return moved(centre, radius * Math.sin(angle), radius * Math.cos(angle));
  });
}

/** Asks for places along a route, in metres from its start; quick as long as they only go on. */
export class Along {
  readonly length_m: number;
  private readonly ends: number[] = [0];
  private at = 1;

  constructor(private readonly route: readonly LatLon[]) {
    for (let i = 1; i < route.length; ++i)
      this.ends.push(this.ends[i - 1]! + metresBetween(route[i - 1]!, route[i]!));
    this.length_m = this.ends.at(-1)!;
  }

  place(metres: number): LatLon {
    while (this.at + 1 < this.route.length && this.ends[this.at]! < metres) this.at += 1;
    const [a, b] = [this.route[this.at - 1]!, this.route[this.at]!];
    const long = this.ends[this.at]! - this.ends[this.at - 1]!;
    const part = long > 0 ? Math.min(1, Math.max(0, (metres - this.ends[this.at - 1]!) / long)) : 1;
    return [a[0] + part * (b[0] - a[0]), wrapped(a[1] + part * eastward(a[1], b[1]))];
  }
}
