/** Files of runs: chosen or dropped, sent one after the other. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { api, idempotencyKey, must } from "../api/client";
import { Refusal, sentenceOf } from "../api/problem";
import type { Run, Sport } from "../api/types";
import { allSports } from "../game_words";
import { onMessage } from "../live/socket";
import { pathOf } from "../route";
import { Choice, useForm } from "../ui/form";
import { count } from "../units";
import { complaintAbout, refusalInWords } from "./import_words";
import { RunState, Verdict } from "./run_parts";

interface Sent {
  id: number;
  file: File;
  sport: Sport | undefined;
  /** Of this wish: another try is the same. */
  key: string;
  state: "waiting" | "sending" | "done" | "refused";
  run?: Run;
  problem?: string;
  /** Whether another try may help. */
  again?: boolean;
}

let next_id = 1;

export function FileImport() {
  const form = useForm();
  const sport = useSignal("");
  const sent = useSignal<Sent[]>([]);
  const over = useSignal(false);
  useEffect(
    () => onMessage("run", ({ run }) => update(sent, (x) => x.run?.id === run.id, { run })),
    [],
  );
  const add = (files: FileList | null | undefined) => {
    for (const file of files ?? []) {
      const problem = complaintAbout(file);
      const one: Sent = {
        id: next_id++,
        file,
        sport: (sport.value || undefined) as Sport | undefined,
        key: idempotencyKey(),
        state: problem ? "refused" : "waiting",
        ...(problem && { problem }),
      };
      sent.value = [one, ...sent.value];
    }
    void sendWaiting(sent);
  };
  return (
    <section aria-label="Import a file">
      <Choice
        form={form}
        name="sport"
        label="Sport"
        value={sport}
        options={[["", "As the file says"], ...allSports]}
        hint="Only for files that do not name it, as TCX of a walk."
      />
      <div
        class={`drop-zone ${over.value ? "over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          over.value = true;
        }}
        onDragLeave={() => (over.value = false)}
        onDrop={(event) => {
          event.preventDefault();
          over.value = false;
          add(event.dataTransfer?.files);
        }}
      >
        <Chooser then={add} />
        <p class="hint">or drop them here. GPX, TCX or FIT, up to 25 MB each.</p>
      </div>
      <ul class="cards" aria-label="Files" aria-live="polite">
        {sent.value.map((one) => (
          <li key={one.id} class="card">
            <File
              one={one}
              retry={() => {
                update(sent, (x) => x.id === one.id, { state: "waiting", problem: undefined });
                void sendWaiting(sent);
              }}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Chooser({ then }: { then: (files: FileList | null) => void }) {
  const id = useId();
  return (
    <>
      <label for={id}>Choose files of runs</label>
      <input
        id={id}
        type="file"
        multiple
        accept=".gpx,.tcx,.fit"
        onChange={(event) => {
          then(event.currentTarget.files);
          event.currentTarget.value = ""; // So that the same file can be chosen again.
        }}
      />
    </>
  );
}

function File({ one, retry }: { one: Sent; retry: () => void }) {
  return (
    <>
      <h3>{one.file.name}</h3>
      <p class="hint">{count(Math.ceil(one.file.size / 1000))} kB</p>
      {one.state === "waiting" && <p>Waits.</p>}
      {one.state === "sending" && <p>Being sent …</p>}
      {one.problem && (
        <p class="complaint">
          {one.problem}{" "}
          {one.again && (
            <button type="button" class="link" onClick={retry}>
              Try again
            </button>
          )}
        </p>
      )}
      {one.run &&
        (one.run.state === "processing" ? (
          <p>
            <RunState run={one.run} /> It is being judged.
          </p>
        ) : (
          <Verdict run={one.run} />
        ))}
      {one.run && <a href={pathOf("runs", one.run.id)}>Look at the run</a>}
    </>
  );
}

function update(sent: Signal<Sent[]>, which: (x: Sent) => boolean, change: Partial<Sent>): void {
  sent.value = sent.value.map((x) => (which(x) ? { ...x, ...change } : x));
}

/** The oldest first, one at a time. */
async function sendWaiting(sent: Signal<Sent[]>): Promise<void> {
  if (sent.peek().some((x) => x.state === "sending")) return;
  const next = [...sent.peek()].reverse().find((x) => x.state === "waiting");
  if (!next) return;
  const set = (change: Partial<Sent>) => update(sent, (x) => x.id === next.id, change);
  set({ state: "sending" });
  try {
    set({ state: "done", run: await send(next) });
  } catch (error) {
    const code = error instanceof Refusal ? error.code : "";
    const again = !(error instanceof Refusal) || error.status === 0 || error.status >= 429;
    set({ state: "refused", problem: refusalInWords(code) ?? sentenceOf(error), again });
  }
  await sendWaiting(sent);
}

function send({ file, sport, key }: Sent): Promise<Run> {
  return must(
    api.POST("/v1/runs/import", {
      params: { query: { sport }, header: { "Idempotency-Key": key } },
      // The content decides what it is: an ending may be wrong.
      headers: { "Content-Type": "application/octet-stream" },
      body: file as unknown as string,
      bodySerializer: (body: unknown) => body as Blob,
    }),
  );
}
