import { signal, useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { banned, expired, profile, register, signIn, stayOut } from "../api/session";
import { Dialog } from "../ui/dialog";
import { find, focusIfLost } from "../ui/focus";
import { Field, Form, Submit, useForm } from "../ui/form";
import { atField, emailComplaint, newPasswordComplaint, usernameComplaint } from "./account_checks";

type Mode = "in" | "up";

const open = signal<Mode | null>(null);

export function askToSignIn(mode: Mode = "in"): void {
  open.value = mode;
}

/** Over whatever is open: what was typed beneath stays. */
export function SignIn() {
  const mode = open.value ?? (expired.value || banned.value ? "in" : null);
  const shown = mode !== null;
  // The button that opened it is gone once somebody is signed in.
  useEffect(
    () =>
      shown ? () => focusIfLost(find("#panel h2"), find(".bar-end :is(a, button)")) : undefined,
    [shown],
  );
  return mode && <SignInDialog mode={mode} />;
}

function SignInDialog({ mode }: { mode: Mode }) {
  // Kept when one form gives way to the other.
  const email = useSignal(expired.value ? (profile.value?.email ?? "") : "");
  const password = useSignal("");
  const done = () => (open.value = null);
  const close = () => {
    done();
    if (expired.value || banned.value) stayOut();
  };
  const forms = { email, password, onDone: done };
  return (
    <Dialog
      title={mode === "in" ? "Sign in" : "Create an account"}
      onClose={close}
      stays={expired.value}
    >
      {banned.value ? (
        <p>This account is banned. You can sign in with another one.</p>
      ) : (
        expired.value && <p>Your session has ended. What you typed is still there.</p>
      )}
      {mode === "in" ? <SignInForm {...forms} /> : <RegisterForm {...forms} />}
      <p>
        {mode === "in" ? "New here? " : "You have an account? "}
        <button
          type="button"
          class="link"
          onClick={() => (open.value = mode === "in" ? "up" : "in")}
        >
          {mode === "in" ? "Create an account" : "Sign in instead"}
        </button>
      </p>
      {expired.value && (
        <p>
          <button type="button" onClick={close}>
            Leave without signing in
          </button>
        </p>
      )}
    </Dialog>
  );
}

interface FormProps {
  email: Signal<string>;
  password: Signal<string>;
  onDone: () => void;
}

function SignInForm({ email, password, onDone }: FormProps) {
  const form = useForm();
  const check = () => ({
    ...emailComplaint(email.value),
    ...(password.value === "" && { password: "The password is missing." }),
  });
  const send = async () => {
    await signIn(email.value.trim(), password.value);
    onDone();
  };
  return (
    <Form form={form} check={check} send={send} label="Sign in">
      <EmailField form={form} value={email} />
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

function RegisterForm({ email, password, onDone }: FormProps) {
  const form = useForm();
  const username = useSignal("");
  const check = () => ({
    ...usernameComplaint(username.value),
    ...emailComplaint(email.value),
    ...newPasswordComplaint(password.value),
  });
  const send = async () => {
    await register(email.value.trim(), password.value, username.value.trim()).catch(
      (error: unknown) => {
        throw atField(error);
      },
    );
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
      <EmailField form={form} value={email} />
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

function EmailField({ form, value }: { form: ReturnType<typeof useForm>; value: Signal<string> }) {
  return (
    <Field
      form={form}
      name="email"
      label="E-mail"
      type="email"
      autoComplete="username"
      value={value}
    />
  );
}
