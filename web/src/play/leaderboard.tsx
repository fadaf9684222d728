/** The leaderboard: it changes while one watches, and stands still once the event is settled. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, must } from "../api/client";
import { ifChanged } from "../api/conditional";
import { profile } from "../api/session";
import type { Event, EventState, Leaderboard, Standing } from "../api/types";
import { Badge, Failure, Nothing } from "../ui/parts";
import { usePolled } from "../ui/polling";
import { coins, result } from "../units";
import { announcement, mergeStandings, resultColumn } from "./standings";

const look_every_ms: Record<EventState, number> = {
  scheduled: 30_000, // Nothing can come yet.
  active: 4000,
  cut: 4000,
  settled: 0,
  cancelled: 0,
};
const few = 20;
const many = 200;

export function LeaderboardTable({ event, onSettled }: { event: Event; onSettled: () => void }) {
  const limit = useSignal(few);
  const { data, error, reload } = usePolled(
    async (etag, signal) => {
      const params = {
        path: { id: event.id },
        query: { limit: limit.value },
        header: { "If-None-Match": etag },
      };
      const got = await ifChanged(api.GET("/v1/events/{id}/leaderboard", { params, signal }));
      return got && { ...got, data: got.data as Leaderboard };
    },
    look_every_ms[event.state],
    [event.id, limit.value, event.state],
  );
  const behind = useBehind(event.id, data?.next_cursor ?? null);
  const said = useAnnouncement(data);
  // The event's own members (pool, state) follow the board.
  useEffect(() => {
    if (data && data.state !== event.state) onSettled();
  }, [data?.state]);

  const rows = mergeStandings(data?.items ?? [], behind.items);
  const final = data?.state === "settled";
  const more =
    data && data.next_cursor !== null && limit.value < many
      ? () => (limit.value = many)
      : behind.more;
  return (
    <section aria-label="Leaderboard">
      <h3>
        Leaderboard{" "}
        {data && <Badge kind={final ? "good" : "warn"}>{final ? "Final" : "Provisional"}</Badge>}
      </h3>
      <p class="hidden-text" role="status">
        {said}
      </p>
      {error ? <Failure error={error} retry={reload} /> : null}
      {!data && !error && <Nothing>Loading …</Nothing>}
      {data && rows.length === 0 && (
        <Nothing>{final ? "Nobody finished." : "Nobody has a result yet."}</Nothing>
      )}
      {rows.length > 0 && data && (
        <Table rows={rows} board={data} final={final} me={profile.value?.id} />
      )}
      {behind.error ? <Failure error={behind.error} retry={behind.more ?? reload} /> : null}
      {more && (
        <button type="button" disabled={behind.busy} onClick={more}>
          Show more ranks
        </button>
      )}
    </section>
  );
}

interface TableProps {
  rows: Standing[];
  board: Leaderboard;
  final: boolean;
  me: string | undefined;
}

function Table({ rows, board, final, me }: TableProps) {
  return (
    <div class="table-scroll">
      <table class="standings">
        <thead>
          <tr>
            <th scope="col">Rank</th>
            <th scope="col">Runner</th>
            <th scope="col" class="number">
              {resultColumn(board.metric)}
            </th>
            <th scope="col" class="number">
              {final ? "Prize" : "Prize as of now"}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((x) => (
            <tr key={x.user} class={x.user === me ? "mine" : undefined}>
              <td class="number">{x.rank}</td>
              <th scope="row">
                {x.username}
                {x.user === me && " (you)"}
              </th>
              <td class="number">{result(board.metric, x.value)}</td>
              <td class="number">{x.prize_cents > 0 ? coins(x.prize_cents) : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The pages behind the ranks that are watched, as they were when they were asked for. */
function useBehind(id: string, first: string | null) {
  const state = useSignal<{ items: Standing[]; cursor: string | null | undefined }>({
    items: [],
    cursor: undefined,
  });
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const next = state.value.cursor === undefined ? first : state.value.cursor;
  const load = async (cursor: string) => {
    busy.value = true;
    error.value = null;
    try {
      const params = { path: { id }, query: { cursor, limit: many } };
      const page = await must(api.GET("/v1/events/{id}/leaderboard", { params }));
      const items = [...state.value.items, ...(page.items as Standing[])];
      state.value = { items, cursor: page.next_cursor };
    } catch (failure) {
      error.value = failure;
    }
    busy.value = false;
  };
  const more = next === null ? null : () => void load(next);
  return { items: state.value.items, busy: busy.value, error: error.value, more };
}

function useAnnouncement(board: Leaderboard | null): string {
  const before = useRef<Leaderboard | null>(null);
  const said = useSignal("");
  useEffect(() => {
    if (!board) return;
    const text = announcement(before.current, board);
    if (text) said.value = text;
    before.current = board;
  }, [board]);
  return said.value;
}
