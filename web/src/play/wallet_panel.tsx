import "../styles/runs.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import { profile } from "../api/session";
import type { Deposit, Wallet } from "../api/types";
import { onMessage } from "../live/socket";
import { server } from "../server";
import { Confirm } from "../ui/confirm";
import { useLoad, usePages } from "../ui/loading";
import { Badge, Facts, Failure, Nothing, Paged, Panel, When } from "../ui/parts";
import { tell, tellError } from "../ui/toast";
import { coins, count } from "../units";
import { LinkWallet } from "./wallet_link";
import {
  depositInWords,
  meaningOfDeposit,
  shortened,
  smallestUnits,
  toneOfDeposit,
} from "./wallet_words";

const look_again_ms = 15_000;

/** `#/wallet`. */
export default function WalletPanel() {
  if (!server.value) return <Panel title="Wallet">{<Nothing>Loading …</Nothing>}</Panel>;
  return (
    <Panel title="Wallet">
      {server.value.wallets ? (
        <Content />
      ) : (
        <Nothing>
          On this server coins come from prizes, refunds and operators; none are bought on a chain.
        </Nothing>
      )}
    </Panel>
  );
}

function Content() {
  const wallets = useLoad((signal) => must(api.GET("/v1/me/wallets", { signal })), []);
  const deposits = usePages(
    (cursor, signal) => must(api.GET("/v1/me/deposits", { params: { query: { cursor } }, signal })),
    [],
  );
  const reload = () => {
    wallets.reload();
    deposits.reload();
  };
  useEffect(
    () =>
      onMessage("notice", ({ notification }) => {
        if (notification.kind !== "deposit_credited") return;
        deposits.reload();
        must(api.GET("/v1/me"))
          .then((me) => (profile.value = me))
          .catch(tellError);
      }),
    [],
  );
  const open = deposits.items.some((x) => x.state === "pending" || x.state === "waiting");
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(deposits.reload, look_again_ms);
    return () => clearInterval(timer);
  }, [open]);
  return (
    <>
      <p>
        You have <b>{coins(profile.value?.coins_cents ?? 0)}</b>. Tokens that come from a wallet of
        yours to the server's treasury become coins.
      </p>
      <h3>Your wallets</h3>
      {wallets.error ? <Failure error={wallets.error} retry={wallets.reload} /> : null}
      {!wallets.data && wallets.busy && <Nothing>Loading …</Nothing>}
      {wallets.data && <Wallets of={wallets.data.items} then={reload} />}
      <LinkWallet then={reload} />
      <h3>Buying coins</h3>
      <p>
        Send tokens from a linked wallet to the treasury. Which token on which chain, and the
        treasury's address, the server does not tell programs; ask whoever runs it, and never take
        an address from anybody else.
      </p>
      <h3>Deposits</h3>
      <Paged
        pages={deposits}
        empty="Nothing has come yet."
        render={(items) => (
          <ul class="cards" aria-label="Deposits, newest first">
            {items.map((x) => (
              <li key={x.id} class="card">
                <DepositCard of={x} />
              </li>
            ))}
          </ul>
        )}
      />
    </>
  );
}

function Wallets({ of, then }: { of: readonly Wallet[]; then: () => void }) {
  const leaving = useSignal<string | null>(null);
  return (
    <>
      {of.length === 0 && <Nothing>None is linked.</Nothing>}
      <ul class="cards" aria-label="Wallets">
        {of.map(({ address, linked_at }) => (
          <li key={address} class="card">
            <p class="long-text">{address}</p>
            <p class="row">
              <span class="hint">
                Linked <When at={linked_at} />
              </span>
              <button
                type="button"
                aria-label={`Unlink ${address}`}
                onClick={() => (leaving.value = address)}
              >
                Unlink
              </button>
            </p>
          </li>
        ))}
      </ul>
      {leaving.value !== null && (
        <Unlink
          address={leaving.value}
          close={() => (leaving.value = null)}
          then={() => {
            leaving.value = null;
            tell("The wallet is unlinked.", "good");
            then();
          }}
        />
      )}
    </>
  );
}

interface UnlinkProps {
  address: string;
  close: () => void;
  then: () => void;
}

function Unlink({ address, close, then }: UnlinkProps) {
  const act = async () => {
    await must(api.DELETE("/v1/me/wallets/{address}", { params: { path: { address } } }));
    then();
  };
  return (
    <Confirm title="Unlink this wallet?" does="Unlink" keeps="Keep it" act={act} onClose={close}>
      <p class="long-text">{address}</p>
      <p>What it sends from now on waits for whoever links it next. Coins you have stay yours.</p>
    </Confirm>
  );
}

function DepositCard({ of }: { of: Deposit }) {
  return (
    <>
      <h3>
        {coins(of.coins_cents)}{" "}
        <Badge kind={toneOfDeposit(of.state)}>{depositInWords(of.state)}</Badge>
      </h3>
      <p class="hint">{meaningOfDeposit(of.state)}</p>
      <Facts
        of={[
          ["Seen", <When key="seen" at={of.seen_at} />],
          of.credited_at ? ["Credited", <When key="credited" at={of.credited_at} />] : null,
          ["Way", of.kind === "purchase" ? "Bought in the shop" : "Sent to the treasury"],
          ["Amount", `${smallestUnits(of.amount)} of the token's smallest unit`],
          of.dust !== "0"
            ? ["Left over", `${smallestUnits(of.dust)}, too little for one more cent`]
            : null,
          ["Confirmations", count(of.confirmations)],
          ["Chain, block", `${of.chain_id}, ${count(of.block)}`],
          ["From", <Hex key="from" text={of.sender} />],
          ["Transaction", <Hex key="tx" text={of.tx} />],
        ]}
      />
    </>
  );
}

function Hex({ text }: { text: string }) {
  return (
    <span class="long-text" title={text}>
      {shortened(text)}
    </span>
  );
}
