/** One thing that a person wants once, however often it has to be sent. */
import { useMemo } from "preact/hooks";
import { newWish, type Wish } from "../api/wish";

/** A wish for as long as the component is there. */
export function useWish(): Wish {
  return useMemo(newWish, []);
}
