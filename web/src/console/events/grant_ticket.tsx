import { useSignal } from "@preact/signals";
import { api, must } from "../../api/client";
import { Refusal } from "../../api/problem";
import { hasRole } from "../../api/session";
import type { Event, User } from "../../api/types";
import { Field, Form, Submit, useForm } from "../../ui/form";
import { tell } from "../../ui/toast";
import { useWish } from "../../ui/wish";
import { UserPicker } from "../user_picker";
import { isUuid } from "../uuid";

interface GrantProps {
  event: Event;
  onGranted: () => void;
}

/** Operators find the user by name; organisers may not look through accounts and give the id. */
export function GrantTicket({ event, onGranted }: GrantProps) {
  const form = useForm();
  const search = hasRole("operator");
  const picked = useSignal<Pick<User, "id" | "username"> | null>(null);
  const id = useSignal("");
  const wish = useWish();
  const user = () => (search ? (picked.value?.id ?? "") : id.value.trim().toLowerCase());
  const check = (): Record<string, string> => {
    if (isUuid(user())) return {};
    return search
      ? { "": "Choose who gets it first." }
      : { user: "The id that the user's account page shows." };
  };
  const send = async () => {
    const body = { user: user() };
    await wish((key) => {
      const params = { path: { id: event.id }, header: { "Idempotency-Key": key } };
      return must(api.POST("/v1/events/{id}/grants", { body, params }));
    }, body).catch((error: unknown) => {
      throw error instanceof Refusal && error.code === "ticket_exists"
        ? new Error("This user has a ticket of the event already.")
        : error;
    });
    tell(`${picked.value?.username ?? "The user"} has a ticket of “${event.name}”.`, "good");
    picked.value = null;
    id.value = "";
    onGranted();
  };
  return (
    <Form form={form} label="Give a ticket away" check={check} send={send}>
      <p class="hint">It costs the user nothing and adds nothing to the pool.</p>
      {search ? (
        <UserPicker label="Who gets it" picked={picked} />
      ) : (
        <Field form={form} name="user" label="Id of the user" value={id} spellcheck={false} />
      )}
      <Submit form={form} class="">
        Give the ticket
      </Submit>
    </Form>
  );
}
