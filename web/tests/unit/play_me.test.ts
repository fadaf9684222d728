import { describe, expect, it } from "vitest";
import type { Notification, Territory } from "../../src/api/types";
import { metresBetween } from "../../src/map/ground";
import { Refusal } from "../../src/api/problem";
import {
  atField,
  emailComplaint,
  newPasswordComplaint,
  usernameComplaint,
} from "../../src/play/account_checks";
import {
  newZone,
  radiusOf,
  wireOf,
  zoneComplaints,
  zoneShapes,
  zonesOf,
} from "../../src/play/home_zones";
import { causeOf } from "../../src/ledger_words";
import { storeAt, type Reading } from "../../src/play/mining_store";
import { boxRound, tilesOf } from "../../src/play/tiles_of";
import { placeOfNews, readSeen, unreadOf, withNews } from "../../src/play/unread";

const hour = 3_600_000;
const t0 = Date.parse("2026-05-10T10:00:00.000Z");

describe("the store of tokens", () => {
  // Ten tiles: half a token an hour (RULES 5).
  const reading: Reading = {
    tiles: 10,
    rate_micro_per_hour: 500_000,
    pending_micro: 2_000_000,
    full_at: t0 + 20 * hour,
    claimable_at: t0 + 30_000,
  };

  it("fills by the rate until it is full, and stops", () => {
    expect(storeAt(reading, t0, t0).pending_micro).toBe(2_000_000);
    expect(storeAt(reading, t0, t0 + hour).pending_micro).toBe(2_500_000);
    expect(storeAt(reading, t0, t0 + 20 * hour).pending_micro).toBe(12_000_000);
    expect(storeAt(reading, t0, t0 + 40 * hour).pending_micro).toBe(12_000_000);
  });

  it("knows how full it is, and when it will be", () => {
    const later = storeAt(reading, t0, t0 + 8 * hour);
    expect(later).toMatchObject({ full_micro: 12_000_000, filled: 0.5, full: false });
    expect(later.full_in_ms).toBe(12 * hour);
    expect(storeAt(reading, t0, t0 + 20 * hour)).toMatchObject({
      filled: 1,
      full: true,
      full_in_ms: 0,
    });
  });

  it("never goes back while time goes on", () => {
    let before = -1;
    for (let t = t0 - hour; t < t0 + 30 * hour; t += hour / 7) {
      const { pending_micro, filled } = storeAt(reading, t0, t);
      expect(pending_micro).toBeGreaterThanOrEqual(before);
      expect(filled).toBeLessThanOrEqual(1);
      before = pending_micro;
    }
  });

  it("says when it may be claimed", () => {
    expect(storeAt(reading, t0, t0).claimable_in_ms).toBe(30_000);
    expect(storeAt(reading, t0, t0 + 30_000).claimable_in_ms).toBe(0);
  });

  it("reads instants of REST and of the socket alike", () => {
    const rest = {
      ...reading,
      full_at: "2026-05-11T06:00:00.000Z",
      claimable_at: "2026-05-10T10:00:30.000Z",
    };
    expect(storeAt(rest, t0, t0 + hour)).toEqual(storeAt(reading, t0, t0 + hour));
  });

  it("stays empty before the first tile", () => {
    const nothing = { tiles: 0, rate_micro_per_hour: 0, pending_micro: 0, claimable_at: 0 };
    expect(storeAt(nothing, t0, t0 + hour)).toMatchObject({
      pending_micro: 0,
      filled: 0,
      full: false,
      claimable_in_ms: 0,
    });
  });

  it("that nothing fills any more keeps what is in it", () => {
    const left = { ...reading, tiles: 0, rate_micro_per_hour: 0 };
    expect(storeAt(left, t0, t0 + 5 * hour)).toMatchObject({ pending_micro: 2_000_000, filled: 1 });
  });
});

describe("news", () => {
  const at = (n: number) => new Date(t0 + n * 1000).toISOString();
  const news = [5, 4, 3, 2, 1].map((n) => ({ id: `n${n}`, at: at(n) }));

  it("are unread up to the one that was seen last", () => {
    expect(unreadOf(news, null)).toBe(5);
    expect(unreadOf(news, { id: "n5", at: at(5) })).toBe(0);
    expect(unreadOf(news, { id: "n3", at: at(3) })).toBe(2);
    expect(unreadOf([], { id: "n3", at: at(3) })).toBe(0);
  });

  it("are told apart by time when the one that was seen is not among them", () => {
    expect(unreadOf(news, { id: "gone", at: at(3) })).toBe(3);
    expect(unreadOf(news, { id: "older", at: at(0) })).toBe(5);
    expect(unreadOf(news, { id: "newer", at: at(9) })).toBe(0);
  });

  it("come in once, on top", () => {
    const fresh = { id: "n6", at: at(6) };
    const now = withNews(news, fresh);
    expect(now.map((x) => x.id)).toEqual(["n6", "n5", "n4", "n3", "n2", "n1"]);
    expect(withNews(now, fresh)).toEqual(now);
  });

  it("survive nonsense in the storage", () => {
    expect(readSeen('{"id":"n3","at":"2026-05-10T10:00:00Z"}')?.id).toBe("n3");
    for (const text of [null, "", "{", "7", "null", '{"id":3,"at":""}', '{"id":"x","at":"y"}'])
      expect(readSeen(text)).toBeNull();
  });

  it("lead to what they are about", () => {
    const of = (x: Partial<Notification>) => placeOfNews({ kind: "coins_granted", ...x });
    expect(of({ run: "r", kind: "run_flagged" })).toEqual(["runs", "r"]);
    expect(of({ event: "e", kind: "event_result" })).toEqual(["events", "e"]);
    expect(of({ kind: "deposit_credited" })).toEqual(["wallet"]);
    expect(of({ kind: "ticket_granted" })).toEqual(["tickets"]);
    expect(of({ kind: "mining_full" })).toEqual(["me"]);
  });
});

