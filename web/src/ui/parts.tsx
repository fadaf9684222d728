/** Small parts that every panel is made of. */
import type { ComponentChildren } from "preact";
import { sentenceOf } from "../api/problem";
import { isoOf, moment, momentOfDay, msOf, viewerZone, type Instant } from "../units";
import type { Pages } from "./loading";

interface PanelProps {
  title: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** A screen in the panel beside the map. */
export function Panel({ title, actions, children }: PanelProps) {
  return (
    <section class="panel-page">
      <header class="panel-head">
        <h2 tabIndex={-1}>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <p class="complaint" role="alert">
      {sentenceOf(error)}{" "}
      {retry && (
        <button type="button" class="link" onClick={retry}>
          Try again
        </button>
      )}
    </p>
  );
}

export function Nothing({ children }: { children: ComponentChildren }) {
  return <p class="nothing">{children}</p>;
}

export function Badge({ kind, children }: { kind?: string; children: ComponentChildren }) {
  return <span class={`badge ${kind ?? ""}`}>{children}</span>;
}

interface WhenProps {
  at: Instant;
  zone?: string;
  /** The date is left out where it is this one's. */
  sameDayAs?: Instant;
}

/** An instant in the viewer's zone, with the event's own beside it where that differs. */
export function When({ at, zone, sameDayAs }: WhenProps) {
  const show = (in_zone?: string) =>
    sameDayAs === undefined ? moment(at, in_zone) : momentOfDay(at, sameDayAs, in_zone);
  const mine = show();
  const theirs = zone && zone !== viewerZone() ? show(zone) : null;
  return (
    <time dateTime={isoOf(msOf(at))} title={`${moment(at)} (${viewerZone()})`}>
      {mine}
      {theirs && theirs !== mine && (
        <span class="hint">
          {" "}
          ({theirs} {zone})
        </span>
      )}
    </time>
  );
}

interface FactsProps {
  of: readonly (readonly [term: string, value: ComponentChildren] | null | undefined | false)[];
}

/** Terms and their values. */
export function Facts({ of }: FactsProps) {
  return (
    <dl class="facts">
      {of.map(
        (fact) =>
          fact && (
            <div key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

interface PagedProps<T> {
  pages: Pages<T>;
  empty: ComponentChildren;
  render: (items: T[]) => ComponentChildren;
}

export function Paged<T>({ pages, empty, render }: PagedProps<T>) {
  const { items, error, busy, more, reload } = pages;
  return (
    <div aria-busy={busy}>
      {items.length > 0 && render(items)}
      {error ? (
        <Failure error={error} retry={items.length > 0 ? (more ?? reload) : reload} />
      ) : null}
      {!error && !busy && items.length === 0 && <Nothing>{empty}</Nothing>}
      {busy && <p class="nothing">Loading …</p>}
      {!busy && !error && more && (
        <button type="button" onClick={more}>
          Show more
        </button>
      )}
    </div>
  );
}
