/** What the colours and shapes of a drawn track mean, and the parts that the rules noticed. */
import type { Track, TrackMark } from "../api/types";
import { markText } from "../game_words";
import { fitPoints } from "../map/stage";
import { paceBands, bandsOf } from "../map/track_features";
import { paceLegend, pointsOfMark } from "../map/track_shapes";
import { MarkSwatch, PaceSwatch } from "../map/track_swatch";
import { count, duration } from "../units";

const marks_shown = 40;

export function TrackLegend({ track }: { track: Track }) {
  const seen = new Set(bandsOf(track.points));
  const bands = paceBands.map((_, i) => i).filter((i) => seen.has(i));
  return (
    <>
      <ul class="track-key" aria-label="Colours of the pace">
        {bands.map((i) => (
          <li key={i}>
            <PaceSwatch colour={paceLegend[i]!.colour} />
            {paceLegend[i]!.text}
          </li>
        ))}
        <li>
          <span class="hint">Starts at the open circle, ends at the full one.</span>
        </li>
      </ul>
      <Marks track={track} />
      <Counts counts={track.counts} />
    </>
  );
}

function Marks({ track }: { track: Track }) {
  if (track.marks.length === 0) return <p class="hint">Nothing odd was noticed on it.</p>;
  const from = track.points[0]?.[0] ?? 0;
  return (
    <>
      <h3>What was noticed</h3>
      <ul class="track-key" aria-label="What was noticed">
        {track.marks.slice(0, marks_shown).map((mark, i) => (
          <li key={i}>
            <Mark mark={mark} track={track} from={from} />
          </li>
        ))}
      </ul>
      {track.marks.length > marks_shown && (
        <p class="hint">and {count(track.marks.length - marks_shown)} more, which the map shows.</p>
      )}
    </>
  );
}

interface MarkProps {
  mark: TrackMark;
  track: Track;
  from: number;
}

function Mark({ mark, track, from }: MarkProps) {
  const at = track.points[mark.first]?.[0] ?? from;
  return (
    <button
      type="button"
      class="quiet mark-button"
      onClick={() => fitPoints(pointsOfMark(track, mark))}
    >
      <MarkSwatch kind={mark.kind} />
      <span>
        {markText(track, mark)}, at {duration(at - from)}
      </span>
    </button>
  );
}

const dropped = [
  ["impossible", "out of range"],
  ["untimed", "without a time"],
  ["same_time", "of the same instant"],
  ["inaccurate", "too inaccurate"],
  ["spikes", "leaps"],
] as const;

function Counts({ counts }: { counts: Track["counts"] }) {
  const left_out = dropped.filter(([name]) => counts[name] > 0);
  return (
    <p class="hint">
      {count(counts.good)} of {count(counts.given)} positions are good
      {left_out.length > 0 &&
        `; left out: ${left_out.map(([name, text]) => `${count(counts[name])} ${text}`).join(", ")}`}
      .
    </p>
  );
}
