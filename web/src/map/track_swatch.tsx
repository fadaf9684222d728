/** What the parts of a drawn track look like, for legends. */
import type { TrackMark } from "../api/types";
import { colourOfMark, shapeOfMark } from "./track_shapes";

export function MarkSwatch({ kind }: { kind: TrackMark["kind"] }) {
  return (
    <svg class="track-swatch" viewBox="0 0 24 14" aria-hidden="true">
      <Shape kind={kind} />
    </svg>
  );
}

export function PaceSwatch({ colour }: { colour: string }) {
  return (
    <svg class="track-swatch" viewBox="0 0 24 14" aria-hidden="true">
      <path d="M1 7h22" stroke={colour} stroke-width="4" />
    </svg>
  );
}

function Shape({ kind }: { kind: TrackMark["kind"] }) {
  const colour = colourOfMark(kind);
  switch (shapeOfMark(kind)) {
    case "band":
      return <rect x="1" y="3" width="22" height="8" rx="4" fill={colour} opacity="0.6" />;
    case "dashes":
      return <path d="M1 7h22" stroke={colour} stroke-width="3" stroke-dasharray="5 3" />;
    case "ring":
      return <circle cx="12" cy="7" r="5" fill="none" stroke={colour} stroke-width="3" />;
    case "dot":
      return <circle cx="12" cy="7" r="4" fill={colour} />;
  }
}
