/** Where the focus goes when what had it is gone: else the keyboard would begin at the top again. */

/** To the first of these that takes it, unless something has it. */
export function focusIfLost(...candidates: (HTMLElement | null | undefined)[]): void {
  for (const candidate of candidates) {
    const now = document.activeElement;
    if (now && now !== document.body) return;
    candidate?.focus({ preventScroll: true });
  }
}

export function find(selector: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(selector);
}
