/** Home zones as they are edited: places, and radii as they are typed. */
import type { FeatureCollection } from "geojson";
import type { HomeZones, LatLon } from "../api/types";
import { circleRing } from "../map/ground";

export const zones_max = 3;
export const radius_min_m = 200;
export const radius_max_m = 1000;
const radius_first_m = 500;

export interface Zone {
  at: LatLon;
  /** Metres, as typed. */
  radius: string;
}

export function zonesOf(stored: HomeZones): Zone[] {
  return stored.map((x) => ({ at: [x.lat, x.lon], radius: String(x.radius_m) }));
}

export function newZone(at: LatLon): Zone {
  return { at: [round(at[0]), round(at[1])], radius: String(radius_first_m) };
}

/** The radius in metres, or null: what is typed is none. */
export function radiusOf(zone: Zone): number | null {
  const text = zone.radius.trim();
  if (!/^\d{1,5}$/.test(text)) return null;
  const radius_m = Number(text);
  return radius_m >= radius_min_m && radius_m <= radius_max_m ? radius_m : null;
}

/** The field of a zone's radius, as the server calls it in its complaints. */
export function radiusField(index: number): string {
  return `zones[${index}].radius_m`;
}

export function zoneComplaints(zones: readonly Zone[]): Record<string, string> {
  const wrong: Record<string, string> = {};
  zones.forEach((zone, i) => {
    if (radiusOf(zone) === null)
      wrong[radiusField(i)] = `A whole number from ${radius_min_m} to ${radius_max_m} metres.`;
  });
  return wrong;
}

/** For the server. Call it when nothing is wrong. */
export function wireOf(zones: readonly Zone[]): HomeZones {
  return zones.map((x) => ({ lat: x.at[0], lon: x.at[1], radius_m: radiusOf(x) ?? 0 }));
}

/** Circles to draw; a radius that is being typed is drawn as the nearest one that is allowed. */
export function zoneShapes(zones: readonly Zone[]): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: zones.map((zone) => {
      const typed = Number(zone.radius) || radius_min_m;
      const radius_m = Math.min(radius_max_m, Math.max(radius_min_m, typed));
      const ring = circleRing(zone.at, radius_m).map(([lat, lon]) => [lon, lat]);
      return {
        type: "Feature",
        properties: {},
        geometry: { type: "Polygon", coordinates: [ring] },
      };
    }),
  };
}

// A ten-millionth of a degree is what the server keeps; a metre is enough for a home.
function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}
