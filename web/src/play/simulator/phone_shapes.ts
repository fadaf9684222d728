/** Keeps the map showing what the phone does, also while other panels are open. */
import { computed, effect } from "@preact/signals";
import { hideRun, progressFeatures, showProgress, showProvisional } from "../run_shapes";
import { stage } from "../../map/stage";
import { phone } from "./phone_host";

const view = computed(() => phone.value?.view.value ?? null);
const made = computed(() => view.value?.made ?? 0);
const acked = computed(() => view.value?.acked ?? 0);
const tiles = computed(() => view.value?.tiles ?? null);
const over = computed(() => view.value?.phase === "done");

/** Called once. */
export function showPhoneOnMap(): void {
  effect(() => {
    if (!stage.value) return;
    if (!phone.value) return hideRun();
    const { plan, recording } = phone.value;
    showProgress(progressFeatures(plan.route, recording, made.value, acked.value));
  });
  effect(() => {
    if (!stage.value || !phone.value) return;
    // Once the run is judged its claims are on the map itself.
    showProvisional(over.value ? [] : (tiles.value ?? []));
  });
}
