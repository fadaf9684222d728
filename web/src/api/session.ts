/**
 * Who is signed in. The access token lives in memory; the refresh token in `localStorage`, so that
 * a reload does not sign out. A refresh token works once: tabs take turns (`locks`), and one that
 * finds a newer token there uses that.
 */
import { computed, signal } from "@preact/signals";
import type { Profile, Role, Tokens } from "./types";
import { Refusal, offline } from "./problem";

const storage_key = "fief.session";
const early_ms = 30_000; // Renewed so long before it ends.

interface Stored {
  refresh: string;
  user: string;
}

interface Access {
  token: string;
  ends: number; // by `performance.now()`
}

export const profile = signal<Profile | null>(null);
/**
 * A session ended against the person's will: the shell asks to sign in again, over what is open.
 * `profile` stays meanwhile, so that the screen beneath stays, with what was typed.
 */
export const expired = signal(false);
/** It ended, or was not taken up again, because the account is banned. */
export const banned = signal(false);
export const isSignedIn = computed(() => profile.value !== null);

export function hasRole(role: Role): boolean {
  return profile.value?.roles.includes(role) ?? false;
}

let access: Access | null = null;
let renewing: { of: string | undefined; done: Promise<boolean> } | null = null;

function stored(): Stored | null {
  try {
    const value = JSON.parse(localStorage.getItem(storage_key) ?? "null") as Partial<Stored> | null;
    return typeof value?.refresh === "string" && typeof value.user === "string"
      ? { refresh: value.refresh, user: value.user }
      : null;
  } catch {
    return null; // Private windows may have no storage, and somebody may have written nonsense.
  }
}

function store(value: Stored | null): void {
  try {
    if (value) localStorage.setItem(storage_key, JSON.stringify(value));
    else localStorage.removeItem(storage_key);
  } catch {
    // Without storage the session lasts as long as the page.
  }
}

function take(tokens: Tokens): void {
  access = { token: tokens.access_token, ends: performance.now() + tokens.expires_in * 1000 };
  memory = { refresh: tokens.refresh_token, user: tokens.user.id };
  store(memory);
  profile.value = tokens.user;
  expired.value = false;
  banned.value = false;
}

let memory: Stored | null = null; // What `localStorage` would hold.

function held(): Stored | null {
  return stored() ?? memory;
}

function forget(): void {
  access = null;
  memory = null;
  store(null);
  nobody();
}

function nobody(): void {
  profile.value = null;
  expired.value = false;
  banned.value = false;
}

async function post(path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw offline();
  }
}

async function tokensOf(response: Response): Promise<Tokens> {
  const body: unknown = await response.json().catch(() => ({}));
  if (response.ok) return body as Tokens;
  throw new Refusal(
    response.status,
    body as object,
    Number(response.headers.get("Retry-After")) || undefined,
  );
}

async function oneAtATime<T>(action: () => Promise<T>): Promise<T> {
  // Locks need a secure context; without one the server's tolerance of retries has to do.
  if (!navigator.locks) return action();
  return navigator.locks.request(storage_key, action);
}

/** False once somebody signed in or out while the answer was under way. */
function isHeld(refresh_token: string): boolean {
  return held()?.refresh === refresh_token;
}

async function logOut(refresh_token: string): Promise<void> {
  await post("/v1/auth/logout", { refresh_token }).catch(() => undefined);
}

async function renew(): Promise<boolean> {
  return oneAtATime(async () => {
    const spent = held()?.refresh;
    if (spent === undefined) return false;
    const response = await post("/v1/auth/refresh", { refresh_token: spent });
    if (response.ok) {
      const tokens = await tokensOf(response);
      // A tab that takes no turns may have renewed it too: both have the same token then.
      if (!isHeld(spent) && !isHeld(tokens.refresh_token)) {
        await logOut(tokens.refresh_token);
        return false;
      }
      take(tokens);
      return true;
    }
    const refusal = await problemOf(response);
    if (response.status !== 401 && response.status !== 403) throw refusal;
    if (!isHeld(spent)) return false;
    const is_ban = refusal.code === "user_banned";
    if (profile.value === null) {
      forget();
      banned.value = is_ban;
      return false;
    }
    // The dead token is left in the storage: to take it away would look like signing out to other
    // tabs, and close what is open there.
    access = null;
    memory = null;
    banned.value = is_ban;
    expired.value = true;
    return false;
  });
}

async function problemOf(response: Response): Promise<Refusal> {
  try {
    await tokensOf(response);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  return offline();
}

/** Renews unless somebody did since `spent` was handed out. False: nobody is signed in any more. */
export async function renewTokens(spent: string | null): Promise<boolean> {
  if (access && spent !== null && access.token !== spent) return true;
  const of = held()?.refresh;
  if (renewing && renewing.of === of) return renewing.done;
  const begun = { of, done: renew() };
  renewing = begun;
  return begun.done.finally(() => {
    if (renewing === begun) renewing = null;
  });
}

/** The token to send now; null for nobody. @throws Refusal when the server cannot be reached. */
export async function accessToken(): Promise<string | null> {
  if (!memory) return null;
  if (!access || performance.now() > access.ends - early_ms)
    if (!(await renewTokens(access?.token ?? null))) return null;
  return access?.token ?? null;
}

/** Takes up the session that the browser remembers. */
export async function restoreSession(): Promise<void> {
  memory = stored();
  if (!memory) return;
  try {
    await renewTokens(null);
  } catch {
    // The server is away; the token is kept, and the next request tries again.
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  take(await tokensOf(await post("/v1/auth/login", { email, password })));
}

export async function register(email: string, password: string, username: string): Promise<void> {
  take(await tokensOf(await post("/v1/auth/register", { email, password, username })));
}

export async function signOut(): Promise<void> {
  const ended = held();
  forget();
  if (ended) await logOut(ended.refresh);
}

/** The account is gone. */
export function dropSession(): void {
  forget();
}

/** The session has expired, and the person does not want to sign in again now. */
export function stayOut(): void {
  nobody();
}

// Another tab signed in, out, or renewed.
addEventListener("storage", (change) => {
  if (change.key !== storage_key) return;
  const now = stored();
  if (!now) {
    access = null;
    memory = null;
    nobody();
  } else {
    const other_user = memory?.user !== now.user;
    memory = now;
    if (other_user) {
      access = null;
      void renewTokens(null).catch(() => undefined);
    }
  }
});
