/** What session.ts needs of a browser: storage that tells the other tabs, locks, a server. */
import { vi } from "vitest";
import type { Profile, Tokens } from "../../src/api/types";

type StorageListener = (change: { key: string | null }) => void;

export interface Asked {
  path: string;
  body: unknown;
  authorization: string | null;
}

export type Reply = { status: number; json?: unknown; headers?: Record<string, string> };

export class Browser {
  readonly storage = new Map<string, string>();
  readonly asked: Asked[] = [];
  /** What the server answers; a rejected promise is no connection. */
  answer: (asked: Asked) => Reply | Promise<Reply> = () => ({ status: 500 });

  private readonly tabs: StorageListener[] = [];
  private lock: Promise<unknown> = Promise.resolve();

  /** Loads the modules as a fresh tab has them. */
  async openTab(): Promise<Tab> {
    vi.resetModules();
    let own: StorageListener | undefined;
    const tellOthers = (key: string) => {
      for (const tab of this.tabs) if (tab !== own) tab({ key });
    };
    vi.stubGlobal("location", {
      origin: "http://fief.test",
      href: "http://fief.test/",
      hash: "",
    });
    vi.stubGlobal("addEventListener", (kind: string, listener: StorageListener) => {
      if (kind !== "storage") return;
      own = listener;
      this.tabs.push(listener);
    });
    vi.stubGlobal("navigator", {
      onLine: true,
      locks: {
        request: (_name: string, action: () => Promise<unknown>) => {
          const turn = this.lock.then(action);
          this.lock = turn.catch(() => undefined);
          return turn;
        },
      },
    });
    vi.stubGlobal("fetch", (to: string | Request, init?: RequestInit) => this.serve(to, init));
    const storageOfTab = {
      getItem: (key: string) => this.storage.get(key) ?? null,
      setItem: (key: string, value: string) => {
        this.storage.set(key, value);
        tellOthers(key);
      },
      removeItem: (key: string) => {
        if (this.storage.delete(key)) tellOthers(key);
      },
    };
    vi.stubGlobal("localStorage", storageOfTab);
    const session = await import("../../src/api/session");
    const { api, must } = await import("../../src/api/client");
    // Modules look globals up when they run: each tab's calls run with its own storage.
    const inTab = <T>(action: () => T): T => {
      vi.stubGlobal("localStorage", storageOfTab);
      return action();
    };
    return { session, api, must, inTab };
  }

  private async serve(to: string | Request, init?: RequestInit): Promise<Response> {
    const request = to instanceof Request ? to : new Request(new URL(to, "http://fief.test"), init);
    const text = await request.text();
    const asked: Asked = {
      path: new URL(request.url).pathname,
      body: text === "" ? undefined : JSON.parse(text),
      authorization: request.headers.get("Authorization"),
    };
    this.asked.push(asked);
    const { status, json, headers } = await this.answer(asked);
    const body = json === undefined ? null : JSON.stringify(json);
    return new Response(body, { status, headers });
  }

  countOf(path: string): number {
    return this.asked.filter((x) => x.path === path).length;
  }
}

export interface Tab {
  session: typeof import("../../src/api/session");
  api: (typeof import("../../src/api/client"))["api"];
  must: (typeof import("../../src/api/client"))["must"];
  inTab: <T>(action: () => T) => T;
}

export function user(name: string): Profile {
  return {
    id: `id-of-${name}`,
    username: name,
    email: `${name}@example.com`,
    roles: ["runner"],
    coins_cents: 0,
    tokens_micro: 0,
    xp: 0,
    tiles: 0,
    created_at: "2026-05-10T16:00:00.000Z",
  };
}

export function tokens(name: string, number: number, expires_in = 900): Tokens {
  return {
    user: user(name),
    access_token: `access-${number}`,
    token_type: "Bearer",
    expires_in,
    refresh_token: `refresh-${number}`,
  };
}

export function problem(status: number, code: string, headers?: Record<string, string>): Reply {
  return { status, headers, json: { type: "x", title: code, status, detail: code, code } };
}
