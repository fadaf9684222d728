/** The store of tokens: a bar that fills, and a button that empties it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import { reloadProfile } from "../api/me";
import { Refusal } from "../api/problem";
import { gameNow, tick } from "../game_clock";
import { onMessage } from "../live/socket";
import { useLoad } from "../ui/loading";
import { Facts, Failure, Nothing } from "../ui/parts";
import { tell } from "../ui/toast";
import { useWish } from "../ui/wish";
import { tileCount, timeSpan, tokens } from "../units";
import { storeAt, type Reading, type Store } from "./mining_store";

export function MiningSection() {
  const seen = useSignal<{ reading: Reading; at_ms: number } | null>(null);
  const see = (reading: Reading) => (seen.value = { reading, at_ms: gameNow() });
  const { error, reload } = useLoad(async (signal) => {
    see(await must(api.GET("/v1/mining", { signal })));
  }, []);
  useEffect(() => {
    const stops = [onMessage("mining", see), onMessage("welcome", reload)];
    return () => stops.forEach((stop) => stop());
  }, []);
  return (
    <section aria-label="Mining">
      <h3>Mining</h3>
      {error ? <Failure error={error} retry={reload} /> : null}
      {!seen.value && !error && <Nothing>Loading …</Nothing>}
      {seen.value && (
        <>
          <StoreBar
            reading={seen.value.reading}
            store={storeAt(seen.value.reading, seen.value.at_ms, tick.value)}
          />
          <ClaimButton
            store={storeAt(seen.value.reading, seen.value.at_ms, tick.value)}
            onClaimed={reload}
          />
        </>
      )}
    </section>
  );
}

function StoreBar({ reading, store }: { reading: Reading; store: Store }) {
  const percent = Math.floor(store.filled * 100);
  const rate = reading.rate_micro_per_hour;
  return (
    <>
      <div class="store">
        <div
          class="bar-outer"
          role="progressbar"
          aria-label="Store of tokens"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          aria-valuetext={`${tokens(store.pending_micro)}, ${percent} % full`}
        >
          <div class="bar-inner" style={{ width: `${store.filled * 100}%` }} />
        </div>
      </div>
      <Facts
        of={[
          ["In the store", tokens(store.pending_micro)],
          [
            "Filling",
            rate > 0
              ? `${tokens(rate)} an hour, from ${tileCount(reading.tiles)}`
              : "You hold no tile now",
          ],
          store.full_micro > 0 && [
            "Full",
            store.full
              ? "Yes: collect it"
              : `in ${timeSpan(store.full_in_ms)}, with ${tokens(store.full_micro)}`,
          ],
        ]}
      />
    </>
  );
}

function ClaimButton({ store, onClaimed }: { store: Store; onClaimed: () => void }) {
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const wish = useWish();
  const wait = Math.ceil(store.claimable_in_ms / 1000);
  const ready = store.pending_micro > 0 && wait === 0;
  const claim = async () => {
    busy.value = true;
    error.value = null;
    try {
      const paid = await wish((key) =>
        must(api.POST("/v1/mining/claim", { params: { header: { "Idempotency-Key": key } } })),
      );
      tell(`${tokens(paid.claimed_micro)} claimed. You have ${tokens(paid.tokens_micro)}.`, "good");
    } catch (failure) {
      error.value = failure;
    }
    busy.value = false;
    if (error.value instanceof Refusal && error.value.status === 0) return;
    onClaimed();
    void reloadProfile().catch(() => undefined);
  };
  return (
    <>
      <button
        type="button"
        class="primary"
        disabled={!ready || busy.value}
        aria-busy={busy.value}
        onClick={() => void claim()}
      >
        {store.pending_micro === 0
          ? "Nothing to claim yet"
          : wait > 0
            ? `Claim in ${timeSpan(store.claimable_in_ms)}`
            : `Claim ${tokens(store.pending_micro)}`}
      </button>
      {error.value ? (
        <Failure error={error.value} retry={ready ? () => void claim() : undefined} />
      ) : null}
    </>
  );
}
