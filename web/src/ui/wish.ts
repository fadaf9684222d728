/** One thing that a person wants once, however often it has to be sent. */
import { useRef } from "preact/hooks";
import { idempotencyKey } from "../api/client";
import { keepsKey } from "../api/problem";

type Wish = <T>(act: (key: string) => Promise<T>, content?: unknown) => Promise<T>;

/**
 * Runs `act` with the key of the wish: the same one until it is granted or truly refused. Other
 * `content` (the body that is sent) is another wish.
 */
export function useWish(): Wish {
  const open = useRef<{ key: string; content: string } | null>(null);
  return async (act, content = null) => {
    const text = JSON.stringify(content);
    if (open.current?.content !== text) open.current = { key: idempotencyKey(), content: text };
    try {
      const granted = await act(open.current.key);
      open.current = null;
      return granted;
    } catch (error) {
      if (!keepsKey(error)) open.current = null;
      throw error;
    }
  };
}
