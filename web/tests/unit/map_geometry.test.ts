import { s2 } from "s2js";
import { describe, expect, it } from "vitest";
import { cornersAt, neighboursOf, placeAt, placeOf, tokenOf } from "../../src/map/s2_cell";
import {
  areaOf,
  boundsOf,
  areaOfBox,
  cellsIn,
  centreOf,
  cornersOf,
  isTile,
  meanCellArea,
  ringOf,
  tileAt,
} from "../../src/map/tile_geometry";
import {
  apiBox,
  contains,
  containsPoint,
  countedBox,
  scaled,
  watchBox,
  wrapLon,
} from "../../src/map/view_box";
import type { Box } from "../../src/api/types";
import { random } from "./random";

const degree = 180 / Math.PI;

function somewhere(next: () => number): [lat: number, lon: number] {
  return [Math.asin(2 * next() - 1) * degree, next() * 360 - 180];
}

describe("corners of cells", () => {
  it("are those of the S2 library, at any place and level", () => {
    const next = random(7);
    for (let k = 0; k < 400; ++k) {
      const level = Math.floor(next() * 31);
      const token = tileAt(...somewhere(next), level);
      expect(placeOf(token)?.level).toBe(level);
      const cell = s2.Cell.fromCellID(s2.cellid.fromToken(token));
      cornersOf(token).forEach(([lat, lon], i) => {
        const wanted = s2.LatLng.fromPoint(cell.vertex(i));
        expect(lat).toBeCloseTo(wanted.lat * degree, 9);
        const turns = (lon - wanted.lng * degree) / 360;
        // At a pole any longitude is right.
        if (Math.abs(lat) < 89.9999)
          expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-10);
      });
    }
  });

  it("do not jump by a turn at longitude 180", () => {
    for (const lat of [-60, -10, 0, 33, 70])
      for (const lon of [179.9999, -179.9999]) {
        const lons = cornersOf(tileAt(lat, lon, 12)).map((x) => x[1]);
        expect(Math.max(...lons) - Math.min(...lons)).toBeLessThan(1);
      }
  });

  it("make a closed ring round the place that was asked for", () => {
    const ring = ringOf(tileAt(45.8131, 15.9775));
    expect(ring).toHaveLength(5);
    expect(ring[4]).toEqual(ring[0]);
    const [lat, lon] = centreOf(tileAt(45.8131, 15.9775));
    expect(lat).toBeCloseTo(45.8131, 2);
    expect(lon).toBeCloseTo(15.9775, 2);
    expect(cornersAt(placeOf("4765d6b4c")!)).toHaveLength(4);
  });
});

describe("cells", () => {
  const next = random(19);
  const cells = Array.from({ length: 600 }, (_, k) => {
    const at = somewhere(next);
    // Also at the corners and edges of faces, where cells meet those of another one.
    const near: [number, number] = k % 3 === 0 ? [at[0], 45 * Math.round(at[1] / 45) + 1e-5] : at;
    return { at: near, level: 1 + Math.floor(next() * 30) };
  });
  const libraryCell = ([lat, lon]: [number, number], level: number) =>
    s2.cellid.parent(s2.cellid.fromLatLng(s2.LatLng.fromDegrees(lat, lon)), level);

  it("are those of the S2 library at any place, and read back", () => {
    for (const { at, level } of cells) {
      const token = tokenOf(placeAt(...at, level));
      expect(token).toBe(s2.cellid.toToken(libraryCell(at, level)));
      expect(placeOf(token)).toEqual(placeAt(...at, level));
    }
  });

  it("have the library's neighbours, also on another face", () => {
    let over = 0;
    for (const { at, level } of cells) {
      const cell = libraryCell(at, level);
      const found = neighboursOf(placeAt(...at, level));
      expect(found.map(tokenOf)).toEqual(s2.cellid.edgeNeighbors(cell).map(s2.cellid.toToken));
      over += found.some((x) => x.face !== s2.cellid.face(cell)) ? 1 : 0;
    }
    expect(over).toBeGreaterThan(10);
  });

  it("have the library's size and bounds", () => {
    for (const { at, level } of cells) {
      const cell = s2.Cell.fromCellID(libraryCell(at, level));
      const place = placeAt(...at, level);
      if (level > 1) {
        const wanted = cell.approxArea() * 6_371_010 ** 2;
        expect(areaOf(tokenOf(place)) / wanted).toBeCloseTo(1, 6);
      }
      const rect = cell.rectBound();
      const [west, south, east, north] = boundsOf(place);
      expect(south).toBeCloseTo(rect.lat.lo * degree, 9);
      expect(north).toBeCloseTo(rect.lat.hi * degree, 9);
      if (rect.lng.isFull()) expect(east - west).toBe(360);
      else expect(east - west).toBeCloseTo(rect.lng.length() * degree, 9);
    }
  });
});

describe("tokens", () => {
  it("are tiles when they name a cell of the level, as the server writes it", () => {
    const token = tileAt(45.8131, 15.9775);
    expect(isTile(token, 17)).toBe(true);
    expect(isTile(token, 16)).toBe(false);
    expect(isTile(token.toUpperCase(), 17)).toBe(false);
    expect(isTile(`${token}0`, 17)).toBe(false);
    for (const bad of [
      "",
      "x",
      "<img onerror=alert(1)>",
      "ffffffffffffffff",
      "0",
      "4765d6b4c4765d6b4c",
    ])
      expect(isTile(bad, 17)).toBe(false);
  });
});

