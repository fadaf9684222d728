import "../styles/runs.css";
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import type { Event, Ticket } from "../api/types";
import { profile } from "../api/session";
import type { PanelProps } from "../panels";
import { pathOf } from "../route";
import { server } from "../server";
import { useLoad } from "../ui/loading";
import { Badge, Failure, Nothing, Panel, When } from "../ui/parts";
import { distance } from "../units";
import { elsewhere, phone } from "./simulator/phone_host";
import "./simulator/phone_start";
import { PhoneView } from "./simulator/phone_view";
import { RouteEditor } from "./simulator/route_editor";

/** `#/run`, `#/run/ticket/<id>`. */
export default function SimulatorPanel({ path }: PanelProps) {
  return (
    <Panel title="Run here" actions={<Badge kind="warn">Simulated</Badge>}>
      <Content ticket={path[0] === "ticket" ? path[1] : undefined} />
    </Panel>
  );
}

function Content({ ticket }: { ticket: string | undefined }) {
  if (!server.value) return <Nothing>Loading …</Nothing>;
  if (!server.value.simulated_runs)
    return (
      <Nothing>
        A run is recorded by the app on a phone. Simulated runs are for developers, and only a
        server that was started with <code>--dev</code> takes them. This one was not.
      </Nothing>
    );
  const current = phone.value;
  if (current) return <PhoneView phone={current} />;
  if (elsewhere.value)
    return (
      <Nothing>
        A simulated run of yours goes on in another tab of this browser. When that is closed, it
        goes on here.
      </Nothing>
    );
  return ticket === undefined ? <FreeRun /> : <EventRun id={ticket} />;
}

function FreeRun() {
  return (
    <>
      <p>
        A simulated phone runs where you draw. Everything else is real: its positions go to the
        server as a phone's do, and the tiles are yours afterwards.
      </p>
      <RouteEditor ticket={null} event={null} />
    </>
  );
}

interface Found {
  ticket: Ticket;
  event: Event;
}

async function findTicket(id: string): Promise<Found | null> {
  const params = { query: { state: "active" as const } };
  const { items } = await must(api.GET("/v1/tickets", { params }));
  const ticket = items.find((x) => x.id === id);
  if (!ticket) return null;
  const path = { id: ticket.event.id };
  const event = await must(api.GET("/v1/events/{id}", { params: { path } }));
  return { ticket, event: event as Event };
}

function EventRun({ id }: { id: string }) {
  const found = useLoad(() => findTicket(id), [id, profile.value?.id]);
  const opens = found.data?.ticket.consumable_from;
  useEffect(() => {
    if (!opens) return;
    const timer = setInterval(found.reload, 10_000);
    return () => clearInterval(timer);
  }, [opens]);
  if (found.error) return <Failure error={found.error} retry={found.reload} />;
  if (!found.data && found.busy) return <Nothing>Loading …</Nothing>;
  if (!found.data)
    return (
      <Nothing>
        This ticket starts no run: it is used or refunded, or its event is over.{" "}
        <a href={pathOf("tickets")}>Your tickets</a>
      </Nothing>
    );
  const { ticket, event } = found.data;
  return (
    <>
      <p>
        A run for <a href={pathOf("events", event.id)}>{event.name}</a>, which ends{" "}
        <When at={event.cut_at} zone={event.tz} />. Starting it spends the ticket.
        {event.metric === "race" &&
          event.distance_m &&
          ` The race is ${distance(event.distance_m)}.`}
        {event.checkpoints &&
          ` It goes by ${event.checkpoints.length} checkpoints, in their order.`}
      </p>
      {ticket.consumable ? (
        <RouteEditor ticket={{ id, event: { id: event.id, name: event.name } }} event={event} />
      ) : (
        <Nothing>
          It can be used from{" "}
          <When at={ticket.consumable_from ?? event.starts_at} zone={event.tz} />.
        </Nothing>
      )}
    </>
  );
}
