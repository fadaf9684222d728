/** How much of the map's edges to leave free, so that nothing shown lies behind the cards on it. */

export type Frame = Pick<DOMRect, "left" | "top" | "right" | "bottom">;

export interface Padding {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const even = 60;
const least = 80; // What must be left to show anything.

/** The cards lie at the lower left: what is shown goes beside or above them, where more room is. */
export function paddingBeside(map: Frame, cards: Frame | null): Padding {
  const [width, height] = [map.right - map.left, map.bottom - map.top];
  const side = (size: number) => Math.max(0, Math.min(even, (size - least) / 2));
  const [x, y] = [side(width), side(height)];
  const padding = { left: x, top: y, right: x, bottom: y };
  if (!cards || cards.right <= cards.left || cards.bottom <= cards.top) return padding;
  const left = Math.max(x, cards.right - map.left + even / 2);
  const bottom = Math.max(y, map.bottom - cards.top + even / 2);
  const beside = (width - left - x) * (height - 2 * y);
  const above = (width - 2 * x) * (height - bottom - y);
  if (beside >= above && width - left - x >= least) return { ...padding, left };
  return height - bottom - y >= least ? { ...padding, bottom } : padding;
}
