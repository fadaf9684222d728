/** What a ticket costs, what there is, and what is missing; then the purchase. */
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import { reloadProfile } from "../api/me";
import { Refusal } from "../api/problem";
import { profile } from "../api/session";
import type { Event, Ticket } from "../api/types";
import { server } from "../server";
import { pathOf } from "../route";
import { Dialog } from "../ui/dialog";
import { Form, Submit, useForm } from "../ui/form";
import { Facts, When } from "../ui/parts";
import { tellError } from "../ui/toast";
import { useWish } from "../ui/wish";
import { coins } from "../units";
import { missingCents } from "./ticket_rules";

interface BuyProps {
  event: Event;
  onClose: () => void;
  onBought: (ticket: Ticket) => void;
  /** It was bought elsewhere meanwhile, as in another tab. */
  onHad: () => void;
  /** The fee is another than the one shown here; nothing was paid. */
  onOtherPrice: () => void;
}

export function BuyDialog({ event, onClose, onBought, onHad, onOtherPrice }: BuyProps) {
  const form = useForm();
  const wish = useWish();
  const price = event.entry_fee_cents;
  const balance = profile.value?.coins_cents ?? 0;
  const missing = missingCents(price, balance);
  const lookAgain = () => void reloadProfile().catch(tellError);
  useEffect(lookAgain, []); // The balance as it is now.

  const send = async () => {
    try {
      const body = { price_cents: price };
      const buy = (key: string) =>
        must(
          api.POST("/v1/events/{id}/tickets", {
            params: { path: { id: event.id }, header: { "Idempotency-Key": key } },
            body,
          }),
        );
      const ticket = await wish(buy, body);
      onBought(ticket);
    } catch (error) {
      if (error instanceof Refusal && error.code === "ticket_exists") return onHad();
      if (error instanceof Refusal && error.code === "price_changed") onOtherPrice();
      // Spent elsewhere meanwhile: what is missing is said by the numbers above.
      if (error instanceof Refusal && error.status === 402) await reloadProfile();
      throw error;
    }
  };
  return (
    <Dialog title={`Ticket of ${event.name}`} onClose={onClose}>
      <Facts
        of={[
          ["Price", price === 0 ? "Free" : coins(price)],
          price > 0 && ["You have", coins(balance)],
          price > 0 && missing === 0 && ["Left after", coins(balance - price)],
          missing > 0 && ["Missing", coins(missing)],
          ["Valid", <ValidUntil event={event} />],
        ]}
      />
      {missing > 0 && (
        <p class="complaint" role="alert">
          You have {coins(missing)} too little for this ticket.{" "}
          {server.value?.wallets ? (
            <a href={pathOf("wallet")} onClick={onClose}>
              Buy coins
            </a>
          ) : (
            "Coins come from prizes and from operators."
          )}{" "}
          <button type="button" class="link" onClick={lookAgain}>
            Look at my balance again
          </button>
        </p>
      )}
      <p class="hint">It is paid back if the event is called off or nobody finishes.</p>
      <Form form={form} send={send} label="Buy a ticket">
        <div class="row">
          {missing === 0 && (
            <Submit form={form}>{price === 0 ? "Get the ticket" : `Pay ${coins(price)}`}</Submit>
          )}
          <button type="button" onClick={onClose}>
            Not now
          </button>
        </div>
      </Form>
    </Dialog>
  );
}

function ValidUntil({ event }: { event: Event }) {
  return (
    <>
      until <When at={event.cut_at} zone={event.tz} />
    </>
  );
}
