/** Keeps the map showing what the phone does, also while other panels are open. */
import { computed, effect } from "@preact/signals";
import { hideRun, progressFeatures, showProgress, showProvisional } from "../run_shapes";
import { stage } from "../../map/stage";
import { route } from "../../route";
import { phone } from "./phone_host";

const view = computed(() => phone.value?.view.value ?? null);
const made = computed(() => view.value?.made ?? 0);
const acked = computed(() => view.value?.acked ?? 0);
const tiles = computed(() => view.value?.tiles ?? null);
const over = computed(() => view.value?.phase === "done");
/** A run that is over is in the way on other screens. */
const shown = computed(() => phone.value !== null && !(over.value && route.value[0] !== "run"));

/** Called once. */
export function showPhoneOnMap(): void {
  // The tiles first: what is shown later lies above.
  effect(() => {
    if (!stage.value || !shown.value) return;
    // Once the run is judged its claims are on the map itself.
    showProvisional(over.value ? [] : (tiles.value ?? []));
  });
  effect(() => {
    if (!stage.value) return;
    if (!phone.value || !shown.value) return hideRun();
    const { plan, recording } = phone.value;
    showProgress(progressFeatures(plan.route, recording, made.value, acked.value));
  });
}