describe("home zones", () => {
  it("take whole metres from 200 to 1000", () => {
    const radius = (text: string) => radiusOf({ at: [0, 0], radius: text });
    expect(radius("200")).toBe(200);
    expect(radius(" 1000 ")).toBe(1000);
    for (const text of ["", "199", "1001", "2e2", "500.5", "-500", "0x1f4", "five", "5 00"])
      expect(radius(text)).toBeNull();
  });

  it("complain at the field, by the name that the server uses", () => {
    const zones = [newZone([45.8, 15.97]), { at: [45.8, 15.97] as [number, number], radius: "5" }];
    expect(Object.keys(zoneComplaints(zones))).toEqual(["zones[1].radius_m"]);
    expect(zoneComplaints(zones.slice(0, 1))).toEqual({});
  });

  it("go to the server as they came", () => {
    const stored = [{ lat: 45.8, lon: 15.97, radius_m: 300 }];
    expect(wireOf(zonesOf(stored))).toEqual(stored);
  });

  it("are drawn with a radius that is allowed, whatever is being typed", () => {
    for (const [text, metres] of [
      ["", 200],
      ["x", 200],
      ["50", 200],
      ["640", 640],
      ["9999", 1000],
    ]) {
      const drawn = zoneShapes([{ at: [45.8, 15.97], radius: String(text) }]);
      const geometry = drawn.features[0]!.geometry as GeoJSON.Polygon;
      const [lon, lat] = geometry.coordinates[0]![0]!;
      expect(metresBetween([45.8, 15.97], [lat!, lon!])).toBeCloseTo(Number(metres), 0);
    }
  });
});

describe("my tiles", () => {
  it("are asked for in a box round a place, also across longitude 180", () => {
    const [west, south, east, north] = boxRound([45.8, 15.97], 3000);
    expect(metresBetween([45.8, west], [45.8, 15.97])).toBeCloseTo(3000, -2);
    expect(metresBetween([south, 15.97], [north, 15.97])).toBeCloseTo(6000, -2);
    expect(east).toBeGreaterThan(west);
    const fiji = boxRound([-17, 179.999], 3000);
    expect(fiji[0]).toBeGreaterThan(fiji[2]);
    expect(Math.abs(fiji[2])).toBeLessThanOrEqual(180);
  });

  it("are those that I hold; counts of areas are nobody's", () => {
    const square = {
      type: "Polygon" as const,
      coordinates: [
        [
          [15, 45],
          [16, 45],
          [16, 46],
          [15, 45],
        ],
      ],
    };
    const tile = (owner: string) => ({
      type: "Feature" as const,
      geometry: square,
      properties: { tile: "1", owner, username: "x", holds_until: "2026-05-10T10:00:00.000Z" },
    });
    const tiles = { type: "FeatureCollection", kind: "tiles", features: [tile("me"), tile("ivo")] };
    const mine = tilesOf("me", tiles as unknown as Territory);
    expect(mine.count).toBe(1);
    expect(mine.corners[0]).toEqual([45, 15]);
    const area = {
      type: "Feature",
      geometry: square,
      properties: { area: "1", tiles: 3, owners: 1 },
    };
    const areas = { type: "FeatureCollection", kind: "areas", features: [area] };
    expect(tilesOf("me", areas as unknown as Territory).count).toBe(0);
  });
});

describe("what is typed of an account", () => {
  it("has to look like an address", () => {
    expect(emailComplaint(" ana@example.com ")).toEqual({});
    for (const typed of ["", "ana", "@example.com", "ana@", `${"a".repeat(250)}@x.hr`])
      expect(emailComplaint(typed)).toHaveProperty("email");
  });

  it("has to be a name", () => {
    for (const typed of ["ana", "Žana_1", "ев.а-3", "x".repeat(24)])
      expect(usernameComplaint(typed)).toEqual({});
    for (const typed of ["", "ab", "x".repeat(25), "a b c", "<img src=x onerror=alert(1)>", "a/b"])
      expect(usernameComplaint(typed)).toHaveProperty("username");
  });

  it("and is somebody else's already is said at its field", () => {
    for (const [code, field] of [
      ["email_taken", "email"],
      ["username_taken", "username"],
    ]) {
      const told = atField(new Refusal(409, { code, detail: "taken" })) as Refusal;
      expect([...told.fields.keys()]).toEqual([field]);
      expect(told.code).toBe(code);
    }
    const other = new Refusal(422, { code: "invalid_argument" });
    expect(atField(other)).toBe(other);
    const bug = new TypeError();
    expect(atField(bug)).toBe(bug);
  });

  it("has to be a password", () => {
    expect(newPasswordComplaint("12345678")).toEqual({});
    expect(newPasswordComplaint("1234567")).toHaveProperty("password");
    expect(newPasswordComplaint("x".repeat(257))).toHaveProperty("password");
  });
});

it("causes of the ledger are words; an unknown one is shown as it is", () => {
  expect(causeOf("ticket:0190")).toEqual({ text: "Ticket", to: ["tickets"] });
  expect(causeOf("prize:0190:0191")).toEqual({ text: "Prize", to: ["events", "0190"] });
  expect(causeOf("mining:0190:7").text).toBe("Mined tokens");
  expect(causeOf("constructor:1").text).toBe("constructor:1");
  expect(causeOf("else:<img>").text).toBe("else:<img>");
});
