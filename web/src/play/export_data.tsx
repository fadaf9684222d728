import { useSignal } from "@preact/signals";
import { api, must } from "../api/client";
import { Failure } from "../ui/parts";
import { saveFile } from "./save_file";

export function ExportData({ username }: { username: string }) {
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const fetchAll = async () => {
    busy.value = true;
    error.value = null;
    try {
      const data: unknown = await must(api.GET("/v1/me/export"));
      const text = JSON.stringify(data, null, 2);
      saveFile(new Blob([text], { type: "application/json" }), `fief-${username}.json`);
    } catch (failure) {
      error.value = failure;
    }
    busy.value = false;
  };
  return (
    <section aria-label="My data">
      <h3>My data</h3>
      <p>All that is stored about you, as one JSON file. Tracks come as GPX, from each run.</p>
      <button
        type="button"
        disabled={busy.value}
        aria-busy={busy.value}
        onClick={() => void fetchAll()}
      >
        Download my data
      </button>
      {error.value ? <Failure error={error.value} retry={() => void fetchAll()} /> : null}
    </section>
  );
}
