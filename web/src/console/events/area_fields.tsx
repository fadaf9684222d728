import type { FormState } from "../../ui/form";
import { rounded, type Geometry } from "./geometry";

interface AreaProps {
  form: FormState;
  geometry: Geometry;
  onChange: (next: Geometry) => void;
}

/** The area by numbers; clicks on the map set it too. */
export function AreaFields({ form, geometry, onChange }: AreaProps) {
  const { area } = geometry;
  const wrong = form.errors.value.area;
  if (!area)
    return (
      <p class="hint">
        No area: tiles count everywhere.
        {wrong && (
          <span class="complaint" role="alert">
            {" "}
            {wrong}
          </span>
        )}
      </p>
    );
  const set = (part: Partial<typeof area>) => onChange({ ...geometry, area: { ...area, ...part } });
  const number = (text: string) => (text.trim() === "" ? NaN : Number(text));
  const [lat, lon] = area.center;
  return (
    <div class="field">
      <div class="three">
        <label>
          Area: latitude
          <input
            type="number"
            step="any"
            value={lat}
            onChange={(event) => {
              const x = number(event.currentTarget.value);
              if (Math.abs(x) <= 90) set({ center: rounded([x, lon]) });
              else event.currentTarget.value = String(lat);
            }}
          />
        </label>
        <label>
          Longitude
          <input
            type="number"
            step="any"
            value={lon}
            onChange={(event) => {
              const x = number(event.currentTarget.value);
              if (Math.abs(x) <= 180) set({ center: rounded([lat, x]) });
              else event.currentTarget.value = String(lon);
            }}
          />
        </label>
        <label>
          Radius, m
          <input
            type="number"
            name="area"
            min={100}
            max={50000}
            step={10}
            value={area.radius_m}
            aria-invalid={wrong ? true : undefined}
            onChange={(event) => {
              const x = number(event.currentTarget.value);
              if (Number.isFinite(x)) set({ radius_m: Math.round(x) });
              else event.currentTarget.value = String(area.radius_m);
            }}
          />
        </label>
      </div>
      {wrong && (
        <p class="complaint" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
