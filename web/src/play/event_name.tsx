/** The name of an event of which only the id is known. */
import { api, must } from "../api/client";
import { useLoad } from "../ui/loading";

const names = new Map<string, Promise<string>>();

/** Asks once for each event; again after a failure. @throws Refusal */
export function eventName(id: string): Promise<string> {
  let name = names.get(id);
  if (!name) {
    name = must(api.GET("/v1/events/{id}", { params: { path: { id } } })).then((x) => x.name);
    name.catch(() => names.delete(id));
    names.set(id, name);
  }
  return name;
}

/** Behind a dot; nothing until it is known. */
export function EventName({ id }: { id: string }) {
  const { data } = useLoad(() => eventName(id), [id]);
  return data ? <> · {data}</> : null;
}
