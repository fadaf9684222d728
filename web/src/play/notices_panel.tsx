/** News, newest first; what comes meanwhile stands on top. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, must } from "../api/client";
import type { Notification } from "../api/types";
import { pathOf } from "../route";
import { Failure, Nothing, Panel, When } from "../ui/parts";
import { coins } from "../units";
import { EventName } from "./event_name";
import { latestNews, lastSeen, loadNews, markSeen, newsError, olderCursor } from "./news";
import { placeOfNews, unreadOf } from "./unread";

export default function NoticesPanel() {
  const latest = latestNews.value;
  // Those that were new when the panel opened stay marked while it is open.
  const before = useRef(lastSeen.peek());
  useEffect(markSeen, [latest]);
  const older = useOlder();
  const fresh = unreadOf(latest ?? [], before.current);
  return (
    <Panel title="News">
      {newsError.value ? (
        <Failure error={newsError.value} retry={() => void loadNews()} />
      ) : (
        !latest && <Nothing>Loading …</Nothing>
      )}
      {latest?.length === 0 && <Nothing>Nothing has happened yet.</Nothing>}
      {latest && latest.length > 0 && (
        <ul class="cards">
          {[...latest, ...older.items].map((x, i) => (
            <Item key={x.id} of={x} fresh={i < fresh} />
          ))}
        </ul>
      )}
      {older.error ? <Failure error={older.error} retry={older.more ?? undefined} /> : null}
      {latest && older.more && !older.error && (
        <button type="button" disabled={older.busy} onClick={older.more}>
          Show more
        </button>
      )}
    </Panel>
  );
}

function Item({ of, fresh }: { of: Notification; fresh: boolean }) {
  const { amount_cents } = of;
  return (
    <li class={`card notice ${fresh ? "unread" : ""}`}>
      <div>
        {fresh && <span class="badge good">New</span>}{" "}
        <a href={pathOf(...placeOfNews(of))}>{of.text}</a>
      </div>
      <div class="hint">
        <When at={of.at} />
        {amount_cents ? ` · ${coins(amount_cents)}` : ""}
        {of.event && <EventName id={of.event} />}
      </div>
    </li>
  );
}

/** The pages behind the latest. */
function useOlder() {
  const items = useSignal<Notification[]>([]);
  const cursor = useSignal<string | null | undefined>(undefined);
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const next = cursor.value === undefined ? olderCursor.value : cursor.value;
  const load = async (from: string) => {
    busy.value = true;
    error.value = null;
    try {
      const params = { query: { cursor: from } };
      const page = await must(api.GET("/v1/me/notifications", { params }));
      const known = new Set([...(latestNews.peek() ?? []), ...items.value].map((x) => x.id));
      const more = (page.items as Notification[]).filter((x) => !known.has(x.id));
      items.value = [...items.value, ...more];
      cursor.value = page.next_cursor;
    } catch (failure) {
      error.value = failure;
    }
    busy.value = false;
  };
  const more = next === null ? null : () => void load(next);
  return { items: items.value, busy: busy.value, error: error.value, more };
}
