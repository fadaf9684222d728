/** Finds a user by part of a name; only operators may search. */
import { useSignal, type Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { api, must } from "../api/client";
import type { User } from "../api/types";
import { useLoad } from "../ui/loading";
import { Failure, Nothing } from "../ui/parts";
import { useDebounced } from "../ui/debounced";

interface PickerProps {
  label: string;
  picked: Signal<Pick<User, "id" | "username"> | null>;
}

const shown_max = 6;

export function UserPicker({ label, picked }: PickerProps) {
  const id = useId();
  const text = useSignal("");
  const q = useDebounced(text.value.trim());
  const found = useLoad(
    async (signal) =>
      q === ""
        ? []
        : (await must(api.GET("/v1/users", { params: { query: { q, limit: shown_max } }, signal })))
            .items,
    [q],
  );
  if (picked.value)
    return (
      <div class="field">
        <p class="row">
          <span>
            {label}: <strong>{picked.value.username}</strong>
          </span>
          <button type="button" onClick={() => (picked.value = null)}>
            Another
          </button>
        </p>
      </div>
    );
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="search"
        autocomplete="off"
        placeholder="Part of a name or e-mail, or an id"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      {found.error ? <Failure error={found.error} retry={found.reload} /> : null}
      <div role="status" aria-busy={found.busy}>
        {q !== "" && !found.busy && found.data?.length === 0 && <Nothing>Nobody found.</Nothing>}
        {q !== "" && found.data && found.data.length > 0 && (
          <ul class="picks" aria-label={`Found for ${label}`}>
            {found.data.map((user) => (
              <li key={user.id}>
                <button type="button" onClick={() => (picked.value = user)}>
                  {user.username} <span class="hint">{user.email}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
