/** How places read. */

/** `45.81310° N, 15.97750° E`. */
export function placeText(lat: number, lon: number): string {
  const north = `${Math.abs(lat).toFixed(5)}° ${lat < 0 ? "S" : "N"}`;
  return `${north}, ${Math.abs(lon).toFixed(5)}° ${lon < 0 ? "W" : "E"}`;
}
