import type { Action } from "../api/types";
import { pathOf } from "../route";
import { When } from "../ui/parts";
import { actionInWords, detailLines, screenOfTarget } from "./action_words";
import { Scroll } from "./scroll";

interface TableProps {
  actions: readonly Action[];
  label: string;
  /** Called with whom to filter by; without it there are no such buttons. */
  onlyBy?: (id: string) => void;
  onlyTarget?: (id: string) => void;
}

export function ActionTable({ actions, label, onlyBy, onlyTarget }: TableProps) {
  return (
    <Scroll label={`Table: ${label}`}>
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">To whom or what</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {actions.map((action) => (
            <tr key={action.id}>
              <td>
                <When at={action.at} />
              </td>
              <td>
                <By action={action} onlyBy={onlyBy} />
              </td>
              <td>{actionInWords(action.action)}</td>
              <td>
                <Target action={action} onlyTarget={onlyTarget} />
              </td>
              <td>
                <Detail action={action} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function By({ action, onlyBy }: { action: Action; onlyBy: TableProps["onlyBy"] }) {
  const { by } = action;
  if (by === null) return <>The command line</>;
  return (
    <>
      <a href={pathOf("users", by)}>{action.by_username ?? "a closed account"}</a>
      {onlyBy && (
        <>
          {" "}
          <button type="button" class="link hint" onClick={() => onlyBy(by)}>
            only<span class="hidden-text"> what {action.by_username ?? "this account"} did</span>
          </button>
        </>
      )}
    </>
  );
}

function Target({ action, onlyTarget }: { action: Action; onlyTarget: TableProps["onlyTarget"] }) {
  const screen = screenOfTarget(action.action);
  const name = action.target_name ?? "a closed account";
  return (
    <>
      <a href={pathOf(screen, action.target)}>{screen === "reviews" ? `run of ${name}` : name}</a>
      {onlyTarget && (
        <>
          {" "}
          <button type="button" class="link hint" onClick={() => onlyTarget(action.target)}>
            only<span class="hidden-text"> what was done to {name}</span>
          </button>
        </>
      )}
    </>
  );
}

function Detail({ action }: { action: Action }) {
  const lines = detailLines(action);
  if (lines.length === 0) return <span class="hint">nothing more</span>;
  return (
    <dl class="detail">
      {lines.map(({ term, before, text, link }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>
            {before !== undefined ? (
              <>
                <del>{before ?? "none"}</del> <ins>{text}</ins>
              </>
            ) : link ? (
              <a href={pathOf(...link)}>{text}</a>
            ) : (
              text
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
