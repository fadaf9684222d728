/** What changed the balances, newest first. */
import { api, must } from "../api/client";
import { profile } from "../api/session";
import type { LedgerEntry } from "../api/types";
import { causeOf } from "../ledger_words";
import { usePages, type Page } from "../ui/loading";
import { Paged, When } from "../ui/parts";
import { coins, tokens } from "../units";
import { pathOf } from "../route";

export function Ledger() {
  const me = profile.value;
  const pages = usePages<LedgerEntry>(
    async (cursor, signal) => {
      const params = { query: { limit: 15, cursor } };
      return (await must(api.GET("/v1/me/ledger", { params, signal }))) as Page<LedgerEntry>;
    },
    [me?.coins_cents, me?.tokens_micro],
  );
  return (
    <section aria-label="Ledger">
      <h3>Ledger</h3>
      <Paged
        pages={pages}
        empty="Nothing was paid or earned yet."
        render={(entries) => (
          <div class="table-scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">What for</th>
                  <th scope="col" class="number">
                    Amount
                  </th>
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) => (
                  <tr key={entry.id}>
                    <td>
                      <Cause entry={entry} />
                      <div class="hint">
                        <When at={entry.at} />
                      </div>
                    </td>
                    <td class="number">
                      <Amount entry={entry} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      />
    </section>
  );
}

function Cause({ entry }: { entry: LedgerEntry }) {
  const { text, to } = causeOf(entry.cause);
  return (
    <>
      {to ? <a href={pathOf(...to)}>{text}</a> : text}
      {entry.note && <div>{entry.note}</div>}
    </>
  );
}

function Amount({ entry }: { entry: LedgerEntry }) {
  const amount = entry.currency === "coins" ? entry.amount_cents : entry.amount_micro;
  const value = amount ?? 0;
  const text = entry.currency === "coins" ? coins(value) : tokens(value);
  return <span class={`amount ${value > 0 ? "plus" : ""}`}>{value > 0 ? `+${text}` : text}</span>;
}
