import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Dialog } from "./dialog";
import { Failure } from "./parts";

interface ConfirmProps {
  title: string;
  /** What happens; the person reads it before pressing. */
  children: ComponentChildren;
  /** On the button that does it: what it does, in words. */
  does: string;
  keeps?: string;
  /** Not yet: what it would do is still being found out. */
  waits?: boolean;
  act: () => Promise<void>;
  onClose: () => void;
}

/** Asks before something that cannot be taken back, or that hurts somebody. */
export function Confirm({
  title,
  children,
  does,
  keeps = "Leave it",
  waits,
  act,
  onClose,
}: ConfirmProps) {
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const go = async () => {
    busy.value = true;
    error.value = null;
    try {
      await act();
      onClose();
    } catch (refused) {
      error.value = refused;
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {error.value ? <Failure error={error.value} /> : null}
      <div class="row">
        <button type="button" onClick={onClose}>
          {keeps}
        </button>
        <button
          type="button"
          class="danger"
          disabled={busy.value || waits}
          aria-busy={busy.value}
          onClick={() => void go()}
        >
          {does}
        </button>
      </div>
    </Dialog>
  );
}
