/** What the event would be: its end, its pool and its prizes, by the server's own rules. */
import { useSignal } from "@preact/signals";
import { api, must } from "../../api/client";
import { Refusal, sentenceOf } from "../../api/problem";
import type { EventPreviewed } from "../../api/types";
import { Failure, Facts, Nothing, When } from "../../ui/parts";
import { useLoad } from "../../ui/loading";
import { coins, msOf, timeSpan } from "../../units";
import { centsOf } from "../coins_text";
import { useDebounced } from "../../ui/debounced";
import { startOf, type Draft } from "./event_draft";
import { isZone } from "./zone_time";

interface PreviewProps {
  draft: Draft;
  tickets_sold?: number;
  /** Takes a start that the server offers instead. */
  onStart: (at: number) => void;
}

type Asked = {
  tz: string;
  starts_at: string;
  entry_fee_cents: number;
  pot_cents: number;
  tickets: number;
};

function askedOf(draft: Draft, tickets: number): Asked | null {
  const starts = startOf(draft);
  const [fee, pot] = [centsOf(draft.fee), centsOf(draft.pot)];
  if (starts === null || "wrong" in fee || "wrong" in pot) return null;
  return {
    tz: draft.tz,
    starts_at: new Date(starts).toISOString(),
    entry_fee_cents: fee.cents,
    pot_cents: pot.cents,
    tickets,
  };
}

export function EventPreview({ draft, tickets_sold, onStart }: PreviewProps) {
  const tickets = useSignal(String(tickets_sold || 20));
  const sold = /^\d{1,6}$/.test(tickets.value) ? Math.min(Number(tickets.value), 100_000) : null;
  const asked = askedOf(draft, sold ?? 0);
  const wanted = asked && sold !== null ? JSON.stringify(asked) : "";
  const body = useDebounced(wanted);
  const found = useLoad(
    async (signal) => {
      if (body === "") return null;
      const sent = JSON.parse(body) as Asked;
      const answer = await must(api.POST("/v1/events/preview", { body: sent, signal }));
      return { body, sent, answer };
    },
    [body],
  );
  const { data, error, busy } = found;
  const current = data?.body === wanted;
  return (
    <section class="preview card" aria-label="Preview">
      <h3>What it would be</h3>
      {body === "" && <p class="hint">Shown once zone, start, fee and pot are there.</p>}
      {body !== "" && error !== null && (
        <Refused error={error} tz={draft.tz} onStart={onStart} retry={found.reload} />
      )}
      <div role="status" aria-live="polite" aria-busy={busy}>
        {!error && data && current && <Outcome of={data.answer} sent={data.sent} />}
        {!error && wanted !== "" && !current && <Nothing>Working it out …</Nothing>}
      </div>
      <label class="tickets">
        Tickets sold, to see the prizes
        <input
          type="number"
          min={0}
          max={100000}
          step={1}
          value={tickets.value}
          onInput={(event) => (tickets.value = event.currentTarget.value)}
        />
      </label>
    </section>
  );
}

function Outcome({ of, sent }: { of: EventPreviewed; sent: Asked }) {
  const { starts_at, tz } = sent;
  return (
    <>
      <Facts
        of={[
          ["Ends", <When at={of.cut_at} zone={tz} />],
          ["Open for", timeSpan(msOf(of.cut_at) - msOf(starts_at))],
          ["Results final by", <When at={of.settle_at} zone={tz} />],
          ["Prize pool", coins(of.pool_cents)],
        ]}
      />
      {of.prizes_cents.length > 0 && of.pool_cents > 0 ? (
        <ol class="prizes" aria-label="Prizes, if enough finish">
          {of.prizes_cents.map((cents, i) => (
            <li key={i}>{coins(cents)}</li>
          ))}
        </ol>
      ) : (
        <p class="hint">No prizes: nothing is in the pool.</p>
      )}
    </>
  );
}

interface RefusedProps {
  error: unknown;
  tz: string;
  onStart: (at: number) => void;
  retry: () => void;
}

function Refused({ error, tz, onStart, retry }: RefusedProps) {
  const offered = error instanceof Refusal ? error.problem.alternatives : undefined;
  if (!offered) {
    const details = error instanceof Refusal ? [...error.fields.values()] : [];
    return details.length > 0 ? (
      <p class="complaint" role="alert">
        {details.join(" ")}
      </p>
    ) : (
      <Failure error={error} retry={retry} />
    );
  }
  return (
    <div role="alert">
      <p class="complaint">{sentenceOf(error)}</p>
      <p>Choose another start:</p>
      <div class="stack">
        {offered.map(({ starts_at, cut_at }) => (
          <button key={starts_at} type="button" onClick={() => onStart(Date.parse(starts_at))}>
            <When at={starts_at} zone={isZone(tz) ? tz : undefined} />
            <span class="hint">
              {" "}
              until <When at={cut_at} zone={isZone(tz) ? tz : undefined} />
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
