/** The part of `HTMLDialogElement` that is needed. */
export type ModalElement = EventTarget & Pick<HTMLDialogElement, "showModal" | "close">;

/**
 * Opens a dialog; `onClose` hears when the person closes it. Returns how to take it away, which
 * nobody hears of: the next dialog may be open by then, and would be closed instead.
 */
export function openModal(dialog: ModalElement, onClose: () => void): () => void {
  dialog.addEventListener("close", onClose);
  dialog.showModal();
  return () => {
    dialog.removeEventListener("close", onClose);
    dialog.close(); // Gives the focus back.
  };
}
