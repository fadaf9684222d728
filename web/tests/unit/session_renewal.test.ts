import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Browser, problem, tokens, user, type Asked, type Reply } from "./session_browser";

let browser: Browser;

beforeEach(() => (browser = new Browser()));
afterEach(() => vi.unstubAllGlobals());

const key = "fief.session";
const login = "/v1/auth/login";
const refresh = "/v1/auth/refresh";

/** A server with rotating tokens: only the newest access token and refresh token are good. */
function rotating(expires_in = 900) {
  let newest = 0;
  const server = {
    revoked: false,
    answer: ({ path, body, authorization }: Asked): Reply => {
      if (path === login) return { status: 200, json: tokens("ana", ++newest, expires_in) };
      if (path === refresh) {
        const good = (body as { refresh_token: string }).refresh_token === `refresh-${newest}`;
        if (server.revoked || !good) return problem(401, "token_reused");
        return { status: 200, json: tokens("ana", ++newest) };
      }
      if (path === "/v1/auth/logout") return { status: 204 };
      const good = !server.revoked && authorization === `Bearer access-${newest}`;
      return good ? { status: 200, json: user("ana") } : problem(401, "token_expired");
    },
  };
  return server;
}

describe("renewal", () => {
  it("is done once for many requests, and each is then sent with the new token", async () => {
    const server = rotating(10); // Less than what is left when tokens are renewed early.
    browser.answer = server.answer;
    const { session, api, must } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    const got = await Promise.all([1, 2, 3, 4, 5].map(() => must(api.GET("/v1/me"))));
    expect(got.map((x) => x.username)).toEqual(Array(5).fill("ana"));
    expect(browser.countOf(refresh)).toBe(1);
    const sent = browser.asked.filter((x) => x.path === "/v1/me").map((x) => x.authorization);
    expect(sent).toEqual(Array(5).fill("Bearer access-2"));
  });

  it("follows a 401, once, and the request is sent again", async () => {
    let refused = 0;
    const server = rotating();
    browser.answer = (asked) => {
      if (asked.path === "/v1/me" && asked.authorization === "Bearer access-1") {
        refused += 1;
        return problem(401, "token_expired");
      }
      return server.answer(asked);
    };
    const { session, api, must } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    const got = await Promise.all([must(api.GET("/v1/me")), must(api.GET("/v1/me"))]);
    expect(got).toHaveLength(2);
    expect(refused).toBe(2);
    expect(browser.countOf(refresh)).toBe(1);
  });

  it("does not follow a wrong password", async () => {
    const server = rotating();
    browser.answer = (asked) =>
      asked.path === "/v1/me" ? problem(401, "wrong_credentials") : server.answer(asked);
    const { session, api, must } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    const asked = must(api.DELETE("/v1/me", { body: { password: "wrong" } }));
    await expect(asked).rejects.toMatchObject({ status: 401, code: "wrong_credentials" });
    expect(browser.countOf("/v1/me")).toBe(1);
    expect(browser.countOf(refresh)).toBe(0);
    expect(session.expired.value).toBe(false);
  });

  it("keeps the session when the server is away", async () => {
    const server = rotating(10);
    browser.answer = server.answer;
    const { session, api, must } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    browser.answer = () => Promise.reject(new TypeError("no network"));
    await expect(must(api.GET("/v1/me"))).rejects.toMatchObject({ code: "offline", status: 0 });
    expect(session.expired.value).toBe(false);
    browser.answer = server.answer;
    await expect(must(api.GET("/v1/me"))).resolves.toMatchObject({ username: "ana" });
  });

  it("waits as long as the server says", async () => {
    browser.answer = rotating(10).answer;
    const { session, api, must } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    browser.answer = () => problem(429, "too_many_attempts", { "Retry-After": "7" });
    const asked = must(api.GET("/v1/me"));
    await expect(asked).rejects.toMatchObject({ status: 429, retryAfter: 7 });
    expect(session.expired.value).toBe(false);
  });
});

