/** My ticket of an event, or how to get one. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import { reloadProfile } from "../api/me";
import { profile } from "../api/session";
import type { Event, Ticket } from "../api/types";
import { tick } from "../game_clock";
import { onMessage } from "../live/socket";
import { useLoad } from "../ui/loading";
import { Badge, Failure, Nothing, When } from "../ui/parts";
import { tell } from "../ui/toast";
import { coins } from "../units";
import { BuyDialog } from "./buy_dialog";
import { sells } from "./event_words";
import { askToSignIn } from "./sign_in";
import { TicketActions } from "./ticket_actions";
import { reachesBack, ticketWord } from "./ticket_rules";

export function EventTicket({ event, onChange }: { event: Event; onChange: () => void }) {
  const me = profile.value?.id;
  const buying = useSignal(false);
  const wants = useSignal(false);
  const mine = useLoad(
    async (signal) => (me ? await findTicket(event, signal) : null),
    [event.id, event.state, me],
  );
  useEffect(() => onMessage("notice", mine.reload), []);
  useEffect(() => onMessage("run", mine.reload), []);
  // Whoever had to sign in first comes to the purchase by that.
  useEffect(() => {
    if (!me || !wants.value || mine.busy || mine.error) return;
    wants.value = false;
    if (!mine.data && sells(event, tick.value)) buying.value = true;
  }, [me, mine.busy]);

  const on_sale = sells(event, tick.value);
  const free = event.entry_fee_cents === 0;
  const buy_text = free ? "Get a free ticket" : `Buy a ticket for ${coins(event.entry_fee_cents)}`;
  const ask = () => {
    if (me) buying.value = true;
    else {
      wants.value = true;
      askToSignIn();
    }
  };
  const lookAgain = () => {
    buying.value = false;
    mine.reload();
    onChange();
    void reloadProfile().catch(() => undefined); // The balance; the next look has it too.
  };
  const bought = (ticket: Ticket) => {
    tell(`You have a ticket of ${ticket.event.name}.`, "good");
    lookAgain();
  };
  const had = () => {
    tell(`You had a ticket of ${event.name} already. Nothing was paid again.`);
    lookAgain();
  };
  const ticket = mine.data;
  return (
    <section aria-label="My ticket" aria-busy={mine.busy}>
      <h3>My ticket</h3>
      {mine.error ? <Failure error={mine.error} retry={mine.reload} /> : null}
      {!ticket && !mine.error && mine.busy && <Nothing>Loading …</Nothing>}
      {!ticket &&
        !mine.error &&
        !mine.busy &&
        (on_sale ? (
          <button type="button" class="primary" onClick={ask}>
            {me ? buy_text : `${buy_text} (sign in)`}
          </button>
        ) : (
          <Nothing>{me ? "You had none. " : ""}No more tickets are sold.</Nothing>
        ))}
      {ticket && (
        <>
          <p>
            <Badge kind={ticket.state === "unused" ? "good" : ""}>
              {ticketWord(ticket, tick.value)}
            </Badge>{" "}
            <span class="hint">
              {ticket.price_cents === 0 ? "Free" : coins(ticket.price_cents)}, bought{" "}
              <When at={ticket.bought_at} />
            </span>
          </p>
          <TicketActions ticket={ticket} onChange={mine.reload} />
        </>
      )}
      {buying.value && (
        <BuyDialog
          event={event}
          onClose={() => (buying.value = false)}
          onBought={bought}
          onHad={had}
          onOtherPrice={onChange}
        />
      )}
    </section>
  );
}

/** The API lists tickets, not one of an event: the active ones, then all of them, newest first. */
async function findTicket(event: Event, signal: AbortSignal): Promise<Ticket | null> {
  const of = (tickets: Ticket[]) => tickets.find((x) => x.event.id === event.id);
  const active = await must(
    api.GET("/v1/tickets", { params: { query: { state: "active" } }, signal }),
  );
  const found = of(active.items);
  if (found) return found;
  let cursor: string | undefined;
  for (;;) {
    const query = { limit: 200, ...(cursor && { cursor }) };
    const page = await must(api.GET("/v1/tickets", { params: { query }, signal }));
    const ticket = of(page.items);
    if (ticket) return ticket;
    if (page.next_cursor === null || reachesBack(page.items, event.created_at)) return null;
    cursor = page.next_cursor;
  }
}
