/** How places read. */

/** `45.81310° N, 15.97750° E`. */
export function placeText(lat: number, lon: number, digits = 5): string {
  const north = `${Math.abs(lat).toFixed(digits)}° ${lat < 0 ? "S" : "N"}`;
  return `${north}, ${Math.abs(lon).toFixed(digits)}° ${lon < 0 ? "W" : "E"}`;
}
