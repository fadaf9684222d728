import { Nothing, Panel } from "../ui/parts";

export default function EventsPanel() {
  return (
    <Panel title="Events">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
