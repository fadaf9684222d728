/** What is looked at again and again while it is on the screen. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Tagged } from "../api/conditional";
import type { Loaded } from "./loading";

const slowest_ms = 60_000;

/** How long to wait for the next look: longer and longer while looks fail. */
export function pollWait(every_ms: number, failures: number): number {
  return Math.min(every_ms * 2 ** failures, Math.max(every_ms, slowest_ms));
}

/**
 * Loads at once, again when `inputs` change, and every `every_ms` (0: no more) while the page is
 * visible. `load` gets the tag of what is there, and answers null when that is still true.
 */
export function usePolled<T>(
  load: (etag: string | undefined, signal: AbortSignal) => Promise<Tagged<T> | null>,
  every_ms: number,
  inputs: unknown[],
): Loaded<T> {
  const state = useSignal<Omit<Loaded<T>, "reload">>({ data: null, error: null, busy: true });
  const again = useSignal(0);
  const newest = useRef(load);
  newest.current = load;
  const every = useRef(every_ms);
  every.current = every_ms;

  useEffect(() => {
    const abort = new AbortController();
    let etag: string | undefined;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let looking = false;
    const look = async () => {
      timer = undefined;
      looking = true;
      try {
        const got = await newest.current(etag, abort.signal);
        if (abort.signal.aborted) return;
        failures = 0;
        if (got) etag = got.etag;
        const data = got ? got.data : state.value.data;
        if (got || state.value.busy || state.value.error)
          state.value = { data, error: null, busy: false };
      } catch (error) {
        if (abort.signal.aborted) return;
        failures += 1;
        state.value = { ...state.value, error, busy: false };
      }
      looking = false;
      next();
    };
    const next = () => {
      if (every.current > 0 && !document.hidden)
        timer = setTimeout(() => void look(), pollWait(every.current, failures));
    };
    const shown = () => {
      const idle = timer === undefined && !looking;
      if (!document.hidden && idle && every.current > 0) void look();
    };
    document.addEventListener("visibilitychange", shown);
    state.value = { ...state.value, busy: true };
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", shown);
    };
  }, [...inputs, again.value, every_ms > 0]);
  return { ...state.value, reload: () => (again.value += 1) };
}
