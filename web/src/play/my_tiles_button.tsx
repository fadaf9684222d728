/** Shows my tiles on the map: outlined, with the view moved to them. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Profile } from "../api/types";
import { fitPoints, hideShapes, showShapes, stage, viewport } from "../map/stage";
import { Failure } from "../ui/parts";
import { count } from "../units";
import { findMyTiles } from "./my_tiles";
import type { MyTiles } from "./tiles_of";

const source = "my-tiles";

export function MyTilesButton({ me }: { me: Profile }) {
  const found = useSignal<MyTiles | null>(null);
  const said = useSignal("");
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  const map = stage.value;
  useEffect(() => {
    const tiles = found.value;
    if (!map || !tiles) return;
    const ink = getComputedStyle(map.getContainer()).color;
    showShapes(source, tiles.shapes, [
      { part: "line", type: "line", paint: { "line-color": ink, "line-width": 2 } },
    ]);
    return () => hideShapes(source);
  }, [map, found.value]);

  const show = async () => {
    const view = viewport.value;
    if (!view) return;
    busy.value = true;
    error.value = null;
    said.value = "";
    try {
      const tiles = await findMyTiles(me.id, view.center, new AbortController().signal);
      found.value = tiles;
      if (tiles) fitPoints(tiles.corners);
      said.value = tiles
        ? `${count(tiles.count)} of your ${count(me.tiles)} tiles are outlined.`
        : "None of your tiles is near here or near your last runs.";
    } catch (failure) {
      error.value = failure;
    }
    busy.value = false;
  };
  const hide = () => {
    found.value = null;
    said.value = "";
  };
  return (
    <div>
      <div class="row">
        <button
          type="button"
          disabled={busy.value || me.tiles === 0}
          aria-busy={busy.value}
          onClick={() => void show()}
        >
          Show my tiles on the map
        </button>
        {found.value && (
          <button type="button" onClick={hide}>
            Hide the outlines
          </button>
        )}
      </div>
      <p role="status" class="hint">
        {said.value}
      </p>
      {error.value ? <Failure error={error.value} retry={() => void show()} /> : null}
    </div>
  );
}
