import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Refusal } from "../api/problem";
import { expired, profile } from "../api/session";
import { onMessage } from "../live/socket";

export interface Loaded<T> {
  /** What came last; kept while it is loaded again. */
  data: T | null;
  error: unknown;
  busy: boolean;
  reload: () => void;
}

/** Loads when the component appears and whenever one of `inputs` changes; the newest answer wins. */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: unknown[],
): Loaded<T> {
  const state = useSignal<Omit<Loaded<T>, "reload">>({ data: null, error: null, busy: true });
  const again = useSignal(0);
  const newest = useRef(load);
  newest.current = load;
  useEffect(() => {
    const abort = new AbortController();
    state.value = { ...state.value, busy: true };
    newest
      .current(abort.signal)
      .then((data) => {
        if (!abort.signal.aborted) state.value = { data, error: null, busy: false };
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) state.value = { ...state.value, error, busy: false };
      });
    return () => abort.abort();
  }, [...inputs, again.value]);
  const reload = () => (again.value += 1);
  useAfterSignIn(state.value.error, reload);
  useAfterOutage(state.value.error, reload);
  return { ...state.value, reload };
}

/** What was refused for want of a session is asked for again once there is one. */
function useAfterSignIn(error: unknown, reload: () => void): void {
  const refused = error instanceof Refusal && error.status === 401;
  const signed_in = profile.value !== null && !expired.value;
  useEffect(() => {
    if (refused && signed_in) reload();
  }, [signed_in]);
}

/** What failed is asked for again when the connection is back. */
function useAfterOutage(error: unknown, reload: () => void): void {
  const newest = useRef({ error, reload });
  newest.current = { error, reload };
  useEffect(
    () =>
      onMessage("welcome", () => {
        if (newest.current.error) newest.current.reload();
      }),
    [],
  );
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Pages<T> {
  items: T[];
  error: unknown;
  busy: boolean;
  more: (() => void) | null; // null at the end
  reload: () => void;
}

/** A list of pages, each loaded when it is asked for. */
export function usePages<T>(
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
  inputs: unknown[],
): Pages<T> {
  const state = useSignal<{ items: T[]; cursor: string | null; error: unknown; busy: boolean }>({
    items: [],
    cursor: null,
    error: null,
    busy: true,
  });
  const again = useSignal(0);
  const newest = useRef(load);
  newest.current = load;
  const abort = useRef(new AbortController());

  const fetchPage = (cursor: string | undefined, before: T[]) => {
    const { signal } = abort.current;
    state.value = { ...state.value, busy: true, error: null };
    newest
      .current(cursor, signal)
      .then((page) => {
        if (signal.aborted) return;
        const items = [...before, ...page.items];
        state.value = { items, cursor: page.next_cursor, error: null, busy: false };
      })
      .catch((error: unknown) => {
        if (!signal.aborted) state.value = { ...state.value, error, busy: false };
      });
  };
  useEffect(() => {
    abort.current = new AbortController();
    fetchPage(undefined, []);
    return () => abort.current.abort();
  }, [...inputs, again.value]);

  const { items, cursor, error, busy } = state.value;
  const more = cursor === null ? null : () => fetchPage(cursor, items);
  const reload = () => (again.value += 1);
  useAfterSignIn(error, reload);
  useAfterOutage(error, items.length > 0 ? (more ?? reload) : reload);
  return { items, error, busy, more, reload };
}
