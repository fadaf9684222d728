import { useSignal } from "@preact/signals";
import { api, must } from "../api/client";
import { Refusal } from "../api/problem";
import { dropSession } from "../api/session";
import { go } from "../route";
import { Dialog } from "../ui/dialog";
import { Field, Form, Submit, useForm } from "../ui/form";
import { tell } from "../ui/toast";

export function DeleteAccount() {
  const open = useSignal(false);
  return (
    <section aria-label="Delete the account">
      <h3>Delete the account</h3>
      <p>Your tracks and personal data go, and your tiles become free. It cannot be undone.</p>
      <button type="button" class="danger" onClick={() => (open.value = true)}>
        Delete my account …
      </button>
      {open.value && <DeleteDialog onClose={() => (open.value = false)} />}
    </section>
  );
}

/** Nobody typed an address here: what is wrong is the password alone. */
function atPassword(error: unknown): unknown {
  if (!(error instanceof Refusal) || error.code !== "wrong_credentials") return error;
  const errors = [{ field: "password", code: error.code, detail: "The password is wrong." }];
  return new Refusal(error.status, { ...error.problem, errors }, error.retryAfter);
}

function DeleteDialog({ onClose }: { onClose: () => void }) {
  const form = useForm();
  const password = useSignal("");
  const check = (): Record<string, string> =>
    password.value === "" ? { password: "The password is missing." } : {};
  const send = async () => {
    try {
      await must(api.DELETE("/v1/me", { body: { password: password.value } }));
    } catch (error) {
      throw atPassword(error);
    }
    onClose();
    dropSession();
    go();
    tell("Your account is deleted.");
  };
  return (
    <Dialog title="Delete your account?" onClose={onClose}>
      <p>This cannot be undone. With the account go:</p>
      <ul>
        <li>your name, your e-mail address, your tracks and home zones,</li>
        <li>your tiles, which become free at once,</li>
        <li>your coins, tokens and tickets: nothing of them is paid out.</li>
      </ul>
      <Form form={form} check={check} send={send} label="Delete the account">
        <Field
          form={form}
          name="password"
          label="Your password"
          type="password"
          autoComplete="current-password"
          value={password}
        />
        <div class="row">
          <Submit form={form} class="danger">
            Delete my account for ever
          </Submit>
          <button type="button" onClick={onClose}>
            Keep it
          </button>
        </div>
      </Form>
    </Dialog>
  );
}
