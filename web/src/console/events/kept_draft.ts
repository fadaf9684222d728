/**
 * The draft as signals, kept in `sessionStorage`: it survives a reload, and a session that ends
 * while somebody types, which takes the form away until he has signed in again. Each user finds
 * his own.
 */
import { effect, signal, type Signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { profile } from "../../api/session";
import type { Metric } from "../../api/types";
import { newWish, type OpenWish, type Wish } from "../../api/wish";
import type { Draft } from "./event_draft";

export type DraftSignals = {
  [K in keyof Draft]: Signal<Draft[K] extends Metric ? string : Draft[K]>;
};

interface Kept {
  draft: Draft;
  wish: OpenWish | null;
}

export interface DraftState {
  fields: DraftSignals;
  read: () => Draft;
  /** Sends it, under a key that is kept with the draft. */
  wish: Wish;
  /** Whether it was found as it was left. */
  restored: boolean;
  /** Forgets what was typed; the form begins again. */
  forget: (now: Draft) => void;
}

function load(name: string): Partial<Kept> | null {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null") as Partial<Kept> | null;
  } catch {
    return null;
  }
}

function store(name: string, kept: Kept | null): void {
  try {
    if (kept) sessionStorage.setItem(name, JSON.stringify(kept));
    else sessionStorage.removeItem(name);
  } catch {
    // Without storage the draft lasts as long as the page.
  }
}

export function useDraft(name: string, initial: () => Draft): DraftState {
  const [state] = useState(() => makeDraft(name, initial()));
  useEffect(state.keep, [state]);
  return state;
}

export function makeDraft(of: string, initial: Draft): DraftState & { keep: () => () => void } {
  const name = `${of}.${profile.peek()?.id ?? ""}`;
  const kept = load(name);
  let from = initial;
  let wish = kept?.wish ?? null;
  const start: Draft = { ...initial, ...kept?.draft };
  const fields = Object.fromEntries(
    Object.entries(start).map(([key, value]) => [key, signal(value)]),
  ) as unknown as DraftSignals;
  const read = () =>
    Object.fromEntries(
      Object.entries(fields).map(([key, x]) => [key, x.value]),
    ) as unknown as Draft;
  const save = () => {
    const draft = read();
    const touched = JSON.stringify(draft) !== JSON.stringify(from);
    store(name, touched || wish ? { draft, wish } : null);
  };
  return {
    fields,
    read,
    restored: kept?.draft !== undefined,
    wish: newWish({
      read: () => wish,
      write: (now) => {
        wish = now;
        save();
      },
    }),
    forget(now) {
      from = now;
      wish = null;
      for (const [key, value] of Object.entries(now))
        (fields as unknown as Record<string, Signal<unknown>>)[key]!.value = value;
      store(name, null);
    },
    keep: () => effect(save),
  };
}
