import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "./fake_socket";
import { Browser, tokens, user } from "./session_browser";

async function openPage() {
  const browser = new Browser();
  let number = 0;
  browser.answer = ({ path }) =>
    path === "/v1/auth/login"
      ? { status: 200, json: tokens("ana", ++number) }
      : { status: 401, json: { code: "token_expired" } };
  const { session } = await browser.openTab();
  const { startLive } = await import("../../src/live/socket");
  startLive();
  const socket = () => FakeSocket.all.at(-1)!;
  /** The tokens of the hellos that were said on the newest socket. */
  const hellos = () => socket().sent.map((x) => (JSON.parse(x) as { token?: string }).token);
  const signIn = () => session.signIn("ana@example.com", "secret");
  return { session, socket, hellos, signIn };
}

beforeEach(() => {
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("setInterval", () => 0); // Nothing here is about time.
});
afterEach(() => vi.unstubAllGlobals());

describe("the socket", () => {
  it("is nobody's, and becomes the user's when somebody signs in", async () => {
    const { socket, hellos, signIn } = await openPage();
    socket().opens();
    await vi.waitFor(() => expect(hellos()).toEqual([undefined]));
    socket().says({ type: "welcome", server_time: 1 });
    await signIn();
    await vi.waitFor(() => expect(hellos()).toEqual([undefined, "access-1"]));
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("hears of a user who signs in before it is welcome", async () => {
    const { socket, hellos, signIn } = await openPage();
    socket().opens();
    await vi.waitFor(() => expect(hellos()).toEqual([undefined]));
    await signIn();
    socket().says({ type: "welcome", server_time: 1 });
    await vi.waitFor(() => expect(hellos()).toEqual([undefined, "access-1"]));
  });

  it("is another one, nobody's, once the session has expired; then the user's again", async () => {
    const { session, socket, hellos, signIn } = await openPage();
    await signIn();
    socket().opens();
    await vi.waitFor(() => expect(hellos()).toContain("access-1"));
    socket().says({ type: "welcome", server_time: 1, user: user("ana") });
    expect(await session.renewTokens("access-1")).toBe(false);
    expect(session.expired.value).toBe(true);
    await vi.waitFor(() => expect(FakeSocket.all).toHaveLength(2));
    socket().opens();
    await vi.waitFor(() => expect(hellos()).toEqual([undefined]));
    socket().says({ type: "welcome", server_time: 2 });
    await signIn();
    await vi.waitFor(() => expect(hellos()).toEqual([undefined, "access-2"]));
  });
});
