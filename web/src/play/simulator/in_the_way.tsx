/** A run that some device left recording. */
import { useSignal } from "@preact/signals";
import { go, pathOf } from "../../route";
import { tell, tellError } from "../../ui/toast";
import { finishWithWhatThereIs } from "./phone_host";

/** Stands where a run was refused for it. */
export function InTheWay({ run, then }: { run: string; then: () => void }) {
  const busy = useSignal(false);
  const finish = async () => {
    busy.value = true;
    try {
      if (await finishWithWhatThereIs(run)) {
        tell("It is finished with what the server had of it.", "good");
        then();
      } else {
        tell("Positions are missing that only its device has.", "bad");
        go("runs", run);
      }
    } catch (error) {
      tellError(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <div class="row" ref={(box) => box?.scrollIntoView({ block: "nearest" })}>
      <a href={pathOf("runs", run)}>Look at it</a>
      <button type="button" disabled={busy.value} onClick={() => void finish()}>
        Finish it with what the server has
      </button>
    </div>
  );
}
