/** The account itself: its name, its home zones, its data, its end. */
import { profile, signOut } from "../api/session";
import { pathOf } from "../route";
import { server } from "../server";
import { CopyButton } from "../ui/copy_button";
import { Badge, Facts, Panel, When } from "../ui/parts";
import { DeleteAccount } from "./delete_account";
import { ExportData } from "./export_data";
import { HomeZonesForm } from "./home_zones_form";
import { NameForm } from "./name_form";

export default function AccountPanel() {
  const me = profile.value;
  if (!me) return null;
  return (
    <Panel title="Account">
      <Facts
        of={[
          ["Name", me.username],
          ["E-mail", me.email],
          [
            "Id",
            <span class="account-id">
              <code>{me.id}</code> <CopyButton text={me.id} label="Copy the id" />
            </span>,
          ],
          [
            "Roles",
            <span class="row">
              {me.roles.map((role) => (
                <Badge key={role}>{role}</Badge>
              ))}
            </span>,
          ],
          ["Since", <When at={me.created_at} />],
        ]}
      />
      <p class="links">
        {server.value?.wallets && <a href={pathOf("wallet")}>Wallet</a>}
        <a href={pathOf("imports")}>Imports</a>
        <a href={pathOf("me")}>My ground</a>
      </p>
      <NameForm username={me.username} />
      <HomeZonesForm />
      <ExportData username={me.username} />
      <section aria-label="Session">
        <h3>Session</h3>
        <button type="button" onClick={() => void signOut()}>
          Sign out of this browser
        </button>
      </section>
      <DeleteAccount />
    </Panel>
  );
}
