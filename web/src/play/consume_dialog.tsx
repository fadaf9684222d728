/** Spending a ticket: it starts the clock, so it is asked once more. */
import { useSignal } from "@preact/signals";
import { api, must } from "../api/client";
import { Refusal } from "../api/problem";
import type { Sport, Ticket } from "../api/types";
import { tick } from "../game_clock";
import { go, pathOf } from "../route";
import { server } from "../server";
import { Dialog } from "../ui/dialog";
import { Choice, Form, Submit, useForm } from "../ui/form";
import { When } from "../ui/parts";
import { tell } from "../ui/toast";
import { useWish } from "../ui/wish";
import { CountdownText } from "./countdown";

export interface ConsumeProps {
  ticket: Ticket;
  onClose: () => void;
  onConsumed: () => void;
}

const sports = [
  ["run", "Run"],
  ["trail_run", "Trail run"],
  ["walk", "Walk"],
  ["hike", "Hike"],
] as const satisfies readonly (readonly [Sport, string])[];

export function ConsumeDialog({ ticket, onClose, onConsumed }: ConsumeProps) {
  const form = useForm();
  const wish = useWish();
  const sport = useSignal<string>("run");
  const in_the_way = useSignal<string | null>(null);
  const { event } = ticket;
  const send = async () => {
    in_the_way.value = null;
    const body = { sport: sport.value as Sport };
    try {
      const { run } = await wish(
        (key) =>
          must(
            api.POST("/v1/tickets/{id}/consume", {
              params: { path: { id: ticket.id }, header: { "Idempotency-Key": key } },
              body,
            }),
          ),
        body,
      );
      onClose();
      onConsumed();
      tell("The run has started. Open the app on your phone to record it.", "good");
      go("runs", run.id);
    } catch (error) {
      if (error instanceof Refusal) in_the_way.value = error.problem.run ?? null;
      throw error;
    }
  };
  return (
    <Dialog title="Start the run?" onClose={onClose}>
      <p>
        This spends the ticket of <strong>{event.name}</strong> and starts your run at once,
        whatever becomes of it. Your phone records the run: open the app there. This page does not
        know where you are.
      </p>
      <p>
        <CountdownText event={event} />: only what you run before{" "}
        <When at={event.cut_at} zone={event.tz} sameDayAs={tick.value} /> counts.
      </p>
      {server.value?.simulated_runs && (
        <p>
          No phone at hand?{" "}
          <a href={pathOf("run", "ticket", ticket.id)} onClick={onClose}>
            Run here (simulated)
          </a>
        </p>
      )}
      <Form form={form} send={send} label="Start the run">
        <Choice form={form} name="sport" label="Sport" value={sport} options={sports} />
        {in_the_way.value && (
          <p>
            <a href={pathOf("runs", in_the_way.value)} onClick={onClose}>
              The run under way
            </a>
          </p>
        )}
        <div class="row">
          <Submit form={form}>Start now</Submit>
          <button type="button" onClick={onClose}>
            Not now
          </button>
        </div>
      </Form>
    </Dialog>
  );
}
