/** Whether what the map shows is live, said honestly. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { connection, nextTryAt, roundTrip, tryNow } from "./socket";

export function ConnectionState() {
  const state = connection.value;
  const left = useSecondsUntil(nextTryAt.value);
  if (state === "live")
    return (
      <span class="connection live" role="status" title="The map changes while you watch.">
        Live
        {roundTrip.value !== null && (
          <span class="hint" aria-hidden="true">
            {" "}
            {roundTrip.value} ms
          </span>
        )}
      </span>
    );
  return (
    <span class={`connection ${state}`} role="status">
      {state === "connecting" && "Connecting …"}
      {state === "offline" && "No network: the map stands still"}
      {state === "waiting" && (
        <>
          Not connected<span aria-hidden="true">: next try in {left} s</span>
        </>
      )}
      {state !== "connecting" && " "}
      {state !== "connecting" && (
        <button type="button" class="link" onClick={tryNow}>
          Try now
        </button>
      )}
    </span>
  );
}

function useSecondsUntil(at: number): number {
  const left = useSignal(0);
  useEffect(() => {
    const count = () => (left.value = Math.max(0, Math.ceil((at - performance.now()) / 1000)));
    count();
    if (at === 0) return;
    const timer = setInterval(count, 500);
    return () => clearInterval(timer);
  }, [at]);
  return left.value;
}
