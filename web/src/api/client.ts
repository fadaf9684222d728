import createClient from "openapi-fetch";
import type { paths } from "./schema.gen";
import type { Problem } from "./types";
import { Refusal, offline } from "./problem";
import { accessToken, renewTokens } from "./session";

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The request with the token of now. A token that ran out is renewed once, and asked again. */
async function send(request: Request): Promise<Response> {
  const token = await accessToken();
  const again = token ? request.clone() : undefined;
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  const response = await reach(request);
  if (response.status !== 401 || !again || (await isAboutPassword(response))) return response;
  if (!(await renewTokens(token))) return response;
  again.headers.set("Authorization", `Bearer ${await accessToken()}`);
  return reach(again);
}

/** A fresh token would not make a wrong password right, and asking again counts as another try. */
async function isAboutPassword(response: Response): Promise<boolean> {
  const problem = (await response
    .clone()
    .json()
    .catch(() => null)) as Partial<Problem> | null;
  return problem?.code === "wrong_credentials";
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw offline();
  }
}

/** The API, typed by its contract. Wrap calls in `must` for their data. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: send });

export function refusalOf(response: Response, problem: unknown): Refusal {
  const wait = Number(response.headers.get("Retry-After"));
  const known = typeof problem === "object" && problem !== null ? (problem as Problem) : {};
  return new Refusal(response.status, known, wait > 0 ? wait : undefined);
}

/** The data of a success. @throws Refusal */
export async function must<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw refusalOf(response, error);
  return data as T;
}

/** A fresh `Idempotency-Key`: make it once for what a person wants once, and keep it for retries. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (x) => x.toString(16).padStart(2, "0")).join("");
}
