/** One event for those who run it: its facts, changes, tickets given away, and the end of it. */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { profile } from "../../api/session";
import type { Event, LatLon } from "../../api/types";
import { tick } from "../../game_clock";
import { circleRing, lengthOf } from "../../map/ground";
import { fitPoints, stage } from "../../map/stage";
import { pathOf } from "../../route";
import { useLoad } from "../../ui/loading";
import { Facts, Failure, Nothing, Panel, When } from "../../ui/parts";
import { coins, count, distance } from "../../units";
import { CancelEvent } from "./cancel_event";
import { areaText } from "./event_changes";
import { hideDraft, showDraft } from "./draft_shapes";
import { draftOf } from "./event_draft";
import { EditForm } from "./event_form";
import { StateBadge } from "./event_list";
import { GrantTicket } from "./grant_ticket";
import { readEvent } from "./read_event";

export function EventPage({ id }: { id: string }) {
  const passed = useSignal<string[]>([]);
  // Read again when its start, its cut or its settlement passes.
  const phase = useComputed(() => passed.value.filter((x) => Date.parse(x) <= tick.value).length);
  const found = useLoad((signal) => readEvent(id, signal), [id, phase.value]);
  const event = found.data?.id === id ? found.data : null;
  useEffect(() => {
    if (event) passed.value = [event.starts_at, event.cut_at, event.settle_at];
  }, [event]);
  const map = stage.value;
  useEffect(() => {
    if (map && event) fitPoints(placesOf(event), 15);
  }, [map, event?.id]);
  const mine =
    event?.organiser === profile.value?.id || (profile.value?.roles.includes("operator") ?? false);
  const drawn = !(mine && event?.state === "scheduled"); // Else the form draws its draft.
  useEffect(() => {
    if (!map || !event || !drawn) return;
    showDraft(draftOf(event).geometry, null);
    return hideDraft;
  }, [map, event, drawn]);

  if (!event)
    return (
      <Panel title="Event">
        {found.error ? (
          <Failure error={found.error} retry={found.reload} />
        ) : (
          <Nothing>Loading …</Nothing>
        )}
      </Panel>
    );
  const open = event.state === "scheduled" || event.state === "active";
  return (
    <Panel title={event.name} actions={<StateBadge state={event.state} />}>
      <p class="row">
        <a href={pathOf("manage-events")}>All events</a>
        <a href={pathOf("events", event.id)}>Leaderboard and public page</a>
      </p>
      {found.error ? <Failure error={found.error} retry={found.reload} /> : null}
      <EventFacts event={event} />
      {!mine && <Nothing>Only its organiser and operators may change it.</Nothing>}
      {mine && open && (
        <>
          <h3>Change it</h3>
          {event.state === "active" && (
            <p class="hint">It has started: name, city and pot can still change.</p>
          )}
          <EditForm
            key={`${event.id} ${event.state}`}
            event={event}
            started={event.state === "active"}
            onSaved={found.reload}
          />
          <h3>Give a ticket away</h3>
          <GrantTicket event={event} onGranted={found.reload} />
        </>
      )}
      {mine && event.state !== "settled" && event.state !== "cancelled" && (
        <>
          <h3>Call it off</h3>
          <CancelEvent event={event} onCancelled={found.reload} />
        </>
      )}
    </Panel>
  );
}

function EventFacts({ event }: { event: Event }) {
  const { course = [], checkpoints = [] } = event;
  return (
    <Facts
      of={[
        ["City", event.city],
        ["What counts", event.metric],
        ["Starts", <When at={event.starts_at} zone={event.tz} />],
        ["Ends", <When at={event.cut_at} zone={event.tz} />],
        ["Final by", <When at={event.settle_at} zone={event.tz} />],
        ["Time zone", event.tz],
        ["Entry fee", coins(event.entry_fee_cents)],
        ["Sponsor's pot", coins(event.pot_cents)],
        ["Tickets", `${count(event.tickets_sold)}, ${coins(event.tickets_cents)} paid`],
        event.pool_cents !== undefined && ["Paid out", coins(event.pool_cents)],
        event.distance_m !== undefined && ["Distance", distance(event.distance_m)],
        course.length > 0 && [
          "Course",
          `${distance(lengthOf(course as LatLon[]))}, ${count(course.length)} points`,
        ],
        checkpoints.length > 0 && ["Checkpoints", count(checkpoints.length)],
        event.area !== undefined && ["Area", areaText(event.area)],
        ["Live spectators", event.live_spectators ? "yes" : "no"],
        event.settled_at !== undefined && ["Final since", <When at={event.settled_at} />],
        event.cancelled_at !== undefined && ["Called off", <When at={event.cancelled_at} />],
      ]}
    />
  );
}

function placesOf({ course = [], checkpoints = [], area }: Event): LatLon[] {
  const ring = area ? circleRing([area.lat, area.lon], area.radius_m, 8) : [];
  return [...course, ...checkpoints, ...ring] as LatLon[];
}
