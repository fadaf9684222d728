import { api, must } from "../../api/client";
import { lengthAndTime, reasonInWords, sportInWords } from "../../game_words";
import { pathOf } from "../../route";
import { usePages } from "../../ui/loading";
import { Paged, Panel, When } from "../../ui/parts";

export function ReviewQueue() {
  const pages = usePages(
    (cursor, signal) =>
      must(api.GET("/v1/reviews", { params: { query: { ...(cursor && { cursor }) } }, signal })),
    [],
  );
  return (
    <Panel
      title="Reviews"
      actions={
        <button type="button" onClick={pages.reload}>
          Look again
        </button>
      }
    >
      <p class="hint">
        Runs that raised a doubt, oldest first. Their ground and results wait for a verdict.
      </p>
      <Paged
        pages={pages}
        empty="Nothing waits for a verdict."
        render={(items) => (
          <ol class="cards" aria-label="Runs to review">
            {items.map(({ run, username }) => (
              <li key={run.id} class="card">
                <h3>
                  <a href={pathOf("reviews", run.id)}>
                    {username}: {sportInWords(run.sport).toLowerCase()}
                  </a>
                </h3>
                <p>
                  {lengthAndTime(run)}, <When at={run.started_at ?? run.created_at} />
                </p>
                <ul class="reasons">
                  {run.reasons.map((reason) => (
                    <li key={reason}>{reasonInWords(reason)}</li>
                  ))}
                </ul>
              </li>
            ))}
          </ol>
        )}
      />
    </Panel>
  );
}
