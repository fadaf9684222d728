/**
 * Runs `make` so that the canvases it asks for are drawn by the processor. A page of small charts
 * is nothing to it, while where a graphics card is only imitated (virtual machines, remote desks,
 * browsers in tests) accelerated ones starve the whole page of frames. The chart library asks for
 * its context itself and takes no option for it.
 */
export function onProcessor<T>(make: () => T): T {
  const canvas = HTMLCanvasElement.prototype;
  const own = canvas.getContext;
  canvas.getContext = function (this: HTMLCanvasElement, kind: string, options?: object) {
    const asked = kind === "2d" ? { ...options, willReadFrequently: true } : options;
    return own.call(this, kind, asked);
  } as typeof own;
  try {
    return make();
  } finally {
    canvas.getContext = own;
  }
}
