import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import type { LatLon } from "../../api/types";
import type { FormState } from "../../ui/form";
import { pointsOf, textOf } from "./geometry";

interface PointsProps {
  form: FormState;
  name: "course" | "checkpoints";
  label: string;
  hint: string;
  points: LatLon[];
  onChange: (points: LatLon[]) => void;
}

/** Points as text, one a line: whoever does not click draws with the keyboard. */
export function PointsField({ form, name, label, hint, points, onChange }: PointsProps) {
  const id = useId();
  const text = useSignal(textOf(points));
  const misread = useSignal("");
  const wrong = misread.value || form.errors.value[name];
  const written = textOf(points);
  useEffect(() => {
    // Drawn on the map, or undone. What is typed stays as it is typed while it means the same.
    const read = pointsOf(text.value);
    if ("points" in read && textOf(read.points) === written) return;
    text.value = written;
    misread.value = "";
  }, [written]);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        name={name}
        rows={3}
        spellcheck={false}
        class="points"
        value={text.value}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? `${id}-wrong` : `${id}-hint`}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          const read = pointsOf(text.value);
          misread.value = "wrong" in read ? read.wrong : "";
          const { [name]: _, ...rest } = form.errors.value;
          form.errors.value = rest;
          if ("points" in read) onChange(read.points);
        }}
      />
      {wrong ? (
        <p class="complaint" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      ) : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
