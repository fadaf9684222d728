import { Nothing, Panel } from "../ui/parts";

export default function RunsPanel() {
  return (
    <Panel title="Runs">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
