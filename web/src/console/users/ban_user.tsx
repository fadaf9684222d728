import { useSignal } from "@preact/signals";
import { api, must } from "../../api/client";
import { profile } from "../../api/session";
import type { User } from "../../api/types";
import { tell } from "../../ui/toast";
import { Confirm } from "../../ui/confirm";

interface BanProps {
  user: User;
  onChanged: () => void;
}

export function BanUser({ user, onChanged }: BanProps) {
  const asking = useSignal(false);
  if (user.id === profile.value?.id)
    return <p class="hint">This is you. Only another operator can ban you.</p>;
  const act = async () => {
    const body = { banned: !user.banned };
    const now = await must(
      api.PATCH("/v1/users/{id}", { body, params: { path: { id: user.id } } }),
    );
    tell(now.banned ? `${now.username} is banned.` : `${now.username} may play again.`, "good");
    onChanged();
  };
  return (
    <>
      <p>
        {user.banned
          ? `${user.username} is banned: no session, no play.`
          : "A ban ends every session at once and keeps the account out."}
      </p>
      <button
        type="button"
        class={user.banned ? "" : "danger"}
        onClick={() => (asking.value = true)}
      >
        {user.banned ? "Lift the ban …" : "Ban …"}
      </button>
      {asking.value && (
        <Confirm
          title={user.banned ? `Lift the ban of ${user.username}?` : `Ban ${user.username}?`}
          does={user.banned ? "Lift the ban" : "Ban"}
          act={act}
          onClose={() => (asking.value = false)}
        >
          <p>
            {user.banned
              ? "The account can sign in and play again."
              : "Every session of the account ends now, and it cannot sign in until the ban is " +
                "lifted. Its ground and its coins stay."}
          </p>
        </Confirm>
      )}
    </>
  );
}
