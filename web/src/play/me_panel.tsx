import { Nothing, Panel } from "../ui/parts";

export default function MePanel() {
  return (
    <Panel title="Me">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
