/** An imported run takes the ticket, instead of a new one. */
import { useSignal } from "@preact/signals";
import { api, must } from "../api/client";
import type { Run } from "../api/types";
import { go, pathOf } from "../route";
import { Dialog } from "../ui/dialog";
import { Form, Submit, useForm } from "../ui/form";
import { useLoad } from "../ui/loading";
import { Failure, Nothing, When } from "../ui/parts";
import { tell } from "../ui/toast";
import { useWish } from "../ui/wish";
import { distance, duration } from "../units";
import type { ConsumeProps } from "./consume_dialog";
import { isAttachable } from "./ticket_rules";

const recent = 100;

export function ImportedRunDialog({ ticket, onClose, onConsumed }: ConsumeProps) {
  const { event } = ticket;
  const form = useForm();
  const wish = useWish();
  const chosen = useSignal("");
  const { data, error, reload } = useLoad(
    async (signal) => {
      const params = { query: { limit: recent } };
      const page = await must(api.GET("/v1/runs", { params, signal }));
      const fitting = (page.items as Run[]).filter((x) => isAttachable(x, event));
      return { fitting, all: page.next_cursor === null };
    },
    [ticket.id],
  );
  const check = (): Record<string, string> => (chosen.value ? {} : { "": "Choose a run." });
  const send = async () => {
    const { run } = await wish(
      (key) =>
        must(
          api.POST("/v1/tickets/{id}/consume", {
            params: { path: { id: ticket.id }, header: { "Idempotency-Key": key } },
            body: { run: chosen.value },
          }),
        ),
      chosen.value,
    );
    onClose();
    onConsumed();
    tell(`The run counts for ${event.name}.`, "good");
    go("runs", run.id);
  };
  return (
    <Dialog title="Use an imported run" onClose={onClose}>
      <p>
        A run that you imported and that started while <strong>{event.name}</strong> was on (
        <When at={event.starts_at} zone={event.tz} /> to <When at={event.cut_at} zone={event.tz} />)
        can take its ticket, until the results are final.
      </p>
      {error ? <Failure error={error} retry={reload} /> : null}
      {!data && !error && <Nothing>Loading …</Nothing>}
      {data?.fitting.length === 0 && (
        <Nothing>
          None of your {data.all ? "" : `${recent} last `}runs is like that.{" "}
          <a href={pathOf("imports")} onClick={onClose}>
            Import one
          </a>
        </Nothing>
      )}
      {data && data.fitting.length > 0 && (
        <Form form={form} check={check} send={send} label="Use an imported run">
          <fieldset>
            <legend>Run</legend>
            {data.fitting.map((run) => (
              <div key={run.id}>
                <label>
                  <input
                    type="radio"
                    name="run"
                    value={run.id}
                    checked={chosen.value === run.id}
                    onChange={() => (chosen.value = run.id)}
                  />{" "}
                  {run.started_at && <When at={run.started_at} />}, {distance(run.distance_m)} in{" "}
                  {duration(run.moving_ms)}
                </label>
              </div>
            ))}
          </fieldset>
          <div class="row">
            <Submit form={form}>Use this run</Submit>
            <button type="button" onClick={onClose}>
              Not now
            </button>
          </div>
        </Form>
      )}
    </Dialog>
  );
}
