import { Nothing, Panel } from "../ui/parts";

export default function TicketsPanel() {
  return (
    <Panel title="Tickets">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
