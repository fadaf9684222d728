import { Nothing, Panel } from "../ui/parts";

export default function UsersPanel() {
  return (
    <Panel title="Users">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
