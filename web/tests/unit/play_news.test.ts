import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Notification } from "../../src/api/types";
import { FakeSocket } from "./fake_socket";
import { Browser, tokens, user } from "./session_browser";

const news_path = "/v1/me/notifications";

function piece(number: number): Notification {
  return {
    id: `n${number}`,
    kind: "tiles_lost",
    at: new Date(Date.parse("2026-05-10T16:00:00Z") + number * 1000).toISOString(),
    text: `Number ${number}`,
  };
}

let browser: Browser;
let stored: Record<string, Notification[]>;

/** A page on which `ana` or `ivo` sign in. */
async function openPage() {
  let signed_in = "";
  browser.answer = ({ path, body }) => {
    if (path === "/v1/auth/login") {
      signed_in = (body as { email: string }).email.split("@")[0]!;
      return { status: 200, json: tokens(signed_in, 1) };
    }
    if (path === news_path)
      return { status: 200, json: { items: stored[signed_in] ?? [], next_cursor: null } };
    return { status: 204 };
  };
  const { session } = await browser.openTab();
  const news = await import("../../src/play/news");
  const { startLive } = await import("../../src/live/socket");
  news.startNews();
  startLive();
  const socket = () => FakeSocket.all.at(-1)!;
  const signIn = async (name: string) => {
    const asked = browser.countOf(news_path);
    await session.signIn(`${name}@example.com`, "secret");
    await vi.waitFor(() => expect(browser.countOf(news_path)).toBeGreaterThan(asked));
    await vi.waitFor(() => expect(news.latestNews.value).not.toBeNull());
  };
  return { session, news, socket, signIn };
}

beforeEach(() => {
  browser = new Browser();
  stored = { ana: [piece(2), piece(1)], ivo: [piece(7)] };
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("setInterval", () => 0); // Nothing here is about time.
});
afterEach(() => vi.unstubAllGlobals());

describe("news", () => {
  it("are loaded for whoever signs in, and forgotten when they sign out", async () => {
    const { session, news, signIn } = await openPage();
    expect(news.unread.value).toBe(0);
    await signIn("ana");
    expect(news.latestNews.value?.map((x) => x.id)).toEqual(["n2", "n1"]);
    expect(news.unread.value).toBe(2);
    await session.signOut();
    expect(news.latestNews.value).toBeNull();
    expect(news.unread.value).toBe(0);
  });

  it("come over the socket on top, each once, with instants as REST has them", async () => {
    const { news, socket, signIn } = await openPage();
    await signIn("ana");
    const fresh = piece(3);
    const notification = { ...fresh, at: Date.parse(fresh.at) } as unknown as Notification;
    socket().says({ type: "notice", notification });
    socket().says({ type: "notice", notification });
    expect(news.latestNews.value?.map((x) => x.id)).toEqual(["n3", "n2", "n1"]);
    expect(news.latestNews.value?.[0]?.at).toBe(fresh.at);
    expect(news.unread.value).toBe(3);
  });

  it("say of which event they are, where that can be learnt", async () => {
    const tell = vi.fn();
    vi.doMock("../../src/ui/toast", () => ({ tell }));
    try {
      const { socket, signIn } = await openPage();
      await signIn("ana");
      const answer = browser.answer;
      browser.answer = (call) =>
        call.path.startsWith("/v1/events/")
          ? call.path.endsWith("/e1")
            ? { status: 200, json: { name: "Ring run" } }
            : { status: 404, json: { code: "not_found" } }
          : answer(call);
      const says = (number: number, event?: string) =>
        socket().says({
          type: "notice",
          notification: { ...piece(number), kind: "ticket_granted", event, at: 1 } as never,
        });
      says(3, "e1");
      await vi.waitFor(() => expect(tell).toHaveBeenLastCalledWith("Ring run: Number 3", "good"));
      says(4, "e2");
      await vi.waitFor(() => expect(tell).toHaveBeenLastCalledWith("Number 4", "good"));
      says(5);
      await vi.waitFor(() => expect(tell).toHaveBeenLastCalledWith("Number 5", "good"));
    } finally {
      vi.doUnmock("../../src/ui/toast");
    }
  });

  it("that were seen stay seen, for each user alone", async () => {
    const { session, news, signIn } = await openPage();
    await signIn("ana");
    news.markSeen();
    expect(news.unread.value).toBe(0);
    await session.signOut();
    await signIn("ivo");
    expect(news.unread.value).toBe(1);
    await session.signOut();
    stored.ana = [piece(3), piece(2), piece(1)];
    await signIn("ana");
    expect(news.unread.value).toBe(1);
  });

  it("are read again when the socket is back: it repeats nothing", async () => {
    const { news, socket, signIn } = await openPage();
    await signIn("ana");
    stored.ana = [piece(4), piece(3), piece(2), piece(1)];
    socket().says({ type: "welcome", server_time: 1, user: user("ana") });
    await vi.waitFor(() => expect(news.latestNews.value).toHaveLength(4));
    expect(news.unread.value).toBe(4);
  });

  it("stay while the session has expired", async () => {
    const { session, news, socket, signIn } = await openPage();
    await signIn("ana");
    const asked = browser.countOf(news_path);
    session.expired.value = true;
    expect(news.latestNews.value).toHaveLength(2);
    socket().says({ type: "welcome", server_time: 1 }); // Nobody's.
    session.expired.value = false;
    expect(news.latestNews.value).toHaveLength(2);
    await new Promise((done) => setTimeout(done, 20)); // Longer than a request takes here.
    expect(browser.countOf(news_path)).toBe(asked);
  });
});
