import { useSignal } from "@preact/signals";
import { api, must } from "../../api/client";
import type { User } from "../../api/types";
import { pathOf } from "../../route";
import { usePages } from "../../ui/loading";
import { Badge, Paged, When } from "../../ui/parts";
import { useDebounced } from "../../ui/debounced";
import { Scroll } from "../scroll";

export function UserList() {
  const text = useSignal(searched);
  searched = text.value; // Still there after a look at one of them.
  const q = useDebounced(text.value.trim());
  const pages = usePages<User>(
    (cursor, signal) => {
      const query = { limit: 50, ...(q && { q }), ...(cursor && { cursor }) };
      return must(api.GET("/v1/users", { params: { query }, signal }));
    },
    [q],
  );
  return (
    <>
      <div class="field" role="search">
        <label for="user-search">Part of a name or an e-mail address, or an id</label>
        <input
          id="user-search"
          type="search"
          autocomplete="off"
          maxLength={254}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
      </div>
      <Paged
        pages={pages}
        empty="Nobody."
        render={(users) => (
          <Scroll label="Table of users">
            <table aria-label="Users">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">E-mail</th>
                  <th scope="col">Roles</th>
                  <th scope="col">State</th>
                  <th scope="col">Since</th>
                </tr>
              </thead>
              <tbody>
                {users.map((user) => (
                  <tr key={user.id}>
                    <th scope="row">
                      <a href={pathOf("users", user.id)}>{user.username}</a>
                    </th>
                    <td class="wrap">{user.email}</td>
                    <td>{user.roles.join(", ")}</td>
                    <td>
                      <UserState user={user} />
                    </td>
                    <td>
                      <When at={user.created_at} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      />
    </>
  );
}

let searched = "";

export function UserState({ user }: { user: User }) {
  if (user.deleted) return <Badge kind="bad">Closed</Badge>;
  return user.banned ? <Badge kind="bad">Banned</Badge> : <Badge kind="good">Active</Badge>;
}
