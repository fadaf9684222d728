import { Nothing, Panel } from "../ui/parts";

export default function NoticesPanel() {
  return (
    <Panel title="Notices">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
