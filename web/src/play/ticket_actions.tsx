/** What an unused ticket is good for now: a run on the phone, a simulated one, an imported one. */
import { useSignal } from "@preact/signals";
import type { Ticket } from "../api/types";
import { tick } from "../game_clock";
import { pathOf } from "../route";
import { server } from "../server";
import { When } from "../ui/parts";
import { ConsumeDialog } from "./consume_dialog";
import { ImportedRunDialog } from "./imported_run_dialog";
import { useOf } from "./ticket_rules";

export function TicketActions({ ticket, onChange }: { ticket: Ticket; onChange: () => void }) {
  const dialog = useSignal<"start" | "imported" | null>(null);
  const use = useOf(ticket, tick.value);
  const close = () => (dialog.value = null);
  const { event } = ticket;
  return (
    <>
      {use === "wait" && (
        <p>
          It can be used from <When at={event.starts_at} zone={event.tz} /> on.
        </p>
      )}
      {ticket.run && (
        <p>
          <a href={pathOf("runs", ticket.run)}>The run with this ticket</a>
        </p>
      )}
      <div class="row">
        {use === "start" && server.value?.simulated_runs && (
          <a class="button" href={pathOf("run", "ticket", ticket.id)}>
            Run here (simulated)
          </a>
        )}
        {use === "start" && (
          <button type="button" onClick={() => (dialog.value = "start")}>
            Start the run
          </button>
        )}
        {(use === "start" || use === "late") && (
          <button type="button" onClick={() => (dialog.value = "imported")}>
            Use an imported run
          </button>
        )}
      </div>
      {dialog.value === "start" && (
        <ConsumeDialog ticket={ticket} onClose={close} onConsumed={onChange} />
      )}
      {dialog.value === "imported" && (
        <ImportedRunDialog ticket={ticket} onClose={close} onConsumed={onChange} />
      )}
    </>
  );
}
