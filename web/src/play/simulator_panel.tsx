import { Nothing, Panel } from "../ui/parts";

export default function SimulatorPanel() {
  return (
    <Panel title="Run here">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
