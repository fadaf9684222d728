import { useSignal } from "@preact/signals";
import { api, must } from "../../api/client";
import type { User } from "../../api/types";
import { Field, Form, Submit, useForm } from "../../ui/form";
import { tell } from "../../ui/toast";
import { useWish } from "../../ui/wish";
import { coins } from "../../units";
import { centsOf } from "../coins_text";

interface GrantProps {
  user: User;
  onGranted: () => void;
}

export function GrantCoins({ user, onGranted }: GrantProps) {
  const form = useForm();
  const amount = useSignal("");
  const reason = useSignal("");
  const wish = useWish();
  const check = () => {
    const wrong: Record<string, string> = {};
    const read = centsOf(amount.value, 1);
    if ("wrong" in read) wrong.coins_cents = read.wrong;
    const length = [...reason.value.trim()].length;
    if (length === 0) wrong.reason = "Say why: it is kept in the log.";
    if (length > 500) wrong.reason = "At most 500 characters.";
    return wrong;
  };
  const send = async () => {
    const read = centsOf(amount.value, 1);
    if ("wrong" in read) return;
    const body = { coins_cents: read.cents, reason: reason.value.trim() };
    const done = await wish((key) => {
      const params = { path: { id: user.id }, header: { "Idempotency-Key": key } };
      return must(api.POST("/v1/users/{id}/grants", { body, params }));
    }, body);
    amount.value = "";
    reason.value = "";
    tell(
      `${user.username} was given ${coins(read.cents)} and has ${coins(done.coins_cents)}.`,
      "good",
    );
    onGranted();
  };
  return (
    <Form form={form} label="Give coins" check={check} send={send}>
      <Field
        form={form}
        name="coins_cents"
        label="Amount"
        unit="coins"
        inputMode="decimal"
        autocomplete="off"
        value={amount}
      />
      <Field
        form={form}
        name="reason"
        label="Reason"
        autocomplete="off"
        value={reason}
        hint="Kept in the log and in the user's ledger."
      />
      <Submit form={form} class="">
        Give the coins
      </Submit>
    </Form>
  );
}
