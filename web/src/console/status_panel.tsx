import { Nothing, Panel } from "../ui/parts";

export default function StatusPanel() {
  return (
    <Panel title="The server">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
