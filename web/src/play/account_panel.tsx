import { Nothing, Panel } from "../ui/parts";

export default function AccountPanel() {
  return (
    <Panel title="Account">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
