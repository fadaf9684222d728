/** One thing that a person wants once, and the `Idempotency-Key` that says so. */
import { idempotencyKey } from "./client";
import { Refusal } from "./problem";

/**
 * Whether the request that failed so may have been carried out, or may be asked for as it is: then
 * its key is kept. After any other refusal the next request is a new wish, since the server would
 * repeat the refusal for the old one.
 */
export function keepsKey(error: unknown): boolean {
  if (!(error instanceof Refusal)) return true;
  const { status } = error;
  return status < 400 || status >= 500 || status === 401 || status === 408 || status === 429;
}

export type Wish = <T>(act: (key: string) => Promise<T>, content?: unknown) => Promise<T>;

/**
 * Runs `act` with the key of the wish: the same one until it is granted or truly refused. Other
 * `content` (the body that is sent) is another wish.
 */
export function newWish(): Wish {
  let open: { key: string; content: string } | null = null;
  return async (act, content = null) => {
    const text = JSON.stringify(content);
    if (open?.content !== text) open = { key: idempotencyKey(), content: text };
    try {
      const granted = await act(open.key);
      open = null;
      return granted;
    } catch (error) {
      if (!keepsKey(error)) open = null;
      throw error;
    }
  };
}
