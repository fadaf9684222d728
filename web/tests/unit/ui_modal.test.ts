import { expect, it } from "vitest";
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
}

it("tells that the person closed the dialog", async () => {
  const dialog = new FakeDialog();
  let told = 0;
  openModal(dialog, () => (told += 1));
  expect(dialog.open).toBe(true);
  dialog.close(); // As Escape does.
  await dialog.closed;
  expect(told).toBe(1);
});

it("leaves the dialog alone that takes another one's place", async () => {
  const [first, second] = [new FakeDialog(), new FakeDialog()];
  let shown: string | null = "first";
  const takeAway = openModal(first, () => (shown = null));
  shown = "second";
  takeAway();
  openModal(second, () => (shown = null));
  await first.closed;
  expect(first.open).toBe(false);
  expect(shown).toBe("second");
});
