import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { api, must } from "../../api/client";
import { Refusal } from "../../api/problem";
import type { Run } from "../../api/types";
import { Form, useForm } from "../../ui/form";
import { tell } from "../../ui/toast";
import { useWish } from "../../ui/wish";

interface VerdictProps {
  run: Run;
  onGiven: () => void;
  /** Somebody else was quicker. */
  onStale: () => void;
}

const note_max = 500;

export function VerdictForm({ run, onGiven, onStale }: VerdictProps) {
  const form = useForm();
  const note = useSignal("");
  const verdict = useRef<"accept" | "reject">("accept");
  const wish = useWish();
  const id = useId();
  const length = [...note.value.trim()].length;
  const wrong = form.errors.value.note;
  const check = (): Record<string, string> => {
    if (length === 0) return { note: "The runner is told why: write a word." };
    return length > note_max ? { note: `At most ${note_max} characters.` } : {};
  };
  const send = async () => {
    const body = { verdict: verdict.current, note: note.value.trim() };
    try {
      await wish(
        (key) => {
          const params = { path: { id: run.id }, header: { "Idempotency-Key": key } };
          return must(api.POST("/v1/runs/{id}/review", { body, params }));
        },
        { run: run.id, ...body },
      );
    } catch (error) {
      if (error instanceof Refusal && error.code === "run_not_flagged") onStale();
      throw error;
    }
    tell(body.verdict === "accept" ? "The run is accepted." : "The run is rejected.", "good");
    onGiven();
  };
  const flagged = run.state === "flagged";
  return (
    <Form form={form} label="Verdict" check={check} send={send} class="verdict">
      <h3>{flagged ? "Verdict" : "Reject it after all"}</h3>
      <div class="field">
        <label for={id}>A word to the runner</label>
        <textarea
          id={id}
          name="note"
          rows={3}
          value={note.value}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`${id}-hint`}
          onInput={(event) => {
            note.value = event.currentTarget.value;
            if (wrong) form.errors.value = {};
          }}
        />
        <p
          class={wrong ? "complaint" : "hint"}
          id={`${id}-hint`}
          role={wrong ? "alert" : undefined}
        >
          {wrong ?? `${length} of ${note_max} characters. The runner reads it.`}
        </p>
      </div>
      <div class="row">
        {flagged && (
          <button
            type="submit"
            class="primary"
            disabled={form.busy.value}
            onClick={() => (verdict.current = "accept")}
          >
            Accept the run
          </button>
        )}
        <button
          type="submit"
          class="danger"
          disabled={form.busy.value}
          onClick={() => (verdict.current = "reject")}
        >
          Reject the run
        </button>
      </div>
      <p class="hint">
        {flagged
          ? "Accepting hands out its tiles and its result; rejecting gives it neither."
          : "Its tiles go to whoever held them next."}
      </p>
    </Form>
  );
}
