/** The strongest owners of what is in view. */
export function Legend() {
  return null;
}
