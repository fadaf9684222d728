/** One account: its rights, its money, and what was done to it. */
import { api, must } from "../../api/client";
import type { Action, LedgerEntry } from "../../api/types";
import { causeOf } from "../../ledger_words";
import { pathOf } from "../../route";
import { useLoad, usePages } from "../../ui/loading";
import { Facts, Failure, Nothing, Paged, Panel, When } from "../../ui/parts";
import { coins, count, tileCount, tokens } from "../../units";
import { ActionTable } from "../action_table";
import { BanUser } from "./ban_user";
import { GrantCoins } from "./grant_coins";
import { UserState } from "./user_list";
import { UserRoles } from "./user_roles";
import { Scroll } from "../scroll";

export function UserPage({ id }: { id: string }) {
  const found = useLoad(
    (signal) => must(api.GET("/v1/users/{id}", { params: { path: { id } }, signal })),
    [id],
  );
  const actions = usePages<Action>(
    (cursor, signal) => {
      const query = { target: id, limit: 20, ...(cursor && { cursor }) };
      return must(api.GET("/v1/actions", { params: { query }, signal }));
    },
    [id],
  );
  const ledger = usePages<LedgerEntry>(
    (cursor, signal) => {
      const params = { path: { id }, query: { limit: 20, ...(cursor && { cursor }) } };
      return must(api.GET("/v1/users/{id}/ledger", { params, signal }));
    },
    [id],
  );
  const changed = () => {
    found.reload();
    actions.reload();
    ledger.reload();
  };
  const user = found.data;
  if (!user)
    return (
      <Panel title="User">
        {found.error ? (
          <Failure error={found.error} retry={found.reload} />
        ) : (
          <Nothing>Loading …</Nothing>
        )}
      </Panel>
    );
  return (
    <Panel title={user.username} actions={<UserState user={user} />}>
      <p class="row">
        <a href={pathOf("users")}>All users</a>
        <a href={pathOf("actions", "by", user.id)}>What {user.username} did</a>
      </p>
      {found.error ? <Failure error={found.error} retry={found.reload} /> : null}
      <Facts
        of={[
          ["E-mail", user.email],
          ["Id", <code>{user.id}</code>],
          ["Since", <When at={user.created_at} />],
          user.coins_cents !== undefined && ["Coins", coins(user.coins_cents)],
          user.tokens_micro !== undefined && ["Tokens", tokens(user.tokens_micro)],
          user.xp !== undefined && ["Experience", `${count(user.xp)} XP`],
          user.tiles !== undefined && ["Ground", tileCount(user.tiles)],
        ]}
      />
      {user.deleted ? (
        <Nothing>This account is closed. Nothing about it can be changed.</Nothing>
      ) : (
        <div class="columns">
          <section aria-label="Roles">
            <h3>Roles</h3>
            <UserRoles key={user.roles.join()} user={user} onChanged={changed} />
          </section>
          <section aria-label="Coins">
            <h3>Give coins</h3>
            <GrantCoins user={user} onGranted={changed} />
          </section>
          <section aria-label="Ban">
            <h3>Ban</h3>
            <BanUser user={user} onChanged={changed} />
          </section>
        </div>
      )}
      <h3>Ledger</h3>
      <Paged
        pages={ledger}
        empty="Nothing came in or went out."
        render={(entries) => <LedgerTable entries={entries} />}
      />
      <h3>Actions on this user</h3>
      <Paged
        pages={actions}
        empty="Nothing was done to this account."
        render={(items) => <ActionTable actions={items} label="Actions on this user" />}
      />
    </Panel>
  );
}

function LedgerTable({ entries }: { entries: readonly LedgerEntry[] }) {
  return (
    <Scroll label="Table of the ledger">
      <table aria-label="Ledger, newest first">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col" class="number">
              Amount
            </th>
            <th scope="col">Cause</th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={`${entry.currency} ${entry.id}`}>
              <td>
                <When at={entry.at} />
              </td>
              <td class="number">{amountText(entry)}</td>
              <td class="wrap" title={entry.cause}>
                {causeOf(entry.cause).text}
              </td>
              <td class="wrap">{entry.note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function amountText(entry: LedgerEntry): string {
  const amount = entry.amount_cents ?? entry.amount_micro ?? 0;
  const text = entry.currency === "coins" ? coins(Math.abs(amount)) : tokens(Math.abs(amount));
  return `${amount < 0 ? "−" : "+"}${text}`;
}
