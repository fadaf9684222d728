import { Nothing, Panel } from "../ui/parts";

export default function TilePanel() {
  return (
    <Panel title="Tile">
      <Nothing>Nothing here yet.</Nothing>
    </Panel>
  );
}
