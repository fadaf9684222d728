import { signal, useSignal } from "@preact/signals";
import { Dialog } from "../ui/dialog";
import { Field, Form, Submit, useForm } from "../ui/form";
import { expired, register, signIn } from "../api/session";

type Mode = "in" | "up";

const open = signal<Mode | null>(null);

export function askToSignIn(mode: Mode = "in"): void {
  open.value = mode;
}

/** Over whatever is open: what was typed beneath stays. */
export function SignIn() {
  const mode = open.value ?? (expired.value ? "in" : null);
  if (!mode) return null;
  const close = () => {
    open.value = null;
    expired.value = false;
  };
  return (
    <Dialog title={mode === "in" ? "Sign in" : "Create an account"} onClose={close}>
      {expired.value && <p>Your session has ended. What you typed is still there.</p>}
      {mode === "in" ? <SignInForm onDone={close} /> : <RegisterForm onDone={close} />}
      <p>
        {mode === "in" ? "New here? " : "You have an account? "}
        <button
          type="button"
          class="link"
          onClick={() => (open.value = mode === "in" ? "up" : "in")}
        >
          {mode === "in" ? "Create an account" : "Sign in"}
        </button>
      </p>
    </Dialog>
  );
}

function emailComplaint(email: string): Record<string, string> {
  const at = email.indexOf("@");
  return at > 0 && at < email.length - 1 && email.length <= 254
    ? {}
    : { email: "An e-mail address, as name@example.com." };
}

function SignInForm({ onDone }: { onDone: () => void }) {
  const form = useForm();
  const email = useSignal("");
  const password = useSignal("");
  const check = () => ({
    ...emailComplaint(email.value.trim()),
    ...(password.value === "" && { password: "The password is missing." }),
  });
  const send = async () => {
    await signIn(email.value.trim(), password.value);
    onDone();
  };
  return (
    <Form form={form} check={check} send={send} label="Sign in">
      <Field
        form={form}
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
      />
      <Field
        form={form}
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
        value={password}
      />
      <Submit form={form}>Sign in</Submit>
    </Form>
  );
}

function RegisterForm({ onDone }: { onDone: () => void }) {
  const form = useForm();
  const email = useSignal("");
  const password = useSignal("");
  const username = useSignal("");
  const check = () => ({
    ...emailComplaint(email.value.trim()),
    ...(/^[\p{L}\p{M}\p{Nd}_.-]{3,24}$/u.test(username.value.trim())
      ? {}
      : { username: "3 to 24 letters, digits or _ - ." }),
    ...(password.value.length < 8 && { password: "At least 8 characters." }),
  });
  const send = async () => {
    await register(email.value.trim(), password.value, username.value.trim());
    onDone();
  };
  return (
    <Form form={form} check={check} send={send} label="Create an account">
      <Field
        form={form}
        name="username"
        label="Name on the map"
        autoComplete="nickname"
        hint="3 to 24 letters, digits or _ - ."
        value={username}
      />
      <Field
        form={form}
        name="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
      />
      <Field
        form={form}
        name="password"
        label="Password"
        type="password"
        autoComplete="new-password"
        hint="At least 8 characters."
        value={password}
      />
      <Submit form={form}>Create an account</Submit>
    </Form>
  );
}
