/** Short messages in a corner, read out by screen readers. */
import { signal } from "@preact/signals";
import { sentenceOf } from "../api/problem";

interface Toast {
  id: number;
  kind: "info" | "good" | "bad";
  text: string;
}

const shown_ms = 8000;
const toasts = signal<Toast[]>([]);
let next_id = 1;

export function tell(text: string, kind: Toast["kind"] = "info"): void {
  const id = next_id++;
  toasts.value = [...toasts.value, { id, kind, text }].slice(-4);
  setTimeout(() => dismiss(id), shown_ms);
}

export function tellError(error: unknown): void {
  tell(sentenceOf(error), "bad");
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((x) => x.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((x) => (
        <div key={x.id} class={`toast ${x.kind}`}>
          <span>{x.text}</span>
          <button type="button" class="quiet" aria-label="Dismiss" onClick={() => dismiss(x.id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
