import { Nothing, Panel } from "../ui/parts";

export default function ActionsPanel() {
  return (
    <Panel title="Log of actions">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
