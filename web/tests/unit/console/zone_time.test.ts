import { describe, expect, it } from "vitest";
import {
  instantsOf,
  isZone,
  localOf,
  offsetAt,
  offsetText,
  zoneAsWritten,
  zoneNames,
} from "../../../src/console/events/zone_time";

const at = (text: string) => Date.parse(text);
const once = (text: string) => ({ kind: "once", at: at(text) });
const twice = (first: string, second: string) => ({
  kind: "twice",
  first: at(first),
  second: at(second),
});

describe("a local time of a zone", () => {
  it("names one instant on ordinary days", () => {
    expect(instantsOf("Europe/Zagreb", "2026-05-10T18:00")).toEqual(once("2026-05-10T16:00:00Z"));
    expect(instantsOf("Europe/Zagreb", "2026-12-10T18:00")).toEqual(once("2026-12-10T17:00:00Z"));
    expect(instantsOf("Asia/Kathmandu", "2026-05-10T18:00")).toEqual(once("2026-05-10T12:15:00Z"));
    expect(instantsOf("UTC", "2026-05-10T18:00")).toEqual(once("2026-05-10T18:00:00Z"));
  });

  it("is skipped when the clocks go forward", () => {
    const zone = "Europe/Zagreb"; // 29 March 2026, 2:00 becomes 3:00.
    expect(instantsOf(zone, "2026-03-29T01:59")).toEqual(once("2026-03-29T00:59:00Z"));
    expect(instantsOf(zone, "2026-03-29T02:00")).toEqual({
      kind: "never",
      after: "2026-03-29T03:00",
    });
    expect(instantsOf(zone, "2026-03-29T02:59")).toEqual({
      kind: "never",
      after: "2026-03-29T03:59",
    });
    expect(instantsOf(zone, "2026-03-29T03:00")).toEqual(once("2026-03-29T01:00:00Z"));
  });

  it("comes twice when they go back", () => {
    const zone = "Europe/Zagreb"; // 25 October 2026, 3:00 becomes 2:00.
    expect(instantsOf(zone, "2026-10-25T01:59")).toEqual(once("2026-10-24T23:59:00Z"));
    expect(instantsOf(zone, "2026-10-25T02:00")).toEqual(
      twice("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"),
    );
    expect(instantsOf(zone, "2026-10-25T02:59")).toEqual(
      twice("2026-10-25T00:59:00Z", "2026-10-25T01:59:00Z"),
    );
    expect(instantsOf(zone, "2026-10-25T03:00")).toEqual(once("2026-10-25T02:00:00Z"));
    expect(instantsOf("America/New_York", "2026-11-01T01:30")).toEqual(
      twice("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"),
    );
  });

  it("moves by half an hour on Lord Howe", () => {
    const zone = "Australia/Lord_Howe"; // +10:30, in summer +11.
    expect(instantsOf(zone, "2026-10-04T02:15")).toEqual({
      kind: "never",
      after: "2026-10-04T02:45",
    });
    expect(instantsOf(zone, "2026-10-04T02:30")).toEqual(once("2026-10-03T15:30:00Z"));
    expect(instantsOf(zone, "2026-04-05T01:45")).toEqual(
      twice("2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"),
    );
  });

  it("may be on a day that a zone left out", () => {
    expect(instantsOf("Pacific/Apia", "2011-12-30T12:00")).toMatchObject({ kind: "never" });
  });

  it("is refused when it is none", () => {
    for (const text of ["", "2026-10-25", "2026-02-31T10:00", "2026-10-25T24:01", "tomorrow"])
      expect(instantsOf("Europe/Zagreb", text)).toEqual({ kind: "malformed" });
  });

  it("is what the clocks show at each instant it names", () => {
    const changes: [string, string][] = [
      ["Europe/Zagreb", "2026-03-29T01:00:00Z"],
      ["Europe/Zagreb", "2026-10-25T01:00:00Z"],
      ["America/New_York", "2026-11-01T06:00:00Z"],
      ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
      ["Asia/Kolkata", "2026-06-01T00:00:00Z"],
    ];
    for (const [zone, change] of changes)
      for (let t = at(change) - 10_800_000; t < at(change) + 10_800_000; t += 420_000) {
        const named = instantsOf(zone, localOf(zone, t));
        if (named.kind === "once") expect(named.at).toBe(t);
        else expect(named.kind === "twice" && [named.first, named.second]).toContain(t);
      }
  });
});

describe("zones", () => {
  it("know what they are ahead of UTC", () => {
    expect(offsetText(offsetAt("Europe/Zagreb", at("2026-07-01T00:00:00Z")))).toBe("UTC+02:00");
    expect(offsetText(offsetAt("America/St_Johns", at("2026-01-01T00:00:00Z")))).toBe("UTC−03:30");
    expect(offsetAt("UTC", -1)).toBe(0);
  });

  it("are refused when unknown or mere offsets", () => {
    for (const good of ["Europe/Zagreb", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
      expect(isZone(good), good).toBe(true);
    for (const bad of ["", "+01:00", "europe/zagreb", "Europe/Agram", "Mars/Olympus", "Europe/"])
      expect(isZone(bad), bad).toBe(false);
  });

  it("are taken in small letters too", () => {
    expect(zoneAsWritten("europe/zagreb")).toBe("Europe/Zagreb");
    expect(zoneAsWritten(" utc ")).toBe("UTC");
    expect(zoneAsWritten("Etc/GMT+5")).toBe("Etc/GMT+5");
    for (const other of ["", "europe/agram", "+01:00"]) expect(zoneAsWritten(other)).toBe(other);
  });

  it("are listed once, the viewer's first", () => {
    const names = zoneNames("Europe/Zagreb");
    expect(names[0]).toBe("Europe/Zagreb");
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("UTC");
  });
});
