import "../styles/runs.css";
import { useEffect } from "preact/hooks";
import type { PanelProps } from "../panels";
import { pathOf } from "../route";
import { server } from "../server";
import { Panel } from "../ui/parts";
import { tell } from "../ui/toast";
import { returnInWords } from "./import_words";
import { FileImport } from "./file_import";
import { StravaImports } from "./strava_imports";

/** `#/imports`; Strava sends the browser back to it with `?strava=...`. */
export default function ImportsPanel(_: PanelProps) {
  useEffect(tellOfReturn, []);
  return (
    <Panel title="Imports" actions={<a href={pathOf("runs")}>All runs</a>}>
      <p>
        Runs that another program recorded. They are judged as all runs are: a run that came before,
        from whatever source, keeps its ground.
      </p>
      <FileImport />
      {server.value?.strava && <StravaImports />}
    </Panel>
  );
}

/** The code stands behind the path in the fragment, or in the query, as `strava.return_url` has it. */
function tellOfReturn(): void {
  const in_fragment = location.hash.split("?")[1];
  const code =
    new URLSearchParams(in_fragment ?? "").get("strava") ??
    new URLSearchParams(location.search).get("strava");
  if (code === null) return;
  const [kind, text] = returnInWords(code);
  tell(text, kind);
  // A reload shall not say it again.
  history.replaceState(null, "", location.pathname + pathOf("imports"));
}
