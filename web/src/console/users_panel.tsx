/** `#/users`, `#/users/<id>`: the accounts. */
import "../styles/console.css";
import type { PanelProps } from "../panels";
import { Panel } from "../ui/parts";
import { UserList } from "./users/user_list";
import { UserPage } from "./users/user_page";

export default function UsersPanel({ path }: PanelProps) {
  const [id] = path;
  if (id !== undefined) return <UserPage key={id} id={id} />;
  return (
    <Panel title="Users">
      <UserList />
    </Panel>
  );
}
