/** One event: its course on the map, its facts, my ticket, its leaderboard. */
import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api } from "../api/client";
import { ifChanged } from "../api/conditional";
import type { Box, Event } from "../api/types";
import { clockSpeed, tick } from "../game_clock";
import { onMessage } from "../live/socket";
import { fitPoints, stage, viewport } from "../map/stage";
import { pathOf } from "../route";
import { Failure, Facts, Nothing, Panel, When } from "../ui/parts";
import { usePolled } from "../ui/polling";
import { coins, count, distance, viewerZone } from "../units";
import { CountdownText, StateBadge } from "./countdown";
import { pointsOf } from "./event_shapes";
import { EventTicket } from "./event_ticket";
import { metricRule, metricWord, poolOf, stateAt } from "./event_words";
import { openEvent } from "./events_on_map";
import { LeaderboardTable } from "./leaderboard";

const look_every_ms = 15_000;

export function EventDetail({ id }: { id: string }) {
  const over = useComputed(() => isOver(openEvent.value, id));
  const { data, error, reload } = usePolled(
    async (etag, signal) => {
      const params = { path: { id }, header: { "If-None-Match": etag } };
      const got = await ifChanged(api.GET("/v1/events/{id}", { params, signal }));
      return got && { ...got, data: got.data as Event };
    },
    over.value ? 0 : look_every_ms,
    [id],
  );
  useEffect(() => {
    openEvent.value = data;
  }, [data]);
  useEffect(() => () => void (openEvent.value = null), []);
  useEffect(
    () =>
      onMessage("event", ({ event }) => {
        if (event.id === id) reload();
      }),
    [id],
  );
  // The clock says that a state is over before the server is asked again.
  const state = useComputed(() => openEvent.value && stateAt(openEvent.value, tick.value));
  useEffect(() => {
    if (data && state.value && state.value !== data.state) reload();
  }, [state.value]);
  useShownOnMap(data);

  return (
    <Panel title={data?.name ?? "Event"}>
      <p>
        <a href={pathOf("events")}>All events</a>
      </p>
      {error && !data ? <Failure error={error} retry={reload} /> : null}
      {!data && !error && <Nothing>Loading …</Nothing>}
      {data && (
        <>
          <div class="row">
            <StateBadge event={data} />
            <CountdownText event={data} />
          </div>
          {error ? <Failure error={error} retry={reload} /> : null}
          <EventFacts event={data} />
          <EventTicket event={data} onChange={reload} />
          {data.state !== "cancelled" && <LeaderboardTable event={data} onSettled={reload} />}
        </>
      )}
    </Panel>
  );
}

function isOver(event: Event | null, id: string): boolean {
  return event?.id === id && (event.state === "settled" || event.state === "cancelled");
}

/** Moves the view once, unless all of the event is in it. */
function useShownOnMap(event: Event | null): void {
  const done = useRef(false);
  const map = stage.value;
  useEffect(() => {
    const points = event ? pointsOf(event) : [];
    if (!map || done.current || points.length === 0) return;
    done.current = true;
    map.resize(); // The panel may just have taken its place from the map.
    const box = viewport.value?.box;
    if (!box || !points.every(([lat, lon]) => contains(box, lat, lon))) fitPoints(points);
  }, [map, event]);
}

function contains([west, south, east, north]: Box, lat: number, lon: number): boolean {
  return lat >= south && lat <= north && lon >= west && lon <= east;
}

function EventFacts({ event }: { event: Event }) {
  const settled = event.state === "settled";
  const cancelled = event.state === "cancelled";
  const placeless = pointsOf(event).length === 0;
  return (
    <>
      {cancelled && event.cancelled_at && (
        <p>
          It was called off on <When at={event.cancelled_at} zone={event.tz} />. Every ticket was
          paid back.
        </p>
      )}
      {settled && event.settled_at && (
        <p>
          The results are final since <When at={event.settled_at} zone={event.tz} />.
        </p>
      )}
      <Facts
        of={[
          ["City", event.city],
          ["Kind", `${metricWord(event.metric)}. ${metricRule(event.metric)}`],
          event.distance_m ? ["Distance", distance(event.distance_m)] : null,
          event.checkpoints
            ? ["Checkpoints", `${event.checkpoints.length}, in the order of their numbers`]
            : null,
          event.area ? ["Area", `${distance(event.area.radius_m)} round the middle`] : null,
          placeless && ["Where", "Anywhere: it has no course and no area"],
          ["Starts", <When at={event.starts_at} zone={event.tz} />],
          ["Ends", <When at={event.cut_at} zone={event.tz} />],
          !settled &&
            !cancelled && [
              "Final by",
              <When at={event.settle_at} zone={event.tz} sameDayAs={event.cut_at} />,
            ],
          ["Time zones", zones(event.tz)],
          ["Ticket", event.entry_fee_cents === 0 ? "Free" : coins(event.entry_fee_cents)],
          !cancelled && ["Tickets sold", count(event.tickets_sold)],
          !cancelled && ["Paid for tickets", coins(event.tickets_cents)],
          event.pot_cents > 0 && ["Sponsor's pot", coins(event.pot_cents)],
          settled
            ? ["Paid out", coins(poolOf(event))]
            : !cancelled && ["Pool", `${coins(poolOf(event))}, before the house's part`],
        ]}
      />
      {clockSpeed() !== 1 && (
        <p class="hint">The clock of this server runs {count(clockSpeed())} times as fast.</p>
      )}
    </>
  );
}

function zones(tz: string): string {
  return tz === viewerZone() ? `${tz}, as yours` : `${tz}; yours is ${viewerZone()}`;
}
