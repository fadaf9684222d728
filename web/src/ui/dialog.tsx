import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { openModal } from "./modal";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus inside and closes it on Escape. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const root = useRef<HTMLDialogElement>(null);
  const id = useId();
  const newest = useRef(onClose);
  newest.current = onClose;
  useEffect(() => (root.current ? openModal(root.current, () => newest.current()) : undefined), []);
  return (
    <dialog ref={root} aria-labelledby={id}>
      <header class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  );
}
