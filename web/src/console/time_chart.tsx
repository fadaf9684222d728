/**
 * A chart over time. The canvas is for the eye alone: its figure says latest, minimum and maximum
 * in words, and has the numbers as a table for whoever asks.
 */
import "uplot/dist/uPlot.min.css";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import uPlot from "uplot";
import { clockTime, isoOf } from "../units";
import { onProcessor } from "./software_canvas";
import { summaryText, thinned, type Values } from "./status/summary";
import { Scroll } from "./scroll";

export interface Series {
  label: string;
  values: Values;
  /** Drawn thin and grey, behind the others. */
  faint?: boolean;
}

/** A part of the time that is marked. */
export interface Band {
  from_ms: number;
  to_ms: number;
  colour: string;
}

interface ChartProps {
  title: string;
  /** Ascending. */
  times_ms: readonly number[];
  series: readonly Series[];
  show: (x: number) => string;
  bands?: readonly Band[];
  height?: number;
  /** Where the value axis begins, whatever the values are. */
  from_zero?: boolean;
  /** Called with the index that was clicked. */
  onPick?: (index: number) => void;
}

// Distinguishable also to those who tell red from green badly; dashes tell them apart besides.
const light = ["#2f6db3", "#c2410c", "#17604f", "#7a3fb5", "#8a5a00", "#b0267a", "#4b5563"];
const dark = ["#7fb4ee", "#ffab70", "#6fd0b5", "#c9a2f2", "#f0c067", "#f08bc8", "#c0c8d0"];
const dashes = [[], [6, 4], [2, 3], [10, 3], [8, 3, 2, 3], [4, 4], [1, 4]];
const rows_max = 60;

const exact = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const short_span_s = 600; // Below, minutes alone would repeat themselves.

const theme = matchMedia("(prefers-color-scheme: dark)");

function ink(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function TimeChart(props: ChartProps) {
  const { title, times_ms, series, show, bands = [], height = 150 } = props;
  const root = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const newest = useRef(props);
  newest.current = props;
  const is_dark = useSignal(theme.matches);
  const id = useId();
  const labels = series.map((x) => x.label).join("\n");

  useEffect(() => {
    const turn = () => (is_dark.value = theme.matches);
    theme.addEventListener("change", turn);
    return () => theme.removeEventListener("change", turn);
  }, []);

  useEffect(() => {
    const box = root.current;
    if (!box) return;
    const options = optionsOf(newest, box.clientWidth, height);
    const made = onProcessor(() => new uPlot(options, dataOf(newest.current), box));
    chart.current = made;
    const pick = () => {
      const index = made.cursor.idx;
      if (index !== null && index !== undefined) newest.current.onPick?.(index);
    };
    made.over.addEventListener("click", pick);
    const watch = new ResizeObserver(() => {
      if (box.clientWidth > 0) made.setSize({ width: box.clientWidth, height });
    });
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [labels, is_dark.value, height]);

  useEffect(() => chart.current?.setData(dataOf(newest.current)), [times_ms, series, bands]);

  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption id={id}>
        <strong>{title}</strong>
        <span class="hint">
          {series.map((x) => (
            <span key={x.label}> {summaryText(x.label, x.values, show)}</span>
          ))}
        </span>
      </figcaption>
      <div ref={root} class="chart-box" aria-hidden="true" />
      <NumbersTable {...props} />
    </figure>
  );
}

function dataOf({ times_ms, series }: ChartProps): uPlot.AlignedData {
  return [times_ms.map((t) => t / 1000), ...series.map((x) => [...x.values])];
}

function optionsOf(props: { current: ChartProps }, width: number, height: number): uPlot.Options {
  const { series, from_zero = true } = props.current;
  const colours = theme.matches ? dark : light;
  const axis = {
    stroke: ink("--ink-2"),
    grid: { stroke: ink("--line"), width: 1 },
    ticks: { stroke: ink("--line"), width: 1 },
  };
  // Faint ones take no colour from the others.
  const rank = (at: number) => series.slice(0, at).filter((x) => !x.faint).length;
  const shown = (x: number | null | undefined) =>
    x === null || x === undefined ? "–" : props.current.show(x);
  return {
    width: Math.max(1, width),
    height,
    cursor: { drag: { x: false, y: false } },
    scales: {
      y: {
        range: (_, min, max) => {
          const low = from_zero ? Math.min(0, min ?? 0) : (min ?? 0);
          const high = max ?? 1;
          return [low, high > low ? high + (high - low) * 0.05 : low + 1];
        },
      },
    },
    axes: [
      { ...axis, values: timesOf, space: 80 },
      { ...axis, size: sizeOfLabels, values: (_, ticks) => ticks.map((x) => shown(x)) },
    ],
    series: [
      { label: "Time", value: (_, t) => (t === null ? "–" : exact.format(t * 1000)) },
      ...series.map(({ label, faint }, at) => ({
        label,
        stroke: faint ? ink("--ink-2") : pick(colours, rank(at)),
        dash: pick(dashes, faint ? 0 : rank(at)),
        width: faint ? 0.5 : 1.5,
        points: { show: false },
        value: (_: uPlot, x: number | null) => shown(x),
      })),
    ],
    hooks: { drawClear: [(u) => drawBands(u, props.current.bands ?? [])] },
  };
}

function timesOf(u: uPlot, ticks: number[]): string[] {
  const { min = 0, max = 0 } = u.scales.x ?? {};
  const short = max - min < short_span_s;
  return ticks.map((t) => (short ? exact.format(t * 1000) : clockTime(t * 1000)));
}

function pick<T>(from: readonly T[], index: number): T {
  return from[index % from.length]!;
}

/** As wide as the longest label. */
function sizeOfLabels(_: uPlot, labels: string[] | null): number {
  return 18 + 7 * Math.max(3, ...(labels ?? []).map((x) => x.length));
}

function drawBands(u: uPlot, bands: readonly Band[]): void {
  const { left, width, top, height } = u.bbox;
  u.ctx.save();
  u.ctx.globalAlpha = 0.3;
  for (const { from_ms, to_ms, colour } of bands) {
    const from = Math.max(left, u.valToPos(from_ms / 1000, "x", true));
    const to = Math.min(left + width, u.valToPos(to_ms / 1000, "x", true));
    u.ctx.fillStyle = colour;
    if (to >= left && from <= left + width)
      u.ctx.fillRect(from, top, Math.max(2, to - from), height);
  }
  u.ctx.restore();
}

function NumbersTable({ title, times_ms, series, show }: ChartProps) {
  const open = useSignal(false);
  return (
    <details onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>
        Numbers<span class="hidden-text"> of {title}</span>
      </summary>
      {open.value && (
        <Scroll label={`Numbers of ${title}`}>
          <table aria-label={title}>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {series.map((x) => (
                  <th key={x.label} scope="col" class="number">
                    {x.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {thinned(times_ms.length, rows_max)
                .reverse()
                .map((i) => (
                  <tr key={times_ms[i]}>
                    <th scope="row">
                      <time dateTime={isoOf(times_ms[i]!)}>{exact.format(times_ms[i]!)}</time>
                    </th>
                    {series.map((x) => (
                      <td key={x.label} class="number">
                        {shownValue(x.values[i], show)}
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </details>
  );
}

function shownValue(x: number | null | undefined, show: (x: number) => string): string {
  return x === null || x === undefined ? "–" : show(x);
}
