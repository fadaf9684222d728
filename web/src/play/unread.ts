/** Which news were seen: by the newest one that was, kept in the browser for each user. */
import type { Notification } from "../api/types";

export interface Seen {
  id: string;
  at: string;
}

type Known = Pick<Notification, "id" | "at">;

/** How many stand before the one that was seen last. `news` are newest first. */
export function unreadOf(news: readonly Known[], seen: Seen | null): number {
  if (!seen) return news.length;
  // By time too: the one that was seen last may be behind the page.
  const index = news.findIndex((x) => x.id === seen.id || Date.parse(x.at) < Date.parse(seen.at));
  return index < 0 ? news.length : index;
}

/** What came over the socket in front of what is there; each once. */
export function withNews<T extends Known>(news: readonly T[], fresh: T): T[] {
  return news.some((x) => x.id === fresh.id) ? [...news] : [fresh, ...news];
}

export function seenKey(user: string): string {
  return `fief.seen.${user}`;
}

export function readSeen(text: string | null): Seen | null {
  try {
    const value = JSON.parse(text ?? "null") as Partial<Seen> | null;
    if (typeof value?.id !== "string" || typeof value.at !== "string") return null;
    return Number.isNaN(Date.parse(value.at)) ? null : { id: value.id, at: value.at };
  } catch {
    return null; // Somebody wrote nonsense.
  }
}

/** Where a piece of news leads. */
export function placeOfNews(x: Pick<Notification, "kind" | "run" | "event">): string[] {
  if (x.run) return ["runs", x.run];
  if (x.event) return ["events", x.event];
  if (x.kind === "deposit_credited") return ["wallet"];
  return x.kind === "ticket_granted" ? ["tickets"] : ["me"];
}
