/** The part of `HTMLDialogElement` that is needed. */
export type ModalElement = EventTarget & Pick<HTMLDialogElement, "showModal" | "close">;

interface ModalOptions {
  /** What has the focus first. The browser would choose the first button, which closes it. */
  first: () => Pick<HTMLElement, "focus"> | null;
  /** Hears when the person closes it. */
  onClose: () => void;
  /** Whether it stays open whatever key is pressed. */
  stays: () => boolean;
}

/**
 * Opens a dialog. Returns how to take it away, which nobody hears of: the next dialog may be open
 * by then, and would be closed instead.
 */
export function openModal(dialog: ModalElement, { first, onClose, stays }: ModalOptions) {
  const open = () => {
    dialog.showModal();
    first()?.focus();
  };
  const keyed = (event: Event) => {
    if ((event as KeyboardEvent).key === "Escape" && stays()) event.preventDefault();
  };
  // There are more ways to close it than keys, as a phone's gesture.
  const closed = () => (stays() ? open() : onClose());
  dialog.addEventListener("keydown", keyed);
  dialog.addEventListener("close", closed);
  open();
  return () => {
    dialog.removeEventListener("keydown", keyed);
    dialog.removeEventListener("close", closed);
    dialog.close(); // Gives the focus back.
  };
}
