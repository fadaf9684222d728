/** The news of whoever is signed in: what the bar counts, and the panel lists. */
import { computed, effect, signal } from "@preact/signals";
import { api, must } from "../api/client";
import { expired, profile } from "../api/session";
import type { Notification } from "../api/types";
import { onMessage } from "../live/socket";
import { isoOf, msOf } from "../units";
import { tell } from "../ui/toast";
import { eventName } from "./event_name";
import { readSeen, seenKey, unreadOf, withNews, type Seen } from "./unread";

/** More than these are counted as "more". */
export const counted_max = 50;

/** The newest, newest first; null until they are known. */
export const latestNews = signal<Notification[] | null>(null);
/** Behind them; null when there are no more. */
export const olderCursor = signal<string | null>(null);
export const newsError = signal<unknown>(null);
/** The newest that was seen before the panel was opened, so that it can mark what is new. */
export const lastSeen = signal<Seen | null>(null);
export const unread = computed(() => unreadOf(latestNews.value ?? [], lastSeen.value));

let user: string | null = null;

export async function loadNews(): Promise<void> {
  const of = user;
  if (!of) return;
  try {
    const params = { query: { limit: counted_max } };
    const page = await must(api.GET("/v1/me/notifications", { params }));
    if (of !== user) return;
    latestNews.value = page.items as Notification[];
    olderCursor.value = page.next_cursor;
    newsError.value = null;
  } catch (error) {
    if (of === user) newsError.value = error;
  }
}

/** All that is there has been looked at. */
export function markSeen(): void {
  const newest = latestNews.value?.[0];
  if (!user || !newest || newest.id === lastSeen.value?.id) return;
  lastSeen.value = { id: newest.id, at: newest.at };
  try {
    localStorage.setItem(seenKey(user), JSON.stringify(lastSeen.value));
  } catch {
    // Without storage it is forgotten with the page.
  }
}

function storedSeen(of: string): Seen | null {
  try {
    return readSeen(localStorage.getItem(seenKey(of)));
  } catch {
    return null;
  }
}

/** Called once. */
export function startNews(): void {
  effect(() => {
    const now = expired.value ? user : (profile.value?.id ?? null);
    if (now === user) return;
    user = now;
    latestNews.value = null;
    olderCursor.value = null;
    lastSeen.value = now ? storedSeen(now) : null;
    void loadNews();
  });
  onMessage("notice", ({ notification }) => {
    // On the socket instants are numbers.
    const fresh = { ...notification, at: isoOf(msOf(notification.at)) };
    latestNews.value = withNews(latestNews.value ?? [], fresh);
    void sayOf(fresh).then((text) => tell(text, goodNews.has(fresh.kind) ? "good" : "info"));
  });
  // The socket does not repeat what came while it was away.
  onMessage("welcome", (message) => {
    if (message.user?.id === user) void loadNews(); // Nobody's socket: the session has expired.
  });
  addEventListener("storage", (change) => {
    if (user && change.key === seenKey(user)) lastSeen.value = storedSeen(user);
  });
}

/** With the event's name before it; without, where that cannot be learnt. */
async function sayOf({ event, text }: Notification): Promise<string> {
  const name = event && (await eventName(event).catch(() => null));
  return name ? `${name}: ${text}` : text;
}

const goodNews = new Set<Notification["kind"]>([
  "coins_granted",
  "deposit_credited",
  "run_accepted",
  "ticket_granted",
]);
