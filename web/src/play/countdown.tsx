import { tick } from "../game_clock";
import { Badge } from "../ui/parts";
import { timeSpan } from "../units";
import { countdownOf, stateAt, stateBadge, stateWord, type EventTimes } from "./event_words";

/** `Ends in 3 h 20 min`, by the game clock. Not announced: it changes all the time. */
export function CountdownText({ event }: { event: EventTimes }) {
  const next = countdownOf(event, tick.value);
  if (!next) return null;
  return (
    <span class="countdown" role="timer" aria-live="off">
      {next.to} <strong>{timeSpan(next.left_ms)}</strong>
    </span>
  );
}

export function StateBadge({ event }: { event: EventTimes }) {
  const state = stateAt(event, tick.value);
  return <Badge kind={stateBadge(state)}>{stateWord(state)}</Badge>;
}
