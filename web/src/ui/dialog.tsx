import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { openModal } from "./modal";

interface DialogProps {
  title: string;
  onClose: () => void;
  /**
   * It came by itself, while something may be typed: no key closes it, none goes to a field of it,
   * and only what it says itself leads out.
   */
  stays?: boolean;
  children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus inside and closes it on Escape. */
export function Dialog({ title, onClose, stays = false, children }: DialogProps) {
  const root = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const newest = useRef({ onClose, stays });
  newest.current = { onClose, stays };
  useEffect(() => {
    const dialog = root.current;
    if (!dialog) return;
    const field = () => dialog.querySelector<HTMLElement>("input, select, textarea");
    return openModal(dialog, {
      first: () => (newest.current.stays ? null : field()) ?? heading.current,
      onClose: () => newest.current.onClose(),
      stays: () => newest.current.stays,
    });
  }, []);
  return (
    <dialog ref={root} aria-labelledby={id}>
      <header class="dialog-head">
        <h2 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {!stays && (
          <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
            ✕
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
