/** Reads that cost nothing while nothing has changed: `ETag` and `If-None-Match`. */
import { refusalOf } from "./client";

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

export interface Tagged<T> {
  data: T;
  etag: string | undefined;
}

/** The data and its tag, or null: it is as it was. @throws Refusal */
export async function ifChanged<T>(asked: Promise<Answer<T>>): Promise<Tagged<T> | null> {
  const { data, error, response } = await asked;
  if (response.status === 304) return null;
  if (!response.ok) throw refusalOf(response, error);
  return { data: data as T, etag: response.headers.get("ETag") ?? undefined };
}
