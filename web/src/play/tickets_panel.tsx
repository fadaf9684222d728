/** Tickets to use now, and all there ever were. */
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import type { Ticket } from "../api/types";
import { tick } from "../game_clock";
import { onMessage } from "../live/socket";
import { pathOf } from "../route";
import { useLoad, usePages, type Page } from "../ui/loading";
import { Badge, Failure, Nothing, Paged, Panel, When } from "../ui/parts";
import { coins } from "../units";
import { CountdownText, StateBadge } from "./countdown";
import { metricWord } from "./event_words";
import { TicketActions } from "./ticket_actions";
import { ticketWord, useOf } from "./ticket_rules";

export default function TicketsPanel() {
  const active = useLoad(async (signal) => {
    const params = { query: { state: "active" as const } };
    return (await must(api.GET("/v1/tickets", { params, signal }))).items as Ticket[];
  }, []);
  const all = usePages<Ticket>(async (cursor, signal) => {
    const params = { query: { limit: 20, cursor } };
    return (await must(api.GET("/v1/tickets", { params, signal }))) as Page<Ticket>;
  }, []);
  const reload = () => {
    active.reload();
    all.reload();
  };
  useEffect(() => {
    const stops = [
      onMessage("event", reload),
      onMessage("notice", reload), // A ticket was given, an event called off.
      onMessage("run", reload),
    ];
    return () => stops.forEach((stop) => stop());
  }, []);

  const now = tick.value;
  const usable = active.data?.filter((x) => useOf(x, now) !== "none") ?? [];
  return (
    <Panel title="Tickets">
      <section aria-label="To use" aria-busy={active.busy}>
        <h3>To use</h3>
        {active.error ? <Failure error={active.error} retry={active.reload} /> : null}
        {!active.data && active.busy && <Nothing>Loading …</Nothing>}
        {active.data && usable.length === 0 && (
          <Nothing>
            None. Tickets are sold with the <a href={pathOf("events")}>events</a>.
          </Nothing>
        )}
        <ul class="cards">
          {usable.map((ticket) => (
            <li key={ticket.id} class="card">
              <h4>
                <a href={pathOf("events", ticket.event.id)}>{ticket.event.name}</a>
              </h4>
              <div class="hint">
                {ticket.event.city} · {metricWord(ticket.event.metric)} · until{" "}
                <When at={ticket.event.cut_at} zone={ticket.event.tz} />
              </div>
              <div class="row">
                <StateBadge event={ticket.event} />
                <CountdownText event={ticket.event} />
              </div>
              <TicketActions ticket={ticket} onChange={reload} />
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="All tickets">
        <h3>All tickets</h3>
        <Paged
          pages={all}
          empty="You have not had a ticket yet."
          render={(tickets) => <TicketTable tickets={tickets} now_ms={now} onChange={reload} />}
        />
      </section>
    </Panel>
  );
}

interface TableProps {
  tickets: Ticket[];
  now_ms: number;
  onChange: () => void;
}

function TicketTable({ tickets, now_ms, onChange }: TableProps) {
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">Paid</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {tickets.map((ticket) => (
            <tr key={ticket.id}>
              <th scope="row">
                <a href={pathOf("events", ticket.event.id)}>{ticket.event.name}</a>
                <div class="hint">
                  <When at={ticket.bought_at} />
                </div>
              </th>
              <td>{ticket.price_cents === 0 ? "Free" : coins(ticket.price_cents)}</td>
              <td>
                <Badge kind={ticket.state === "unused" ? "good" : ""}>
                  {ticketWord(ticket, now_ms)}
                </Badge>
                {/* Tickets to use have their buttons above. */}
                {(ticket.state === "used" || useOf(ticket, now_ms) === "late") && (
                  <TicketActions ticket={ticket} onChange={onChange} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
