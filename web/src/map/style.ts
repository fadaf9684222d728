import type { StyleSpecification } from "maplibre-gl";

/** A sheet of paper: everything else is drawn by us above it. */
export function quietStyle(): StyleSpecification {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    version: 8,
    sources: {},
    layers: [
      {
        id: "paper",
        type: "background",
        paint: { "background-color": dark ? "#14181b" : "#f4f3ee" },
      },
    ],
  };
}
