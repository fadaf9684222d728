/** What is looked at again and again while it is on the screen. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Tagged } from "../api/conditional";
import { onMessage } from "../live/socket";
import type { Loaded } from "./loading";

const slowest_ms = 60_000;

/** How long to wait for the next look: longer and longer while looks fail. */
export function pollWait(every_ms: number, failures: number): number {
  return Math.min(every_ms * 2 ** failures, Math.max(every_ms, slowest_ms));
}

export interface Poll<T> {
  /** Gets the tag of what came last; answers null when that is still true. */
  load: (etag: string | undefined, signal: AbortSignal) => Promise<Tagged<T> | null>;
  /** Asked after each look; 0: no more. */
  every_ms: () => number;
  /** Nobody sees the page: it is not looked at. */
  hidden: () => boolean;
  /** Null: nothing has changed. */
  onLook: (data: T | null) => void;
  onError: (error: unknown) => void;
}

/** What to call. */
export interface Polling {
  /** When the page is seen again. */
  shown: () => void;
  /** When the connection is there again. */
  connected: () => void;
  stop: () => void;
}

/** Looks at once, then again and again, one look at a time. */
export function startPoll<T>(poll: Poll<T>): Polling {
  const abort = new AbortController();
  let etag: string | undefined;
  let failures = 0;
  let looking = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = async () => {
    looking = true;
    try {
      const got = await poll.load(etag, abort.signal);
      if (abort.signal.aborted) return;
      failures = 0;
      if (got) etag = got.etag;
      poll.onLook(got ? got.data : null);
    } catch (error) {
      if (abort.signal.aborted) return;
      failures += 1;
      poll.onError(error);
    }
    looking = false;
    const every_ms = poll.every_ms();
    if (every_ms > 0) timer = setTimeout(lookIfSeen, pollWait(every_ms, failures));
  };
  const lookIfSeen = () => {
    timer = undefined;
    if (!poll.hidden() && poll.every_ms() > 0) void look();
  };
  void look();
  return {
    shown: () => {
      if (!looking && timer === undefined) lookIfSeen();
    },
    connected: () => {
      if (failures === 0 || looking || poll.hidden()) return;
      clearTimeout(timer);
      timer = undefined;
      void look();
    },
    stop: () => {
      abort.abort();
      clearTimeout(timer);
    },
  };
}

/** Rests while nobody sees the page; looks at once when the connection is back. Returns how to stop. */
export function pollWhileSeen<T>(poll: Omit<Poll<T>, "hidden">): () => void {
  const polling = startPoll<T>({ ...poll, hidden: () => document.hidden });
  document.addEventListener("visibilitychange", polling.shown);
  const deafen = onMessage("welcome", polling.connected);
  return () => {
    deafen();
    document.removeEventListener("visibilitychange", polling.shown);
    polling.stop();
  };
}

/** Polls while the component is there; from the start when `inputs` change. 0 ms: looks once. */
export function usePolled<T>(
  load: Poll<T>["load"],
  every_ms: number,
  inputs: unknown[],
): Loaded<T> {
  const state = useSignal<Omit<Loaded<T>, "reload">>({ data: null, error: null, busy: true });
  const again = useSignal(0);
  const newest = useRef({ load, every_ms });
  newest.current = { load, every_ms };
  useEffect(() => {
    state.value = { ...state.value, busy: true };
    return pollWhileSeen<T>({
      load: (etag, signal) => newest.current.load(etag, signal),
      every_ms: () => newest.current.every_ms,
      onLook: (data) => {
        const { error, busy } = state.value;
        if (data !== null || error || busy)
          state.value = { data: data ?? state.value.data, error: null, busy: false };
      },
      onError: (error) => (state.value = { ...state.value, error, busy: false }),
    });
  }, [...inputs, again.value, every_ms > 0]);
  return { ...state.value, reload: () => (again.value += 1) };
}