describe("areas", () => {
  it("have a tile's size in m²", () => {
    const area = areaOf(tileAt(45.8131, 15.9775));
    expect(area).toBeGreaterThan(3000);
    expect(area).toBeLessThan(7000);
    expect(area / meanCellArea(17)).toBeGreaterThan(0.6);
    expect(area / meanCellArea(17)).toBeLessThan(1.4);
  });

  it("of no cell exceed what a box is refused by at once", () => {
    const next = random(3);
    for (let k = 0; k < 300; ++k) {
      const token = tileAt(...somewhere(next), 12);
      expect(areaOf(token)).toBeLessThan(1.4 * meanCellArea(12));
    }
  });

  it("touched by a box are the cells whose bounds meet it, and all of them", () => {
    const next = random(11);
    for (let k = 0; k < 12; ++k) {
      const [lat, lon] = [next() * 140 - 70, next() * 358 - 179];
      const box: Box = [lon, lat, lon + 0.05 + next() * 0.1, lat + 0.05 + next() * 0.1];
      const found = cellsIn(box, 12, 400);
      expect(found).not.toBeNull();
      expect(new Set(found).size).toBe(found!.length);
      // Any place in the box lies in one of them.
      for (let i = 0; i < 40; ++i) {
        const at = tileAt(
          box[1] + next() * (box[3] - box[1]),
          box[0] + next() * (box[2] - box[0]),
          12,
        );
        expect(found).toContain(at);
      }
      expect(cellsIn(box, 12, found!.length)).toHaveLength(found!.length);
      expect(cellsIn(box, 12, found!.length - 1)).toBeNull();
    }
  });

  it("are found across longitude 180, and never for the whole world", () => {
    const found = cellsIn([179.98, 10, -179.98, 10.04], 12, 400);
    const lons = found!.map((token) => centreOf(token)[1]);
    expect(lons.some((x) => x > 179)).toBe(true);
    expect(lons.some((x) => x < -179)).toBe(true);
    expect(cellsIn([-180, -85, 180, 85], 12, 400)).toBeNull();
  });
});

describe("boxes", () => {
  it("of the map are those of the API", () => {
    expect(apiBox([10, 20, 30, 40])).toEqual([10, 20, 30, 40]);
    expect(apiBox([370, 20, 380, 40])).toEqual([10, 20, 20, 40]);
    expect(apiBox([170, -95, 190, 95])).toEqual([170, -90, -170, 90]);
    expect(apiBox([-300, 0, 200, 1])).toEqual([-180, 0, 180, 1]);
    expect(wrapLon(180)).toBe(180);
    expect(wrapLon(-180)).toBe(-180);
    expect(wrapLon(540)).toBe(180);
  });

  it("contain what lies in them, also across longitude 180", () => {
    expect(contains([0, 0, 10, 10], [1, 1, 9, 9])).toBe(true);
    expect(contains([0, 0, 10, 10], [1, 1, 11, 9])).toBe(false);
    expect(contains([170, 0, -170, 10], [175, 1, -175, 9])).toBe(true);
    expect(contains([170, 0, -170, 10], [-175, 1, 175, 9])).toBe(false);
    expect(containsPoint([170, 0, -170, 10], 5, -179)).toBe(true);
    expect(containsPoint([170, 0, -170, 10], 5, 0)).toBe(false);
  });

  it("keep their middle when scaled, and contain the smaller", () => {
    const box: Box = [179, 10, -179, 11];
    expect(contains(scaled(box, 1.5), box)).toBe(true);
    expect(contains(box, scaled(box, 1.5))).toBe(false);
    expect(scaled([10, 10, 12, 12], 0.5)).toEqual([10.5, 10.5, 11.5, 11.5]);
  });

  const bounds = { area_level: 12, areas_max: 400 };

  it("to watch contain the view, with a margin while that fits", () => {
    const city: Box = [15.95, 45.79, 16.0, 45.83];
    const watched = watchBox(city, bounds)!;
    expect(contains(watched, city)).toBe(true);
    expect(contains(watched, scaled(city, 1.4))).toBe(true);
    const few = cellsIn(city, 12, 400)!.length;
    expect(watchBox(city, { area_level: 12, areas_max: few })).toEqual(city);
    expect(watchBox(city, { area_level: 12, areas_max: few - 1 })).toBeNull();
  });

  it("to count are the view, or of a large one a middle part that is allowed and not tiny", () => {
    const city: Box = [15.95, 45.79, 16.0, 45.83];
    expect(countedBox(city, bounds)).toEqual(city);
    const next = random(5);
    for (let k = 0; k < 10; ++k) {
      const [lat, lon] = [next() * 120 - 60, next() * 300 - 150];
      const size = 1 + next() * 20;
      const view: Box = apiBox([lon, lat, lon + 2 * size, lat + size]);
      const box = countedBox(view, bounds);
      expect(contains(view, box)).toBe(true);
      expect(cellsIn(box, 12, 400)!.length).toBeGreaterThan(150);
      expect(areaOfBox(box)).toBeLessThan(areaOfBox(view));
    }
    expect(cellsIn(countedBox([-180, -85, 180, 85], bounds), 12, 400)).not.toBeNull();
  });
});
