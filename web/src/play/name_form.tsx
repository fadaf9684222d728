import { useSignal } from "@preact/signals";
import { api, must } from "../api/client";
import { profile } from "../api/session";
import { Field, Form, Submit, useForm } from "../ui/form";
import { tell } from "../ui/toast";
import { atField, usernameComplaint } from "./account_checks";

export function NameForm({ username }: { username: string }) {
  const form = useForm();
  const typed = useSignal(username);
  const send = async () => {
    const body = { username: typed.value.trim() };
    const now = await must(api.PATCH("/v1/me", { body })).catch((error: unknown) => {
      throw atField(error);
    });
    profile.value = now;
    typed.value = now.username;
    tell(`Your name is ${now.username} now.`, "good");
  };
  return (
    <section aria-label="Name">
      <h3>Name</h3>
      <Form form={form} check={() => usernameComplaint(typed.value)} send={send} label="Name">
        <Field
          form={form}
          name="username"
          label="Name on the map"
          autoComplete="nickname"
          hint="3 to 24 letters, digits or _ - ."
          value={typed}
        />
        <Submit form={form} class="">
          Change the name
        </Submit>
      </Form>
    </section>
  );
}
