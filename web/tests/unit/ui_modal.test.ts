import { beforeEach, describe, expect, it } from "vitest";
import { openModal } from "../../src/ui/modal";

/** A browser's dialog: its `close` event comes later. */
class FakeDialog extends EventTarget {
  open = false;
  closed: Promise<void> = Promise.resolve();
  showModal(): void {
    this.open = true;
  }
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.closed = Promise.resolve().then(() => void this.dispatchEvent(new Event("close")));
  }
  /** What a browser does: the key first, and the dialog unless somebody minds. */
  presses(key: string): void {
    const event = Object.assign(new Event("keydown", { cancelable: true }), { key });
    if (this.dispatchEvent(event) && key === "Escape") this.close();
  }
}

let stays: boolean;
let focused: number;
let told: number;
const options = {
  first: () => ({ focus: () => (focused += 1) }),
  onClose: () => (told += 1),
  stays: () => stays,
};

beforeEach(() => {
  stays = false;
  focused = told = 0;
});

it("tells that the person closed the dialog", async () => {
  const dialog = new FakeDialog();
  openModal(dialog, options);
  expect([dialog.open, focused]).toEqual([true, 1]);
  dialog.presses("Escape");
  await dialog.closed;
  expect([dialog.open, told]).toEqual([false, 1]);
});

it("leaves the dialog alone that takes another one's place", async () => {
  const [first, second] = [new FakeDialog(), new FakeDialog()];
  let shown: string | null = "first";
  const onClose = () => (shown = null);
  const takeAway = openModal(first, { ...options, onClose });
  shown = "second";
  takeAway();
  openModal(second, { ...options, onClose });
  await first.closed;
  expect(first.open).toBe(false);
  expect(shown).toBe("second");
});

describe("a dialog that stays", () => {
  beforeEach(() => (stays = true));

  it("does not mind keys", async () => {
    const dialog = new FakeDialog();
    openModal(dialog, options);
    for (const key of [" ", "Enter", "Escape", "Escape"]) dialog.presses(key);
    await dialog.closed;
    expect([dialog.open, told]).toEqual([true, 0]);
  });

  it("is back when something else closes it", async () => {
    const dialog = new FakeDialog();
    openModal(dialog, options);
    dialog.close();
    await dialog.closed;
    expect([dialog.open, focused, told]).toEqual([true, 2, 0]);
  });

  it("can be taken away", async () => {
    const dialog = new FakeDialog();
    openModal(dialog, options)();
    await dialog.closed;
    expect([dialog.open, told]).toEqual([false, 0]);
  });
});
