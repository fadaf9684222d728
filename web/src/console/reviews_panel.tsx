import { Nothing, Panel } from "../ui/parts";

export default function ReviewsPanel() {
  return (
    <Panel title="Reviews">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
