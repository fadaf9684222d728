import type { ComponentChildren } from "preact";

interface ScrollProps {
  label: string;
  class?: string;
  children: ComponentChildren;
}

/** Around a table that may be wider than its place: whoever has no mouse scrolls it by the arrows. */
export function Scroll({ label, class: css = "", children }: ScrollProps) {
  return (
    <div class={`table-scroll ${css}`} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