describe("a renewal under way", () => {
  const logout = "/v1/auth/logout";

  /** A page of `ana`, whose renewal has been asked for; `arrives` lets the answer come. */
  async function renewing(refused?: Reply) {
    let number = 0;
    let arrives = () => {};
    const late = new Promise<void>((done) => (arrives = done));
    browser.answer = async ({ path, body }) => {
      if (path === logout) return { status: 204 };
      if (path === refresh) {
        await late;
        return refused ?? { status: 200, json: tokens("ana", ++number) };
      }
      const { email } = body as { email: string };
      return { status: 200, json: tokens(email.split("@")[0]!, ++number) };
    };
    const { session } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    const renewed = session.renewTokens("access-1");
    await vi.waitFor(() => expect(browser.countOf(refresh)).toBe(1));
    return { session, renewed, arrives };
  }

  const loggedOut = () =>
    browser.asked
      .filter((x) => x.path === logout)
      .map((x) => (x.body as { refresh_token: string }).refresh_token);

  it("does not undo signing out, and its token is logged out too", async () => {
    const { session, renewed, arrives } = await renewing();
    await session.signOut();
    arrives();
    expect(await renewed).toBe(false);
    expect(session.profile.value).toBeNull();
    expect(await session.accessToken()).toBeNull();
    expect(browser.storage.has(key)).toBe(false);
    expect(loggedOut()).toEqual(["refresh-1", "refresh-2"]);
  });

  it("does not take the place of who signs in meanwhile", async () => {
    const { session, renewed, arrives } = await renewing();
    await session.signIn("ivo@example.com", "secret");
    arrives();
    expect(await renewed).toBe(false);
    expect(session.profile.value?.username).toBe("ivo");
    expect(await session.accessToken()).toBe("access-2");
    expect(browser.storage.get(key)).toContain("refresh-2");
    expect(loggedOut()).toEqual(["refresh-3"]);
  });

  it("that is refused does not end the session of who signs in meanwhile", async () => {
    const { session, renewed, arrives } = await renewing(problem(401, "token_expired"));
    await session.signIn("ivo@example.com", "secret");
    arrives();
    expect(await renewed).toBe(false);
    expect(session.expired.value).toBe(false);
    expect(await session.accessToken()).toBe("access-2");
  });

  it("goes on when a tab that takes no turns has renewed the same", async () => {
    const { session, renewed, arrives } = await renewing();
    browser.storage.set(key, JSON.stringify({ refresh: "refresh-2", user: "id-of-ana" }));
    arrives();
    expect(await renewed).toBe(true);
    expect(await session.accessToken()).toBe("access-2");
    expect(loggedOut()).toEqual([]);
  });

  it("is not what the session of who signs in meanwhile waits for", async () => {
    const { session, renewed, arrives } = await renewing();
    await session.signIn("ivo@example.com", "secret");
    const next = session.renewTokens("access-2");
    arrives();
    expect([await renewed, await next]).toEqual([false, true]);
    expect(browser.countOf(refresh)).toBe(2);
  });
});

describe("an expired session", () => {
  it("says that the account is banned, until somebody signs in", async () => {
    const server = rotating(10);
    browser.answer = server.answer;
    const { session } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    browser.answer = () => problem(403, "user_banned");
    expect(await session.renewTokens("access-1")).toBe(false);
    expect([session.expired.value, session.banned.value]).toEqual([true, true]);
    browser.answer = server.answer;
    await session.signIn("ana@example.com", "secret");
    expect([session.expired.value, session.banned.value]).toEqual([false, false]);
  });

  it("says of a ban on the next visit too, once", async () => {
    browser.answer = rotating(10).answer;
    const first = await browser.openTab();
    await first.session.signIn("ana@example.com", "secret");
    browser.answer = () => problem(403, "user_banned");
    for (const is_said of [true, false]) {
      const { session } = await browser.openTab();
      await session.restoreSession();
      expect(session.profile.value).toBeNull();
      expect([session.expired.value, session.banned.value]).toEqual([false, is_said]);
      session.stayOut();
      expect(session.banned.value).toBe(false);
    }
  });

  it("asks to sign in again, and leaves what is open as it is", async () => {
    const server = rotating(10);
    browser.answer = server.answer;
    const { session, api, must } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    server.revoked = true;
    await expect(must(api.GET("/v1/me"))).rejects.toMatchObject({ status: 401 });
    expect(session.expired.value).toBe(true);
    expect(session.profile.value?.username).toBe("ana");
    server.revoked = false;
    await session.signIn("ana@example.com", "secret");
    expect(session.expired.value).toBe(false);
    await expect(must(api.GET("/v1/me"))).resolves.toMatchObject({ username: "ana" });
  });

  it("is not renewed again and again", async () => {
    const server = rotating(10);
    browser.answer = server.answer;
    const { session, api, must } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    server.revoked = true;
    await expect(must(api.GET("/v1/me"))).rejects.toMatchObject({ status: 401 });
    await expect(must(api.GET("/v1/me"))).rejects.toMatchObject({ status: 401 });
    expect(browser.countOf(refresh)).toBe(1);
    expect(browser.asked.at(-1)?.authorization).toBeNull();
  });

  it("ends when the person does not want to sign in", async () => {
    const server = rotating(10);
    browser.answer = server.answer;
    const { session, api, must } = await browser.openTab();
    await session.signIn("ana@example.com", "secret");
    server.revoked = true;
    await expect(must(api.GET("/v1/me"))).rejects.toMatchObject({ status: 401 });
    session.stayOut();
    expect(session.expired.value).toBe(false);
    expect(session.profile.value).toBeNull();
  });

  it("is no question after a reload: nobody is signed in", async () => {
    browser.storage.set(key, JSON.stringify({ refresh: "refresh-99", user: "id-of-ana" }));
    browser.answer = rotating().answer;
    const { session } = await browser.openTab();
    await session.restoreSession();
    expect(session.expired.value).toBe(false);
    expect(session.profile.value).toBeNull();
    expect(browser.storage.has(key)).toBe(false);
  });
});

