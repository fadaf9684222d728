import { afterEach, describe, expect, it, vi } from "vitest";
import { askAddress, askSignature, browserWallet } from "../../src/play/browser_wallet";
import { complaintAbout, returnInWords } from "../../src/play/import_words";
import {
  hexOf,
  isAddress,
  isSignature,
  shortened,
  smallestUnits,
} from "../../src/play/wallet_words";

describe("complaintAbout", () => {
  it.each(["run.gpx", "RUN.GPX", "a.b.tcx", "watch.FIT"])("lets %s through", (name) =>
    expect(complaintAbout({ name, size: 25_000_000 })).toBeNull(),
  );
  it.each([
    ["run.zip", 10],
    ["run.gpx.gz", 10],
    ["gpx", 10],
    ["run.gpx", 0],
    ["run.gpx", 25_000_001],
  ])("refuses %s of %d bytes", (name, size) =>
    expect(complaintAbout({ name, size })).not.toBeNull(),
  );
});

it("says something about every way back from Strava", () => {
  expect(returnInWords("connected")[0]).toBe("good");
  expect(returnInWords("something_new")[0]).toBe("bad");
});

describe("amounts", () => {
  it("are exact beyond what a number holds", () => {
    const most = (2n ** 256n - 1n).toString();
    expect(smallestUnits(most).replace(/\D/g, "")).toBe(most);
    expect(smallestUnits("0")).toBe("0");
  });
});

describe("what is pasted", () => {
  const address = `0x${"aB".repeat(20)}`;
  it("is an address", () => {
    expect(isAddress(address)).toBe(true);
    for (const wrong of ["", "0x", address.slice(1), `${address}0`, address.replace("a", "g")])
      expect(isAddress(wrong), wrong).toBe(false);
  });
  it("is a signature", () => {
    expect(isSignature(`0x${"0f".repeat(65)}`)).toBe(true);
    expect(isSignature(`0x${"0f".repeat(64)}`)).toBe(false);
  });
  it("is shown shortened", () => expect(shortened(address)).toBe("0xaBaBaB…aBaBaB"));
});

it("hexOf gives the bytes of UTF-8", () => expect(hexOf("aé\n")).toBe("0x61c3a90a"));

describe("a wallet in the browser", () => {
  const address = `0x${"12".repeat(20)}`;
  const signature = `0x${"34".repeat(65)}`;
  afterEach(() => vi.unstubAllGlobals());

  it("is there or not", () => {
    expect(browserWallet()).toBeNull();
    vi.stubGlobal("ethereum", {});
    expect(browserWallet()).toBeNull();
    vi.stubGlobal("ethereum", { request: async () => [] });
    expect(browserWallet()).not.toBeNull();
  });

  it("is asked for its account and to sign the message's bytes", async () => {
    const request = vi.fn(async ({ method }: { method: string }) =>
      method === "personal_sign" ? signature : [address],
    );
    expect(await askAddress({ request })).toBe(address);
    expect(await askSignature({ request }, "hi", address)).toBe(signature);
    expect(request).toHaveBeenLastCalledWith({
      method: "personal_sign",
      params: ["0x6869", address],
    });
  });

  it("may give nonsense, and the person may decline", async () => {
    await expect(askAddress({ request: async () => [] })).rejects.toThrow("no account");
    await expect(askSignature({ request: async () => "0x" }, "hi", address)).rejects.toThrow(
      "no signature",
    );
    const request = async () => Promise.reject({ code: 4001, message: "User rejected" });
    await expect(askAddress({ request })).rejects.toThrow("You declined");
  });
});
