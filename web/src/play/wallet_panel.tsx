import { Nothing, Panel } from "../ui/parts";

export default function WalletPanel() {
  return (
    <Panel title="Wallet">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
