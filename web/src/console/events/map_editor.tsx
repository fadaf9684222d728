/** Draws an event's course, checkpoints and area: by clicks on the map, or as text. */
import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { LatLon } from "../../api/types";
import { circleRing, lengthOf, metresBetween } from "../../map/ground";
import { fitPoints, stage, takeClicks, viewport } from "../../map/stage";
import type { FormState } from "../../ui/form";
import { count, distance } from "../../units";
import { AreaFields } from "./area_fields";
import { followDrags, gripOf, gripsAt, hideDraft, showDraft, type Grip } from "./draft_shapes";
import {
  nowhere,
  roundedRadius,
  sameGeometry,
  withClick,
  withMoved,
  without,
  type Geometry,
  type Mode,
} from "./geometry";
import { PointsField } from "./points_field";

const modes: readonly (readonly [Mode, string])[] = [
  ["course", "Course"],
  ["checkpoints", "Checkpoints"],
  ["area", "Area"],
];

interface EditorProps {
  form: FormState;
  geometry: Signal<Geometry>;
}

export function MapEditor({ form, geometry }: EditorProps) {
  const mode = useSignal<Mode>("course");
  const selected = useSignal<Grip | null>(null);
  const past = useSignal<Geometry[]>([]);
  const change = (next: Geometry) => {
    if (sameGeometry(next, geometry.value)) return;
    past.value = [...past.value.slice(-99), geometry.value];
    geometry.value = next;
    selected.value = null;
  };
  useMapDrawing(mode, geometry, selected, past, change);
  const undo = () => {
    const before = past.value.at(-1);
    if (!before) return;
    past.value = past.value.slice(0, -1);
    geometry.value = before;
    selected.value = null;
  };
  const { course, checkpoints, area } = geometry.value;
  const center = viewport.value?.center;
  const all: LatLon[] = [
    ...course,
    ...checkpoints,
    ...(area ? circleRing(area.center, area.radius_m, 8) : []),
  ];
  const picked = selected.value;
  return (
    <fieldset class="map-editor">
      <legend>On the map</legend>
      <div class="row" role="radiogroup" aria-label="A click on the map sets">
        <span aria-hidden="true">A click sets:</span>
        {modes.map(([key, text]) => (
          <label key={key} class="choice">
            <input
              type="radio"
              name="map_mode"
              checked={mode.value === key}
              onChange={() => (mode.value = key)}
            />{" "}
            {text}
          </label>
        ))}
      </div>
      <p class="hint">
        Drag a point to move it. Click a point of the chosen kind to select and delete it.
      </p>
      <div class="row">
        <button type="button" disabled={past.value.length === 0} onClick={undo}>
          Undo
        </button>
        <button
          type="button"
          disabled={!center}
          onClick={() => center && change(withClick(geometry.value, mode.value, center))}
        >
          Add the map's centre
        </button>
        <button type="button" disabled={all.length === 0} onClick={() => fitPoints(all)}>
          Show all
        </button>
        <button
          type="button"
          disabled={all.length === 0}
          onClick={() => change({ ...geometry.value, ...emptied(mode.value) })}
        >
          Clear {modes.find(([key]) => key === mode.value)?.[1].toLowerCase()}
        </button>
      </div>
      <p role="status">
        {picked && (picked.part === "course" || picked.part === "checkpoints") && (
          <PickedPoint
            grip={picked}
            of={geometry.value[picked.part].length}
            onDelete={() => change(without(geometry.value, picked.part as "course", picked.index))}
            onLeave={() => (selected.value = null)}
          />
        )}
      </p>
      <PointsField
        form={form}
        name="course"
        label="Points of the course"
        hint={
          course.length > 1
            ? `${count(course.length)} points, ${distance(lengthOf(course))} long.`
            : "One point a line: latitude, longitude."
        }
        points={course}
        onChange={(points) => change({ ...geometry.value, course: points })}
      />
      <PointsField
        form={form}
        name="checkpoints"
        label="Checkpoints"
        hint={
          checkpoints.length > 0
            ? `${count(checkpoints.length)} in running order, from start to end.`
            : "In running order: start, ..., end. Each is passed within 40 m."
        }
        points={checkpoints}
        onChange={(points) => change({ ...geometry.value, checkpoints: points })}
      />
      {course.length > 1 && (
        <button
          type="button"
          onClick={() => change({ ...geometry.value, checkpoints: [course[0]!, course.at(-1)!] })}
        >
          Checkpoints at start and end of the course
        </button>
      )}
      <AreaFields form={form} geometry={geometry.value} onChange={change} />
    </fieldset>
  );
}

function emptied(mode: Mode): Partial<Geometry> {
  return { [mode]: nowhere[mode] };
}

interface PickedProps {
  grip: Grip;
  of: number;
  onDelete: () => void;
  onLeave: () => void;
}

function PickedPoint({ grip, of, onDelete, onLeave }: PickedProps) {
  const what = grip.part === "course" ? "Point" : "Checkpoint";
  return (
    <span class="row">
      {what} {grip.index + 1} of {of}
      <button type="button" class="danger" onClick={onDelete}>
        Delete the point
      </button>
      <button type="button" onClick={onLeave}>
        Keep it
      </button>
    </span>
  );
}

function useMapDrawing(
  mode: Signal<Mode>,
  geometry: Signal<Geometry>,
  selected: Signal<Grip | null>,
  past: Signal<Geometry[]>,
  change: (next: Geometry) => void,
): void {
  const newest = useRef(change);
  newest.current = change;
  useSignalEffect(() => {
    if (stage.value) showDraft(geometry.value, selected.value);
  });
  useEffect(() => hideDraft, []);
  useEffect(
    () =>
      takeClicks((at, event) => {
        const grip = gripOf(mode.value, gripsAt(event.target, event.point));
        if (!grip) newest.current(withClick(geometry.value, mode.value, at));
        else if (mode.value !== "area") selected.value = grip;
      }),
    [],
  );
  const map = stage.value;
  useEffect(() => {
    if (!map) return;
    const begin = () => (past.value = [...past.value.slice(-99), geometry.value]);
    return followDrags(map, begin, (grip, to) => {
      geometry.value = dragged(geometry.value, grip, to);
    });
  }, [map]);
}

function dragged(geometry: Geometry, grip: Grip, to: LatLon): Geometry {
  const { area } = geometry;
  if (grip.part === "center") return withClick(geometry, "area", to);
  if (grip.part !== "radius") return withMoved(geometry, grip.part, grip.index, to);
  const radius_m = area && roundedRadius(metresBetween(area.center, to));
  return area && radius_m ? { ...geometry, area: { ...area, radius_m } } : geometry;
}
