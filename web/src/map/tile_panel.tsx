/** One tile: who holds it, since when and until when, and who did before. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import { profile } from "../api/session";
import type { Box, Tile } from "../api/types";
import { clockSpeed, tick } from "../game_clock";
import { unwatchMap, watchMap } from "../live/socket";
import type { PanelProps } from "../panels";
import { server } from "../server";
import { useLoad, usePages } from "../ui/loading";
import { Badge, Facts, Failure, Nothing, Paged, Panel, When } from "../ui/parts";
import { count, msOf, timeSpan } from "../units";
import { fitPoints, hideShapes, showShapes, stage, viewport, type Viewport } from "./stage";
import { areaOf, centreOf, cornersOf, isTile, ringOf } from "./tile_geometry";
import { palette } from "./theme";
import { placeText } from "./tile_text";
import { apiBox, containsPoint } from "./view_box";

const shape = "inspected-tile";
const watch_id = "tile";

export default function TilePanel({ path }: PanelProps) {
  const token = path[0] ?? "";
  const level = server.value?.tile_level ?? 17;
  if (!isTile(token, level))
    return (
      <Panel title="No such tile">
        <Nothing>
          “{token}” is not a tile of this map. Click the map to open the tile that is there.
        </Nothing>
      </Panel>
    );
  return <Inspector key={token} token={token} />;
}

function Inspector({ token }: { token: string }) {
  const params = { path: { tile: token } };
  const tile = useLoad(
    (signal) => must(api.GET("/v1/territory/{tile}", { params, signal })),
    [token],
  );
  const version = useSignal(0);
  useEffect(() => watchTile(token, () => (version.value += 1)), [token]);
  useEffect(() => {
    if (version.value > 0) tile.reload();
  }, [version.value]);
  useHighlight(token);
  const [lat, lon] = centreOf(token);
  const area = areaOf(token);
  return (
    <Panel title="Tile">
      {tile.error ? <Failure error={tile.error} retry={tile.reload} /> : null}
      <div aria-live="polite">{tile.data && <Holder of={tile.data} />}</div>
      <Facts
        of={[
          ["Place", placeText(lat, lon)],
          ["Size", `${count(Math.round(area))} m²`],
          ["Name", <code>{token}</code>],
        ]}
      />
      <p>
        <button type="button" onClick={() => fitPoints(cornersOf(token))}>
          Show on the map
        </button>
      </p>
      <History token={token} version={version.value} />
    </Panel>
  );
}

function Holder({ of }: { of: Tile }) {
  const ends = of.holds_until ? msOf(of.holds_until) : 0;
  if (of.owner === null || !of.since || ends <= tick.value)
    return <p>This tile is free. Whoever runs through it next holds it.</p>;
  const mine = of.owner === profile.value?.id;
  return (
    <Facts
      of={[
        [
          "Held by",
          <>
            <b>{of.username}</b> {mine && <Badge kind="good">you</Badge>}
          </>,
        ],
        ["Since", <>about <When at={of.since} /></>], // prettier-ignore
        [
          "Holds until",
          <>
            <When at={ends} /> <span class="hint">({timeSpan(ends - tick.value)} left)</span>
            {clockSpeed() !== 1 && (
              <span class="hint"> The game's clock runs {count(clockSpeed())} times as fast.</span>
            )}
          </>,
        ],
        ["How", of.enclosed ? "enclosed by a loop" : "passed through"],
      ]}
    />
  );
}

function History({ token, version }: { token: string; version: number }) {
  const pages = usePages(
    (cursor, signal) =>
      must(
        api.GET("/v1/territory/{tile}/history", {
          params: { path: { tile: token }, query: { limit: 20, cursor } },
          signal,
        }),
      ),
    [token, version],
  );
  return (
    <section>
      <h3>Who ran here</h3>
      <Paged
        pages={pages}
        empty="Nobody yet."
        render={(items) => (
          <div class="table-scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Runner</th>
                  <th scope="col">When, about</th>
                  <th scope="col">Good until</th>
                </tr>
              </thead>
              <tbody>
                {items.map((x, k) => (
                  <tr key={k}>
                    <td>
                      {x.username ?? <span class="hint">a deleted account</span>}
                      {x.enclosed && <span class="hint"> (enclosed)</span>}
                    </td>
                    <td>
                      <When at={x.since} />
                    </td>
                    <td>
                      <When at={x.holds_until} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      />
    </section>
  );
}

/** Tells of every change of the tile, wherever the map is. Returns how to stop. */
function watchTile(token: string, changed: () => void): () => void {
  const [lat, lon] = centreOf(token);
  let before: string | undefined;
  watchMap(watch_id, [lon, lat, lon, lat] satisfies Box, ({ type, tiles }) => {
    const entry = tiles.find(([name]) => name === token);
    if (type === "delta" && !entry) return;
    const now = entry ? entry.join() : "";
    const news = before !== undefined && before !== now;
    before = now;
    if (news) changed();
  });
  return () => unwatchMap(watch_id);
}

/** In view, and near enough that it is more than a dot. */
function isSeen(token: string, { box, zoom }: Viewport): boolean {
  const [lat, lon] = centreOf(token);
  const near = zoom >= (server.peek()?.detailed_zoom_min ?? 13);
  return near && containsPoint(apiBox(box), lat, lon);
}

function useHighlight(token: string): void {
  useEffect(() => {
    if (!stage.value) return;
    const { ink, paper } = palette.value;
    hideShapes(shape); // Its colours are those of the theme then.
    showShapes(
      shape,
      {
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            properties: {},
            geometry: { type: "Polygon", coordinates: [ringOf(token)] },
          },
        ],
      },
      [
        { part: "halo", type: "line", paint: { "line-color": paper, "line-width": 7 } },
        { part: "line", type: "line", paint: { "line-color": ink, "line-width": 3 } },
      ],
    );
    return () => hideShapes(shape);
  }, [token, stage.value, palette.value]);
  useEffect(() => {
    const view = viewport.peek();
    if (stage.value && view && !isSeen(token, view)) fitPoints(cornersOf(token));
  }, [token, stage.value]);
}
