import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Browser, user } from "../session_browser";

const { session } = await new Browser().openTab(); // What sends the draft wants a browser about it.
const { blankDraft } = await import("../../../src/console/events/event_draft");
const { makeDraft } = await import("../../../src/console/events/kept_draft");
afterAll(() => vi.unstubAllGlobals());

const blank = () => blankDraft("Europe/Zagreb", Date.parse("2026-05-10T12:00:00Z"));

class Memory {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

let storage: Memory;

beforeEach(() => {
  session.profile.value = user("ana");
  storage = new Memory();
  Object.defineProperty(globalThis, "sessionStorage", { value: storage, configurable: true });
});

describe("what is typed", () => {
  it("is there again after a reload", () => {
    const before = makeDraft("new", blank());
    const stop = before.keep();
    before.fields.name.value = "Lap";
    before.fields.geometry.value = { course: [[45, 15]], checkpoints: [], area: null };
    stop();
    const after = makeDraft("new", blank());
    expect(after.restored).toBe(true);
    expect(after.read()).toEqual(before.read());
    expect(makeDraft("other", blank()).restored).toBe(false);
  });

  it("is found by who typed it, and by nobody else", () => {
    const draft = makeDraft("new", blank());
    draft.keep();
    draft.fields.name.value = "Lap";
    session.profile.value = user("ivo");
    expect(makeDraft("new", blank()).restored).toBe(false);
    session.profile.value = user("ana");
    expect(makeDraft("new", blank()).read().name).toBe("Lap");
  });

  it("is not kept while it is untouched, nor once it is forgotten", () => {
    const draft = makeDraft("new", blank());
    draft.keep();
    expect(storage.items.size).toBe(0);
    draft.fields.city.value = "Zagreb";
    expect(storage.items.size).toBe(1);
    draft.forget(blank());
    expect(storage.items.size).toBe(0);
    expect(draft.read()).toEqual(blank());
  });

  it("keeps the key of what was sent, for a retry after a reload", async () => {
    const keys: string[] = [];
    const send = (name: string, answer: Promise<string>) =>
      makeDraft("new", blank())
        .wish(
          (key) => {
            keys.push(key);
            return answer;
          },
          { name },
        )
        .catch(() => undefined);
    await send("Lap", Promise.reject(new TypeError("no answer")));
    await send("Lap", Promise.resolve("made"));
    expect(keys[1]).toBe(keys[0]);
    await send("Lap", Promise.reject(new TypeError("no answer"))); // The next event of that name.
    expect(keys[2]).not.toBe(keys[0]);
    await send("Another", Promise.resolve("made"));
    expect(keys[3]).not.toBe(keys[2]);
    expect(storage.items.size).toBe(0);
  });

  it("survives a storage with nonsense, and none", () => {
    storage.setItem("new.id-of-ana", "{");
    expect(makeDraft("new", blank()).read()).toEqual(blank());
    Object.defineProperty(globalThis, "sessionStorage", {
      get: () => {
        throw new Error("denied");
      },
      configurable: true,
    });
    const draft = makeDraft("new", blank());
    draft.keep();
    draft.fields.name.value = "Lap";
    expect(draft.read().name).toBe("Lap");
  });
});
