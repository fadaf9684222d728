/** The track on the map and its speed over time, with what the rules noticed marked on both. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { LatLon, Track, TrackMark } from "../../api/types";
import { markInWords, markText } from "../../game_words";
import { fitPoints, stage } from "../../map/stage";
import {
  colourOfMark,
  hideTrack,
  paceLegend,
  pointsOfMark,
  showTrack,
} from "../../map/track_shapes";
import { MarkSwatch, PaceSwatch } from "../../map/track_swatch";
import { Facts, Nothing, When } from "../../ui/parts";
import { count } from "../../units";
import { TimeChart } from "../time_chart";
import { speedsOf } from "./speeds";

const name = "review";

export function TrackReview({ track }: { track: Track }) {
  const map = stage.value;
  useEffect(() => {
    if (!map) return;
    showTrack(name, track);
    fitPoints(track.points.map(([, lat, lon]): LatLon => [lat, lon]));
    return () => hideTrack(name);
  }, [map, track]);
  const speeds = useMemo(() => speedsOf(track.points), [track]);
  const series = useMemo(
    () => [
      { label: "Point to point", values: speeds.momentary, faint: true },
      { label: "Over 16 s", values: speeds.smooth },
    ],
    [speeds],
  );
  const bands = useMemo(
    () =>
      track.marks.map((mark) => ({
        from_ms: track.points[mark.first]?.[0] ?? 0,
        to_ms: track.points[mark.last]?.[0] ?? 0,
        colour: colourOfMark(mark.kind),
      })),
    [track],
  );
  const zoomTo = (index: number) => {
    const point = track.points[index];
    if (point) fitPoints([[point[1], point[2]]], 17);
  };
  if (track.points.length === 0) return <Nothing>No usable position is left of it.</Nothing>;
  return (
    <>
      <h3>What was noticed</h3>
      <MarkList track={track} />
      <Legend track={track} />
      <TimeChart
        title="Speed over time"
        times_ms={speeds.times_ms}
        series={series}
        bands={bands}
        height={190}
        show={(x) => `${x.toFixed(1)} km/h`}
        onPick={zoomTo}
      />
      <p class="hint">The shaded parts are those above. A click shows the place on the map.</p>
      <details>
        <summary>What became of the fixes</summary>
        <FixCounts counts={track.counts} />
      </details>
    </>
  );
}

function MarkList({ track }: { track: Track }) {
  const current = useSignal(-1);
  if (track.marks.length === 0)
    return <Nothing>Nothing on the track itself: see the reasons above.</Nothing>;
  const show = (index: number, mark: TrackMark) => {
    current.value = index;
    fitPoints(pointsOfMark(track, mark), 17);
  };
  return (
    <ol class="marks" aria-label="Marks on the track">
      {track.marks.map((mark, i) => (
        <li key={i}>
          <button
            type="button"
            aria-pressed={current.value === i}
            onClick={() => show(i, mark)}
            onFocus={() => show(i, mark)}
          >
            <MarkSwatch kind={mark.kind} />
            <span>
              {markText(track, mark)}
              <span class="hint">
                {" "}
                <MarkTime track={track} mark={mark} />
              </span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function MarkTime({ track, mark }: { track: Track; mark: TrackMark }) {
  const [first, last] = [track.points[mark.first], track.points[mark.last]];
  if (!first || !last) return null;
  const start = track.points[0]![0]; // Its date stands above.
  return (
    <>
      <When at={first[0]} sameDayAs={start} />
      {last[0] - first[0] >= 60_000 && (
        <>
          {" "}
          to <When at={last[0]} sameDayAs={start} />
        </>
      )}
    </>
  );
}

function Legend({ track }: { track: Track }) {
  const kinds = [...new Set(track.marks.map((x) => x.kind))];
  return (
    <details class="track-legend" open>
      <summary>What is what on the map</summary>
      <ul>
        {kinds.map((kind) => (
          <li key={kind}>
            <MarkSwatch kind={kind} /> {markInWords(kind)}
          </li>
        ))}
        {paceLegend.map(({ colour, text }) => (
          <li key={text}>
            <PaceSwatch colour={colour} /> {text}
          </li>
        ))}
      </ul>
    </details>
  );
}

function FixCounts({ counts }: { counts: Track["counts"] }) {
  return (
    <Facts
      of={[
        ["Given", count(counts.given)],
        ["Good", count(counts.good)],
        ["Inaccurate", count(counts.inaccurate)],
        ["Spikes", count(counts.spikes)],
        ["Leaps kept", count(counts.teleports)],
        ["Same time", count(counts.same_time)],
        ["Without a time", count(counts.untimed)],
        ["Impossible", count(counts.impossible)],
        ["Said to be simulated", count(counts.mock)],
      ]}
    />
  );
}
