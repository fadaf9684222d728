/** `#/manage-events`: events of organisers, and all of them for operators. */
import "../styles/console.css";
import type { PanelProps } from "../panels";
import { pathOf } from "../route";
import { Panel } from "../ui/parts";
import { CreateForm } from "./events/event_form";
import { EventList } from "./events/event_list";
import { EventPage } from "./events/event_page";

export default function EventsPanel({ path }: PanelProps) {
  const [id] = path;
  if (id === "new")
    return (
      <Panel title="New event">
        <p>
          <a href={pathOf("manage-events")}>All events</a>
        </p>
        <CreateForm />
      </Panel>
    );
  if (id !== undefined) return <EventPage key={id} id={id} />;
  return (
    <Panel
      title="Manage events"
      actions={
        <a class="button" href={pathOf("manage-events", "new")}>
          New event
        </a>
      }
    >
      <EventList />
    </Panel>
  );
}
