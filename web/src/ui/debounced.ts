import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** The value once it has stood still for a moment: what is typed is not asked for letter by letter. */
export function useDebounced<T>(value: T, wait_ms = 300): T {
  const settled = useSignal(value);
  useEffect(() => {
    const timer = setTimeout(() => (settled.value = value), wait_ms);
    return () => clearTimeout(timer);
  }, [value]);
  return settled.value;
}
