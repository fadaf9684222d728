import { useSignal } from "@preact/signals";
import { api, must } from "../../api/client";
import type { Event } from "../../api/types";
import { eventsChanged } from "../../play/events_on_map";
import { useLoad } from "../../ui/loading";
import { Failure, Nothing } from "../../ui/parts";
import { tell } from "../../ui/toast";
import { useWish } from "../../ui/wish";
import { coins, count } from "../../units";
import { Confirm } from "../../ui/confirm";
import { readEvent } from "./read_event";

interface CancelProps {
  event: Event;
  onCancelled: () => void;
}

export function CancelEvent({ event, onCancelled }: CancelProps) {
  const asking = useSignal(false);
  return (
    <>
      <p>Every ticket is paid back. It cannot be undone.</p>
      <button type="button" class="danger" onClick={() => (asking.value = true)}>
        Call the event off …
      </button>
      {asking.value && (
        <CancelDialog
          id={event.id}
          name={event.name}
          onClose={() => (asking.value = false)}
          onCancelled={onCancelled}
        />
      )}
    </>
  );
}

interface DialogProps {
  id: string;
  name: string;
  onClose: () => void;
  onCancelled: () => void;
}

/** Reads the event again first: tickets are sold meanwhile. */
function CancelDialog({ id, name, onClose, onCancelled }: DialogProps) {
  const wish = useWish();
  const found = useLoad((signal) => readEvent(id, signal), [id]);
  const event = found.data;
  const sold = event?.tickets_sold ?? 0;
  const cents = event?.tickets_cents ?? 0;
  const act = async () => {
    await wish((key) => {
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      return must(api.POST("/v1/events/{id}/cancel", { params }));
    });
    eventsChanged.value += 1;
    tell(`“${name}” is called off; its tickets are paid back.`, "good");
    onCancelled();
  };
  return (
    <Confirm
      title={`Call off “${name}”?`}
      does={cents > 0 ? `Call it off and pay back ${coins(cents)}` : "Call it off"}
      keeps="Keep the event"
      waits={!event || found.busy}
      act={act}
      onClose={onClose}
    >
      {found.error ? <Failure error={found.error} retry={found.reload} /> : null}
      {!event && !found.error && <Nothing>Counting the tickets …</Nothing>}
      {event && sold === 0 && <p>No ticket is sold. Nothing is paid back.</p>}
      {event && sold > 0 && (
        <p>
          {sold === 1 ? "1 ticket is" : `${count(sold)} tickets are`} sold or given away.{" "}
          {cents > 0 ? (
            <>
              <b>{coins(cents)}</b> go back to those who paid, at once, and each is told.
            </>
          ) : (
            "They cost nothing, so nothing is paid back."
          )}
        </p>
      )}
      <p>What was run for it keeps its ground, but there is no result and no prize.</p>
    </Confirm>
  );
}
