/** Home zones, drawn on the map. Who cannot click there takes the middle of the map. */
import { signal, useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import type { HomeZones } from "../api/types";
import { fitPoints, hideShapes, showShapes, stage, takeClicks, viewport } from "../map/stage";
import { Field, Form, Submit, useForm, type FormState } from "../ui/form";
import { useLoad } from "../ui/loading";
import { Failure, Nothing } from "../ui/parts";
import { tell } from "../ui/toast";
import {
  newZone,
  radiusField,
  radius_max_m,
  radius_min_m,
  wireOf,
  zoneComplaints,
  zones_max,
  zoneShapes,
  zonesOf,
  type Zone,
} from "./home_zones";

const source = "home-zones";

/** A zone on the screen: its radius is what stands in a field. */
interface Edited {
  key: number;
  at: Zone["at"];
  radius: Signal<string>;
}

let next_key = 1;

function edited({ at, radius }: Zone): Edited {
  return { key: next_key++, at, radius: signal(radius) };
}

function typed(zones: readonly Edited[] | null): Zone[] {
  return (zones ?? []).map(({ at, radius }) => ({ at, radius: radius.value }));
}

export function HomeZonesForm() {
  const form = useForm();
  const zones = useSignal<Edited[] | null>(null);
  const saved = useSignal("");
  const take = (stored: HomeZones) => {
    zones.value = zonesOf(stored).map(edited);
    saved.value = JSON.stringify(zonesOf(stored));
  };
  const { error, reload } = useLoad(async (signal) => {
    take(await must(api.GET("/v1/me/home-zones", { signal })));
  }, []);
  const now = typed(zones.value);
  const text = JSON.stringify(now);
  useDrawn(now, text);
  const changed = zones.value !== null && text !== saved.value;
  const send = async () => {
    const body = wireOf(typed(zones.value));
    take(await must(api.PUT("/v1/me/home-zones", { body })));
    tell("Your home zones are stored.", "good");
  };
  return (
    <section aria-label="Home zones">
      <h3>Home zones</h3>
      <p>
        Up to {zones_max} circles in which you claim nothing and are never shown. Nobody else sees
        them.
      </p>
      {error ? <Failure error={error} retry={reload} /> : null}
      {!zones.value && !error && <Nothing>Loading …</Nothing>}
      {zones.value && (
        <Form
          form={form}
          check={() => zoneComplaints(typed(zones.value))}
          send={send}
          label="Home zones"
        >
          {zones.value.length === 0 && <Nothing>You have none.</Nothing>}
          {zones.value.map((zone, i) => (
            <ZoneFields key={zone.key} form={form} zones={zones} index={i} zone={zone} />
          ))}
          <AddZone zones={zones} />
          {changed && (
            <>
              <p>Tiles that you hold inside are given up when you save.</p>
              <div class="row">
                <Submit form={form}>Save the home zones</Submit>
                <button type="button" onClick={reload}>
                  Leave them as they were
                </button>
              </div>
            </>
          )}
        </Form>
      )}
    </section>
  );
}

/** `text` changes with the zones. */
function useDrawn(zones: readonly Zone[], text: string): void {
  const map = stage.value;
  useEffect(() => {
    if (!map) return;
    const ink = getComputedStyle(map.getContainer()).color;
    showShapes(source, zoneShapes(zones), [
      { part: "fill", type: "fill", paint: { "fill-color": ink, "fill-opacity": 0.15 } },
      { part: "line", type: "line", paint: { "line-color": ink, "line-width": 2 } },
    ]);
  }, [map, text]);
  useEffect(() => () => hideShapes(source), [map]);
}

interface ZoneProps {
  form: FormState;
  zones: Signal<Edited[] | null>;
  index: number;
  zone: Edited;
}

function ZoneFields({ form, zones, index, zone }: ZoneProps) {
  const remove = () => {
    zones.value = (zones.value ?? []).filter((_, i) => i !== index);
    form.errors.value = {};
  };
  const [lat, lon] = zone.at;
  return (
    <fieldset>
      <legend>Zone {index + 1}</legend>
      <div class="hint">
        Middle: {lat.toFixed(5)}, {lon.toFixed(5)}
      </div>
      <Field
        form={form}
        name={radiusField(index)}
        label="Radius"
        inputMode="numeric"
        unit="m"
        hint={`${radius_min_m} to ${radius_max_m} m`}
        value={zone.radius}
      />
      <div class="row">
        <button type="button" onClick={() => fitPoints([zone.at], 15)}>
          Show on the map
        </button>
        <button type="button" aria-label={`Remove zone ${index + 1}`} onClick={remove}>
          Remove
        </button>
      </div>
    </fieldset>
  );
}

function AddZone({ zones }: { zones: Signal<Edited[] | null> }) {
  const picking = useSignal(false);
  const full = (zones.value?.length ?? 0) >= zones_max;
  const add = (at: Zone["at"]) => {
    picking.value = false;
    zones.value = [...(zones.value ?? []), edited(newZone(at))].slice(0, zones_max);
  };
  useEffect(() => (picking.value ? takeClicks(add) : undefined), [picking.value]);
  if (full) return <Nothing>These are as many as there can be.</Nothing>;
  return (
    <div>
      <div class="row">
        <button
          type="button"
          aria-pressed={picking.value}
          onClick={() => (picking.value = !picking.value)}
        >
          {picking.value ? "Do not add one" : "Add a zone on the map"}
        </button>
        <button
          type="button"
          disabled={!viewport.value}
          onClick={() => viewport.value && add(viewport.value.center)}
        >
          Add one in the middle of the map
        </button>
      </div>
      <p role="status" class="hint">
        {picking.value && "Click on the map where the middle of the zone is."}
      </p>
    </div>
  );
}
