/** People who play over REST, beside the one in the browser. */
import type { Event, EventCreate, Fix, LatLon, Run, Ticket, Tokens } from "../../../src/api/types";

export const password = "correct horse battery";
/** Zagreb, where all of this happens. */
export const city: LatLon = [45.81, 15.98];

let number = 0;

export class Person {
  private constructor(
    readonly url: string,
    public tokens: Tokens,
  ) {}

  static async register(url: string, name = "runner"): Promise<Person> {
    const username = `${name}_${++number}`;
    const email = `${username}@example.com`;
    return new Person(
      url,
      await ask<Tokens>(url, "POST", "/v1/auth/register", { email, password, username }),
    );
  }

  static async signIn(url: string, email: string): Promise<Person> {
    return new Person(url, await ask<Tokens>(url, "POST", "/v1/auth/login", { email, password }));
  }

  get id(): string {
    return this.tokens.user.id;
  }

  get name(): string {
    return this.tokens.user.username;
  }

  get email(): string {
    return this.tokens.user.email;
  }

  ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return ask<T>(this.url, method, path, body, this.tokens.access_token);
  }

  /** A whole run, as a phone that was without a network sends it. */
  async run(fixes: Fix[]): Promise<Run> {
    const device_time = new Date(Number(fixes.at(-1)?.[0])).toISOString();
    return this.record(await this.ask<Run>("POST", "/v1/runs", { device_time }), fixes);
  }

  /** The same with a ticket: `track` gives the fixes that end now. */
  async runFor(
    ticket: string,
    track: (now_ms: number) => Fix[],
    now: (url: string) => Promise<number>,
  ): Promise<Run> {
    const fixes = track(await now(this.url));
    const device_time = new Date(Number(fixes.at(-1)?.[0])).toISOString();
    const path = `/v1/tickets/${ticket}/consume`;
    const { run } = await this.ask<{ run: Run }>("POST", path, { device_time });
    return this.record(run, fixes);
  }

  private async record(run: Run, fixes: Fix[]): Promise<Run> {
    for (let first = 0; first < fixes.length; first += 500)
      await this.ask("POST", `/v1/runs/${run.id}/fixes`, {
        first_seq: first + 1,
        fixes: fixes.slice(first, first + 500),
      });
    const done = await this.ask<Run>("POST", `/v1/runs/${run.id}/finish`, {
      total_seq: fixes.length,
    });
    return eventually(
      () => this.ask<Run>("GET", `/v1/runs/${done.id}`),
      (x) => !["recording", "processing"].includes(x.state),
    );
  }

  createEvent(event: Partial<EventCreate> & Pick<EventCreate, "starts_at">): Promise<Event> {
    return this.ask<Event>("POST", "/v1/events", {
      ...{ name: "Evening loop", city: "Zagreb", tz: "Europe/Zagreb" },
      ...{ metric: "territory", entry_fee_cents: 300 },
      ...{ area: { lat: city[0], lon: city[1], radius_m: 3000 } },
      ...event,
    });
  }

  buy(event: string): Promise<Ticket> {
    return this.ask<Ticket>("POST", `/v1/events/${event}/tickets`);
  }
}

async function ask<T>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** Asks until the answer is as wanted. Bounded by the test's own time. */
export async function eventually<T>(look: () => Promise<T>, wanted: (x: T) => boolean): Promise<T> {
  for (;;) {
    const got = await look();
    if (wanted(got)) return got;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The game's now. */
export async function serverNow(url: string): Promise<number> {
  const got = await ask<{ now: string }>(url, "GET", "/v1/server");
  return Date.parse(got.now);
}
