/** Proving that a wallet is one's own, by signing a message (EIP-4361). */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { api, idempotencyKey, must } from "../api/client";
import { Refusal, sentenceOf } from "../api/problem";
import { tick } from "../game_clock";
import { CopyButton } from "../ui/copy_button";
import { Field, Form, Submit, useForm } from "../ui/form";
import { tell } from "../ui/toast";
import { useWish } from "../ui/wish";
import { duration, msOf } from "../units";
import { askAddress, askSignature, browserWallet } from "./browser_wallet";
import { isAddress, isSignature, walletRefusalInWords } from "./wallet_words";

interface Challenge {
  address: string;
  message: string;
  /** By `performance.now()`: the chain's time is neither the game's nor this device's. */
  ends: number;
}

async function challenge(address: string): Promise<Challenge> {
  const got = await must(
    api.POST("/v1/me/wallets/challenge", {
      params: { header: { "Idempotency-Key": idempotencyKey() } },
      body: { address },
    }),
  );
  if (got.message === undefined) throw new Error("The server gave no message to sign.");
  const life_ms = msOf(got.expires_at) - msOf(got.issued_at);
  return { address, message: got.message, ends: performance.now() + life_ms };
}

/** The same proof has the same key, so that sending it again is safe. */
async function link(message: string, signature: string, key: string): Promise<void> {
  try {
    await must(
      api.POST("/v1/me/wallets", {
        params: { header: { "Idempotency-Key": key } },
        body: { message, signature },
      }),
    );
  } catch (error) {
    const text = error instanceof Refusal && walletRefusalInWords(error.code);
    throw text ? new Error(text) : error;
  }
  tell("The wallet is linked.", "good");
}

export function LinkWallet({ then }: { then: () => void }) {
  const by_hand = useSignal(browserWallet() === null);
  return (
    <>
      {browserWallet() && <ByBrowser then={then} />}
      {by_hand.value ? (
        <ByHand then={then} />
      ) : (
        <button type="button" class="link" onClick={() => (by_hand.value = true)}>
          Sign with another program
        </button>
      )}
    </>
  );
}

function ByBrowser({ then }: { then: () => void }) {
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);
  const run = async () => {
    const wallet = browserWallet();
    if (!wallet) return;
    busy.value = true;
    problem.value = null;
    try {
      const { address, message } = await challenge(await askAddress(wallet));
      await link(message, await askSignature(wallet, message, address), idempotencyKey());
      then();
    } catch (error) {
      problem.value = sentenceOf(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <>
      <button
        type="button"
        class="primary"
        disabled={busy.value}
        aria-busy={busy.value}
        onClick={() => void run()}
      >
        Link the wallet of this browser
      </button>
      <p class="hint">Signing a message proves that it is yours. It costs nothing.</p>
      {problem.value && (
        <p class="complaint" role="alert">
          {problem.value}
        </p>
      )}
    </>
  );
}

function ByHand({ then }: { then: () => void }) {
  const asked = useSignal<Challenge | null>(null);
  const current = asked.value;
  return current ? (
    <Sign
      of={current}
      then={() => {
        asked.value = null;
        then();
      }}
      back={() => (asked.value = null)}
    />
  ) : (
    <AskMessage then={(made) => (asked.value = made)} />
  );
}

function AskMessage({ then }: { then: (made: Challenge) => void }) {
  const form = useForm();
  const address = useSignal("");
  return (
    <Form
      form={form}
      label="Link a wallet"
      check={(): Record<string, string> =>
        isAddress(address.value.trim())
          ? {}
          : { address: "An address is 0x and 40 digits, from 0 to 9 and a to f." }
      }
      send={async () => then(await challenge(address.value.trim()))}
    >
      <Field
        form={form}
        name="address"
        label="Address of the wallet"
        value={address}
        autoComplete="off"
        spellcheck={false}
        hint="You get a message to sign with it, which proves that it is yours and costs nothing."
      />
      <Submit form={form}>Get the message</Submit>
    </Form>
  );
}

interface SignProps {
  of: Challenge;
  then: () => void;
  back: () => void;
}

function Sign({ of, then, back }: SignProps) {
  const form = useForm();
  const id = useId();
  const signature = useSignal("");
  const wish = useWish();
  void tick.value; // Counts down.
  const left = of.ends - performance.now();
  const send = async () => {
    const text = signature.value.trim();
    await wish((key) => link(of.message, text, key), [of.message, text]);
    then();
  };
  return (
    <>
      <label for={id}>Sign exactly this, with personal_sign</label>
      <textarea id={id} class="long-text" readOnly value={of.message} />
      <div class="row">
        <CopyButton text={of.message} />
        <span class="hint">
          {left > 0 ? `Good for ${duration(left)}.` : "It has run out: get another one."}
        </span>
      </div>
      <Form
        form={form}
        label="The signature"
        check={(): Record<string, string> =>
          isSignature(signature.value.trim())
            ? {}
            : { signature: "A signature is 0x and 130 digits, from 0 to 9 and a to f." }
        }
        send={send}
      >
        <Field
          form={form}
          name="signature"
          label="Signature"
          value={signature}
          autoComplete="off"
          spellcheck={false}
        />
        <div class="row">
          <Submit form={form}>Link the wallet</Submit>
          <button type="button" onClick={back}>
            Another message
          </button>
        </div>
      </Form>
    </>
  );
}
