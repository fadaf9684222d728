/**
 * Forms: what is typed is checked before it is sent, the server's complaints stand at their fields,
 * and nothing typed is lost by a failure.
 */
import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import { Refusal, sentenceOf } from "../api/problem";

export interface FormState {
  /** Complaints by field name; "" is the form's own. */
  errors: Signal<Record<string, string>>;
  busy: Signal<boolean>;
}

export function useForm(): FormState {
  return { errors: useSignal({}), busy: useSignal(false) };
}

interface FormProps {
  form: FormState;
  /** Complaints by field; an empty object lets it be sent. */
  check?: () => Record<string, string>;
  send: () => Promise<void>;
  children: ComponentChildren;
  label?: string;
  class?: string;
}

export function Form({ form, check, send, children, label, class: css }: FormProps) {
  const root = useRef<HTMLFormElement>(null);
  const complain = (errors: Record<string, string>) => {
    form.errors.value = errors;
    const first = Object.keys(errors).find((name) => name !== "");
    queueMicrotask(() => {
      const field = first && root.current?.elements.namedItem(first);
      if (field instanceof HTMLElement) field.focus();
    });
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (form.busy.value) return;
    const wrong = check?.() ?? {};
    if (Object.keys(wrong).length > 0) return complain(wrong);
    form.errors.value = {};
    form.busy.value = true;
    try {
      await send();
    } catch (error) {
      complain(complaintsOf(error, root.current));
    } finally {
      form.busy.value = false;
    }
  };
  return (
    <form ref={root} class={css} aria-label={label} noValidate onSubmit={(e) => void submit(e)}>
      {children}
      {form.errors.value[""] && (
        <p class="complaint" role="alert">
          {form.errors.value[""]}
        </p>
      )}
    </form>
  );
}

/** A refusal's fields at their inputs; what has no input here goes to the form. */
export function complaintsOf(error: unknown, root: HTMLFormElement | null): Record<string, string> {
  if (!(error instanceof Refusal) || error.fields.size === 0) return { "": sentenceOf(error) };
  const complaints: Record<string, string> = {};
  const rest: string[] = [];
  for (const [field, detail] of error.fields) {
    if (root?.elements.namedItem(field)) complaints[field] = detail;
    else rest.push(`${field}: ${detail}`);
  }
  if (rest.length > 0) complaints[""] = rest.join(" ");
  return complaints;
}

type InputProps = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "value" | "form" | "label">;

interface FieldProps extends InputProps {
  form: FormState;
  /** As on the wire, so that the server's complaints find it. */
  name: string;
  label: ComponentChildren;
  value: Signal<string>;
  hint?: ComponentChildren;
  /** Behind the input. */
  unit?: string;
}

export function Field({ form, name, label, value, hint, unit, ...input }: FieldProps) {
  const id = useId();
  const wrong = form.errors.value[name];
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="field-input">
        <input
          {...input}
          id={id}
          name={name}
          value={value.value}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={described || undefined}
          onInput={(event) => {
            value.value = event.currentTarget.value;
            if (wrong) form.errors.value = without(form.errors.value, name);
          }}
        />
        {unit && <span class="unit">{unit}</span>}
      </span>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong && (
        <p class="complaint" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  form: FormState;
  name: string;
  label: ComponentChildren;
  value: Signal<string>;
  options: readonly (readonly [value: string, text: string])[];
  hint?: ComponentChildren;
}

export function Choice({ form, name, label, value, options, hint }: ChoiceProps) {
  const id = useId();
  const wrong = form.errors.value[name];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        name={name}
        value={value.value}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? `${id}-wrong` : undefined}
        onChange={(event) => (value.value = event.currentTarget.value)}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      {hint && <p class="hint">{hint}</p>}
      {wrong && (
        <p class="complaint" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

interface SubmitProps {
  form: FormState;
  children: ComponentChildren;
  class?: string;
}

export function Submit({ form, children, class: css = "primary" }: SubmitProps) {
  return (
    <button type="submit" class={css} disabled={form.busy.value} aria-busy={form.busy.value}>
      {children}
    </button>
  );
}

function without(errors: Record<string, string>, name: string): Record<string, string> {
  const rest = { ...errors };
  delete rest[name];
  return rest;
}
