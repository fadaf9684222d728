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

/** What was asked for and not granted yet. */
export interface OpenWish {
  key: string;
  /** The body that was sent, as text. */
  content: string;
}

/** Where an open wish is kept; a form that survives a reload keeps its own. */
export interface WishMemory {
  read: () => OpenWish | null;
  write: (open: OpenWish | null) => void;
}

function inPage(): WishMemory {
  let open: OpenWish | null = null;
  return { read: () => open, write: (now) => (open = now) };
}

/**
 * Runs `act` with the key of the wish: the same one until it is granted or truly refused. Other
 * `content` (the body that is sent) is another wish.
 */
export function newWish(memory: WishMemory = inPage()): Wish {
  return async (act, content = null) => {
    const text = JSON.stringify(content);
    let open = memory.read();
    if (open?.content !== text) {
      open = { key: idempotencyKey(), content: text };
      memory.write(open);
    }
    try {
      const granted = await act(open.key);
      memory.write(null);
      return granted;
    } catch (error) {
      if (!keepsKey(error)) memory.write(null);
      throw error;
    }
  };
}
