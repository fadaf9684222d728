import type { PanelProps } from "../panels";
import { EventDetail } from "./event_detail";
import { EventList } from "./event_list";

export default function EventsPanel({ path: [id] }: PanelProps) {
  return id ? <EventDetail key={id} id={id} /> : <EventList />;
}
