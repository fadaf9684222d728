import { Nothing, Panel } from "../ui/parts";

export default function ImportsPanel() {
  return (
    <Panel title="Imports">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
