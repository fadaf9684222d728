/** `#/actions`, `#/actions/by/<user>`, `#/actions/target/<id>`, or both: the log of actions. */
import "../styles/console.css";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import type { Action, User } from "../api/types";
import type { PanelProps } from "../panels";
import { go } from "../route";
import { Field, Form, Submit, useForm } from "../ui/form";
import { useLoad, usePages } from "../ui/loading";
import { Paged, Panel } from "../ui/parts";
import { ActionTable } from "./action_table";
import { UserPicker } from "./user_picker";
import { isUuid } from "./uuid";

export interface Filter {
  by?: string;
  target?: string;
}

function filterOf(path: readonly string[]): Filter {
  const filter: Filter = {};
  for (let i = 0; i + 1 < path.length; i += 2)
    if (path[i] === "by" || path[i] === "target") filter[path[i] as "by" | "target"] = path[i + 1];
  return filter;
}

function show({ by, target }: Filter): void {
  go("actions", ...(by ? ["by", by] : []), ...(target ? ["target", target] : []));
}

export default function ActionsPanel({ path }: PanelProps) {
  const filter = filterOf(path);
  const { by, target } = filter;
  const pages = usePages<Action>(
    (cursor, signal) => {
      const query = { ...filter, limit: 50, ...(cursor && { cursor }) };
      return must(api.GET("/v1/actions", { params: { query }, signal }));
    },
    [by, target],
  );
  return (
    <Panel
      title="Log of actions"
      actions={
        <button type="button" onClick={pages.reload}>
          Look again
        </button>
      }
    >
      <div class="log-filters" role="search" aria-label="Filter the log">
        <ByFilter key={by} by={by} onChange={(id) => show({ ...filter, by: id })} />
        <TargetFilter
          key={`target ${target}`}
          target={target}
          onChange={(id) => show({ ...filter, target: id })}
        />
      </div>
      <Paged
        pages={pages}
        empty={by || target ? "No action matches." : "Nothing was done yet."}
        render={(actions) => (
          <ActionTable
            actions={actions}
            label="Actions, newest first"
            onlyBy={(id) => show({ ...filter, by: id })}
            onlyTarget={(id) => show({ ...filter, target: id })}
          />
        )}
      />
    </Panel>
  );
}

interface ByProps {
  by: string | undefined;
  onChange: (id: string | undefined) => void;
}

function ByFilter({ by, onChange }: ByProps) {
  const picked = useSignal<Pick<User, "id" | "username"> | null>(
    by ? { id: by, username: by } : null,
  );
  const known = useLoad(
    async (signal) =>
      by ? must(api.GET("/v1/users/{id}", { params: { path: { id: by } }, signal })) : null,
    [by],
  );
  useEffect(() => {
    if (known.data) picked.value = known.data; // The name, instead of the id.
  }, [known.data]);
  useSignalEffect(() => {
    const id = picked.value?.id;
    if (id !== by) onChange(id);
  });
  return <UserPicker label="Who did it" picked={picked} />;
}

interface TargetProps {
  target: string | undefined;
  onChange: (id: string | undefined) => void;
}

function TargetFilter({ target, onChange }: TargetProps) {
  const form = useForm();
  const text = useSignal(target ?? "");
  const id = () => text.value.trim().toLowerCase();
  return (
    <Form
      form={form}
      label="Filter by what it was done to"
      check={(): Record<string, string> =>
        id() === "" || isUuid(id()) ? {} : { target: "The id of a user, an event or a run." }
      }
      send={async () => onChange(id() || undefined)}
    >
      <Field form={form} name="target" label="Done to, by id" value={text} spellcheck={false} />
      <div class="row">
        <Submit form={form} class="">
          Show
        </Submit>
        {target && (
          <button type="button" onClick={() => onChange(undefined)}>
            Everything
          </button>
        )}
      </div>
    </Form>
  );
}
