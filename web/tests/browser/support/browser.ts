/**
 * Debian's Chromium with WebGL in software. Every page is watched: a request to another origin, a
 * refusal of the Content-Security-Policy, an exception nobody caught fail the test.
 */
import { mkdirSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import type { Person } from "./people";

const flags = [
  ...["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
  // It would look for updates, and this machine may have no network.
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  ...["--no-first-run", "--disable-quic"],
];
const pictures = process.env.FIEF_PICTURES;

export interface Viewer {
  page: Page;
  context: BrowserContext;
  /** What must not have happened; looked at when the viewer leaves. */
  wrong: string[];
}

interface ViewerOptions {
  width?: number;
  height?: number;
  dark?: boolean;
  zone?: string;
  as?: Person;
  path?: string;
  /** Console errors that belong to the test, as of a server that is killed. */
  expected?: RegExp;
}

export class Window {
  private constructor(private readonly browser: Browser) {}

  static async open(): Promise<Window> {
    return new Window(
      await chromium.launch({
        executablePath: process.env.FIEF_CHROMIUM ?? "/usr/bin/chromium",
        args: flags,
      }),
    );
  }

  async visit(url: string, options: ViewerOptions = {}): Promise<Viewer> {
    const context = await this.browser.newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      colorScheme: options.dark ? "dark" : "light",
      timezoneId: options.zone ?? "Europe/Zagreb",
      locale: "en-GB",
      reducedMotion: "reduce", // Pictures and conditions do not wait for animations.
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const wrong: string[] = [];
    const origin = new URL(url).origin;
    context.on("request", (request) => {
      const to = new URL(request.url());
      if (!["blob:", "data:"].includes(to.protocol) && to.origin !== origin)
        wrong.push(`a request left the origin: ${request.url()}`);
    });
    page.on("pageerror", (error) => wrong.push(`nobody caught: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      const text = message.text();
      // Answers of 4xx are part of the game; Chromium logs each of them.
      if (text.startsWith("Failed to load resource") || options.expected?.test(text)) return;
      wrong.push(`console: ${text}`);
    });
    if (options.as) await remember(context, origin, options.as);
    await page.goto(`${url}/${options.path ?? ""}`);
    await page.locator(".app").waitFor();
    return { page, context, wrong };
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** The session of somebody who signed in before. The browser alone uses its tokens from now on. */
async function remember(context: BrowserContext, origin: string, who: Person): Promise<void> {
  const fresh = await fetch(`${origin}/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: who.email, password: "correct horse battery" }),
  });
  const tokens = (await fresh.json()) as { refresh_token: string; user: { id: string } };
  await context.addInitScript(
    ([refresh, user]) => {
      if (!localStorage.getItem("fief.session"))
        localStorage.setItem("fief.session", JSON.stringify({ refresh, user }));
    },
    [tokens.refresh_token, tokens.user.id],
  );
}

/** Ends a visit. @throws if something happened that must not. */
export async function leave(viewer: Viewer): Promise<void> {
  await viewer.context.close();
  if (viewer.wrong.length > 0) throw new Error(viewer.wrong.join("\n"));
}

/** A picture for the README, where one is asked for. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png` });
}

/** Whether the page is live: its socket is welcomed. */
export async function untilLive(page: Page): Promise<void> {
  await page.locator(".connection.live").waitFor();
}