describe("tabs", () => {
  it("take turns: each spends the token that the other left", async () => {
    const server = rotating();
    browser.answer = server.answer;
    const a = await browser.openTab();
    await a.session.signIn("ana@example.com", "secret");
    const b = await browser.openTab();
    await Promise.all([b.session.restoreSession(), a.session.renewTokens("access-1")]);
    await b.session.renewTokens(await b.session.accessToken());
    const spent = browser.asked
      .filter((x) => x.path === refresh)
      .map((x) => (x.body as { refresh_token: string }).refresh_token);
    expect(spent).toEqual(["refresh-1", "refresh-2", "refresh-3"]);
    expect(a.session.profile.value?.username).toBe("ana");
    expect(b.session.profile.value?.username).toBe("ana");
    expect(a.session.expired.value || b.session.expired.value).toBe(false);
  });

  it("hear of signing out", async () => {
    browser.answer = rotating().answer;
    const a = await browser.openTab();
    await a.session.signIn("ana@example.com", "secret");
    const b = await browser.openTab();
    await b.session.restoreSession();
    await a.inTab(() => a.session.signOut());
    expect(b.session.profile.value).toBeNull();
    expect(b.session.expired.value).toBe(false);
    expect(await b.session.accessToken()).toBeNull();
  });

  it("do not lose what is typed when the session expires in another", async () => {
    const server = rotating();
    browser.answer = server.answer;
    const a = await browser.openTab();
    await a.session.signIn("ana@example.com", "secret");
    const b = await browser.openTab();
    await b.session.restoreSession();
    server.revoked = true;
    expect(await a.inTab(() => a.session.renewTokens("access-1"))).toBe(false);
    expect(a.session.expired.value).toBe(true);
    expect(b.session.profile.value?.username).toBe("ana");
  });

  it("see who signed in elsewhere", async () => {
    let number = 0;
    const names: Record<string, string> = {};
    browser.answer = ({ path, body }) => {
      const { email, refresh_token } = body as { email?: string; refresh_token?: string };
      const name = path === login ? (email ?? "").split("@")[0]! : names[refresh_token ?? ""]!;
      const got = tokens(name, ++number);
      names[got.refresh_token] = name;
      return { status: 200, json: got };
    };
    const a = await browser.openTab();
    await a.session.signIn("ana@example.com", "secret");
    const b = await browser.openTab();
    await b.session.restoreSession();
    await a.inTab(() => a.session.signIn("ivo@example.com", "secret"));
    await vi.waitFor(() => expect(b.session.profile.value?.username).toBe("ivo"));
  });
});

describe("signing in", () => {
  it("says at the form that the password is wrong", async () => {
    browser.answer = () => problem(401, "wrong_credentials");
    const { session } = await browser.openTab();
    const { sentenceOf } = await import("../../src/api/problem");
    const error: unknown = await session.signIn("ana@example.com", "no").catch((x: unknown) => x);
    expect(sentenceOf(error)).toBe("The e-mail address or the password is wrong.");
    expect(session.profile.value).toBeNull();
  });

  it("says how long to wait", async () => {
    browser.answer = () => problem(429, "too_many_attempts", { "Retry-After": "12" });
    const { session } = await browser.openTab();
    const { sentenceOf } = await import("../../src/api/problem");
    const error: unknown = await session.signIn("ana@example.com", "no").catch((x: unknown) => x);
    expect(sentenceOf(error)).toContain("12 s");
  });

  it("survives nonsense in the storage", async () => {
    for (const nonsense of ["{", "null", "7", '{"refresh":1}', "[]"]) {
      browser.storage.set(key, nonsense);
      const { session } = await browser.openTab();
      await session.restoreSession();
      expect(session.profile.value).toBeNull();
    }
    expect(browser.asked).toHaveLength(0);
  });
});
