import { useSignal } from "@preact/signals";
import { api, must } from "../../api/client";
import { profile } from "../../api/session";
import type { Role, User } from "../../api/types";
import { Form, useForm } from "../../ui/form";
import { tell } from "../../ui/toast";
import { Confirm } from "../../ui/confirm";

interface RolesProps {
  user: User;
  onChanged: () => void;
}

const roles: readonly (readonly [Role, string])[] = [
  ["runner", "Runner: plays"],
  ["organiser", "Organiser: makes events"],
  ["operator", "Operator: may do everything here"],
];

export function UserRoles({ user, onChanged }: RolesProps) {
  const form = useForm();
  const chosen = useSignal<readonly Role[]>(user.roles);
  const asking = useSignal(false);
  const me = user.id === profile.value?.id;
  const same = roles.every(([r]) => user.roles.includes(r) === chosen.value.includes(r));
  const save = async () => {
    const body = { roles: [...chosen.value] };
    const params = { path: { id: user.id } };
    const now = await must(api.PATCH("/v1/users/{id}", { body, params }));
    tell(`${now.username} is now: ${now.roles.join(", ")}.`, "good");
    // One's own roles decide what of this console is there.
    if (me && profile.value) profile.value = { ...profile.value, roles: now.roles };
    onChanged();
  };
  const send = async () => {
    if (me && user.roles.includes("operator") && !chosen.value.includes("operator"))
      asking.value = true;
    else await save();
  };
  return (
    <>
      <Form
        form={form}
        label="Roles"
        check={(): Record<string, string> =>
          chosen.value.length > 0 ? {} : { roles: "Every account has at least one role." }
        }
        send={send}
      >
        <div class="stack">
          {roles.map(([role, text]) => (
            <label key={role} class="choice">
              <input
                type="checkbox"
                name="roles"
                checked={chosen.value.includes(role)}
                onChange={(event) => {
                  const others = chosen.value.filter((x) => x !== role);
                  chosen.value = event.currentTarget.checked ? [...others, role] : others;
                  form.errors.value = {};
                }}
              />{" "}
              {text}
            </label>
          ))}
          {form.errors.value.roles && (
            <p class="complaint" role="alert">
              {form.errors.value.roles}
            </p>
          )}
          <button type="submit" disabled={same || form.busy.value} aria-busy={form.busy.value}>
            Save the roles
          </button>
        </div>
      </Form>
      {asking.value && (
        <Confirm
          title="Give up your own operator role?"
          does="Give it up"
          keeps="Stay operator"
          act={save}
          onClose={() => (asking.value = false)}
        >
          <p>
            You will not see users, reviews, actions and the server any more. Only another operator
            can give the role back.
          </p>
        </Confirm>
      )}
    </>
  );
}
