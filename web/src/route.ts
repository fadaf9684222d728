/** Where the person is: the part of the address after `#`, as `/events/0190.../?x=1`. */
import { computed, signal } from "@preact/signals";

function read(): string {
  const path = location.hash.slice(1);
  return path.startsWith("/") ? path : "/";
}

const hash = signal(read());
addEventListener("hashchange", () => (hash.value = read()));

/** The path's parts, decoded: `["events", "0190..."]`; `[]` for the map alone. */
export const route = computed(() =>
  (hash.value.split("?", 1)[0] ?? "")
    .split("/")
    .filter((part) => part !== "")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    }),
);

export function pathOf(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(...parts: string[]): void {
  location.hash = pathOf(...parts);
}
