/**
 * The `Idempotency-Key` of a wish: the same for as long as the same thing is asked for, so that a
 * retry after a lost answer does nothing twice; another for anything else.
 */
export interface Wish {
  key: string;
  /** What it asks for, as text. */
  of: string;
}

export function wishFor(before: Wish | null, what: unknown, make: () => string): Wish {
  const of = JSON.stringify(what);
  return before?.of === of ? before : { key: make(), of };
}
