/** The connection with Strava, and what comes from there. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, must } from "../api/client";
import { Refusal } from "../api/problem";
import type { StravaConnection } from "../api/types";
import { pathOf } from "../route";
import { Confirm } from "../ui/confirm";
import { useLoad, usePages } from "../ui/loading";
import { Badge, Facts, Failure, Nothing, Paged, When } from "../ui/parts";
import { tell, tellError } from "../ui/toast";
import { count } from "../units";
import { connectionInWords, importInWords, whyInWords } from "./import_words";

const look_again_ms = 15_000;

async function connectionOrNull(signal: AbortSignal): Promise<StravaConnection | null> {
  try {
    return await must(api.GET("/v1/me/strava", { signal }));
  } catch (error) {
    if (error instanceof Refusal && error.code === "strava_not_connected") return null;
    throw error;
  }
}

export function StravaImports() {
  const connection = useLoad(connectionOrNull, []);
  const leaving = useSignal(false);
  useEffect(() => {
    const timer = setInterval(connection.reload, look_again_ms);
    return () => clearInterval(timer);
  }, []);
  const { data } = connection;
  return (
    <section aria-label="Strava">
      <h3>Strava</h3>
      {connection.error ? <Failure error={connection.error} retry={connection.reload} /> : null}
      {!data && connection.busy && <Nothing>Loading …</Nothing>}
      {!data && !connection.busy && !connection.error && (
        <>
          <p>
            Runs that you record with Strava can come here by themselves. Strava asks whether you
            agree; only runs, walks and hikes are read.
          </p>
          <Connect text="Connect with Strava" />
        </>
      )}
      {data && <State of={data} />}
      {data && (
        <div class="row">
          {data.state === "broken" && <Connect text="Connect again" />}
          {data.state !== "leaving" && (
            <button type="button" class="danger" onClick={() => (leaving.value = true)}>
              Disconnect
            </button>
          )}
        </div>
      )}
      {data && <Queue />}
      {leaving.value && (
        <Disconnect
          close={() => (leaving.value = false)}
          then={() => {
            leaving.value = false;
            tell("Strava is disconnected, and its runs are withdrawn.", "good");
            connection.reload();
          }}
        />
      )}
    </section>
  );
}

function Connect({ text }: { text: string }) {
  const busy = useSignal(false);
  const connect = async () => {
    busy.value = true;
    try {
      const { authorize_url } = await must(api.GET("/v1/me/strava/connect"));
      const { protocol } = new URL(authorize_url);
      if (protocol !== "https:" && protocol !== "http:")
        throw new Error("That is not a web address.");
      location.assign(authorize_url);
    } catch (error) {
      tellError(error);
      busy.value = false;
    }
  };
  return (
    <button type="button" class="primary" disabled={busy.value} onClick={() => void connect()}>
      {text}
    </button>
  );
}

function State({ of }: { of: StravaConnection }) {
  return (
    <>
      <p>
        <Badge kind={of.state === "active" ? "good" : "warn"}>{connectionInWords(of.state)}</Badge>
      </p>
      <Facts
        of={[
          ["Athlete", of.athlete],
          ["Since", <When key="since" at={of.connected_at} />],
          ["To fetch", count(of.queued)],
          of.looking_back ? ["Older runs", "are still being listed"] : null,
          of.quota_until ? ["Paused", <When key="quota" at={of.quota_until} />] : null,
        ]}
      />
      {of.quota_until && (
        <p class="hint">Strava takes no more requests of this server until then.</p>
      )}
    </>
  );
}

function Queue() {
  const pages = usePages(
    (cursor, signal) =>
      must(api.GET("/v1/me/strava/imports", { params: { query: { cursor } }, signal })),
    [],
  );
  return (
    <>
      <h3>Activities</h3>
      <Paged
        pages={pages}
        empty="Nothing has come yet."
        render={(items) => (
          <div class="table-scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Started</th>
                  <th scope="col">State</th>
                  <th scope="col">Run</th>
                </tr>
              </thead>
              <tbody>
                {items.map((x) => (
                  <tr key={x.activity}>
                    <td>{x.started_at ? <When at={x.started_at} /> : `No. ${x.activity}`}</td>
                    <td>
                      {importInWords(x.state)}
                      {x.reason && `: ${whyInWords(x.reason)}`}
                      {x.until && (
                        <>
                          {" "}
                          until <When at={x.until} />
                        </>
                      )}
                    </td>
                    <td>{x.run && <a href={pathOf("runs", x.run)}>Look</a>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      />
    </>
  );
}

function Disconnect({ close, then }: { close: () => void; then: () => void }) {
  const act = async () => {
    await must(api.DELETE("/v1/me/strava"));
    then();
  };
  return (
    <Confirm
      title="Disconnect Strava?"
      does="Disconnect and withdraw the runs"
      keeps="Keep it"
      act={act}
      onClose={close}
    >
      <p>
        Every run that came from Strava is withdrawn: its tiles are given up, its result too while
        its event is open, and its track is erased. Connecting again brings the runs back as new
        ones.
      </p>
    </Confirm>
  );
}
