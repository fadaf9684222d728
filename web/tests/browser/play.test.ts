/** Tickets, a simulated run, tokens: the game without a phone. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { leave, picture, untilLive, Window } from "./support/browser";
import { city, password, Person, serverNow } from "./support/people";
import { addressOf, clickMap } from "./support/place";
import { Server } from "./support/server";
import { moved } from "./support/tracks";

const view = { at: city, zoom: 15 };
let server: Server;
let window: Window;
let operator: Person;

beforeAll(async () => {
  server = await Server.start({
    start: "2026-05-10T10:00:00Z",
    speed: 30,
    settings: { FIEF_GAME_WELCOME_COINS_CENTS: "1000" },
  });
  server.makeOperator("boss@example.com", "boss", password);
  operator = await Person.signIn(server.url, "boss@example.com");
  window = await Window.open();
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
});

it("buys a ticket and consumes it", async () => {
  const starts_at = new Date((await serverNow(server.url)) - 60_000).toISOString();
  const event = await operator.createEvent({ starts_at, name: "Hold the Lower Town" });
  const runner = await Person.register(server.url, "buyer");
  const viewer = await window.visit(server.url, {
    as: runner,
    path: addressOf(view, "events"),
  });
  const { page } = viewer;
  await page.getByRole("link", { name: event.name }).first().click();
  await page.getByRole("button", { name: "Buy a ticket for 3.00 coins" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("10.00 coins").waitFor(); // The balance.
  await dialog.getByRole("button", { name: "Pay 3.00 coins" }).click();
  await page.getByText(`You have a ticket of ${event.name}.`).waitFor();
  await picture(page, "event");

  await page.getByRole("link", { name: "Tickets", exact: true }).click();
  const usable = page.getByRole("region", { name: "To use" });
  await usable.getByRole("link", { name: event.name }).waitFor();
  await usable.getByRole("button", { name: "Start the run" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start now" }).click();
  await page.getByText("The run has started.").waitFor();
  const [run] = (await runner.ask<{ items: { kind: string; state: string }[] }>("GET", "/v1/runs"))
    .items;
  expect(run).toMatchObject({ kind: "event", state: "recording" });
  await leave(viewer);
});

it("sees a ticket that was bought in another tab", async () => {
  const starts_at = new Date((await serverNow(server.url)) - 60_000).toISOString();
  const event = await operator.createEvent({ starts_at, name: "Bought Twice" });
  const runner = await Person.register(server.url, "hasty");
  const viewer = await window.visit(server.url, {
    as: runner,
    path: addressOf(view, `events/${event.id}`),
  });
  const { page } = viewer;
  await page.getByRole("button", { name: "Buy a ticket for 3.00 coins" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("10.00 coins").waitFor();
  await runner.buy(event.id);
  // Sent at once: the news of the purchase may be quicker than a click.
  await dialog.getByRole("form").evaluate((x: HTMLFormElement) => x.requestSubmit());
  await page.getByText(`You had a ticket of ${event.name} already.`, { exact: false }).waitFor();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("region", { name: "My ticket" }).getByText("Unused").waitFor();
  await leave(viewer);
});

it("pays no other price than the one on the button", async () => {
  const starts_at = new Date((await serverNow(server.url)) + 3_600_000).toISOString();
  const event = await operator.createEvent({ starts_at, name: "Dearer Soon" });
  const viewer = await window.visit(server.url, {
    as: await Person.register(server.url, "reader"),
    path: addressOf(view, `events/${event.id}`),
  });
  const { page } = viewer;
  // The fee changes while the purchase is on its way.
  let edited = false;
  await page.route("**/tickets", async (route) => {
    if (route.request().method() === "POST" && !edited) {
      edited = true;
      await operator.ask("PATCH", `/v1/events/${event.id}`, { entry_fee_cents: 400 });
    }
    await route.continue();
  });
  await page.getByRole("button", { name: "Buy a ticket for 3.00 coins" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Pay 3.00 coins" }).click();
  await dialog.getByText("Nothing was paid", { exact: false }).waitFor();
  await dialog.getByRole("button", { name: "Pay 4.00 coins" }).click();
  await page.getByText(`You have a ticket of ${event.name}.`).waitFor();
  await page.getByRole("region", { name: "My ticket" }).getByText("4.00 coins").waitFor();
  await leave(viewer);
});

async function registerInPage(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create an account" }).click();
  await dialog.getByLabel("Name on the map").fill(name);
  await dialog.getByLabel("E-mail").fill(`${name}@example.com`);
  await dialog.getByLabel("Password").fill(password);
  await dialog.getByRole("button", { name: "Create an account" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

it("lets a simulated phone run, loses and finds the connection, takes tiles, claims tokens", async () => {
  const viewer = await window.visit(server.url, { path: addressOf(view) });
  const { page } = viewer;
  await untilLive(page);
  await registerInPage(page, "newcomer");
  await page.getByRole("link", { name: "Run here" }).click();
  await page.getByText("No route yet.").waitFor();
  for (const [east, north] of [
    [-150, -150],
    [150, -150],
    [150, 150],
    [-150, 150],
  ] as const)
    await clickMap(page, view, moved(city, east, north));
  await page.getByText(/4 places/).waitFor();
  await page.getByRole("button", { name: "Close the loop" }).click();
  await page.getByText(/A closed loop/).waitFor();
  await page.getByLabel("Pace").fill("4:30");
  await page.getByRole("button", { name: "Start the simulated run" }).click();

  const fact = (term: string) =>
    page.locator(".facts > div").filter({ hasText: new RegExp(`^${term}`) });
  const number = async (term: string) =>
    Number((await fact(term).getByRole("definition").innerText()).replace(/\D/g, ""));
  await expect.poll(() => number("Acknowledged"), { timeout: 60_000 }).toBeGreaterThan(20);
  await expect.poll(() => number("Tiles passed"), { timeout: 60_000 }).toBeGreaterThan(0);
  await picture(page, "simulated_run");
  await page.getByRole("link", { name: "Run here (a run is under way)" }).waitFor();

  await page.getByRole("button", { name: "Lose the connection" }).click();
  await page.getByText(/In a tunnel/).waitFor();
  const before = await number("Acknowledged");
  const made = await number("Positions made");
  await expect.poll(() => number("Positions made"), { timeout: 60_000 }).toBeGreaterThan(made + 30);
  expect(await number("Acknowledged")).toBe(before);
  await page.getByRole("button", { name: "Find the connection again" }).click();
  await expect.poll(() => number("Acknowledged"), { timeout: 60_000 }).toBeGreaterThan(made);

  await page.getByRole("button", { name: "Another run" }).waitFor({ timeout: 120_000 });
  await page.getByText("Accepted", { exact: false }).first().waitFor();
  const legend = page.getByRole("region", { name: "Strongest here" });
  await legend.getByText("newcomer").waitFor();
  await page.getByRole("link", { name: "Run here", exact: true }).waitFor();
  await page.getByRole("link", { name: "Look at the track" }).click();
  await page
    .getByText(/Simulated/i)
    .first()
    .waitFor();
  await picture(page, "run");

  await page.getByRole("link", { name: "My ground" }).click();
  const mining = page.getByRole("region", { name: "Mining" });
  await mining.getByRole("button", { name: /^Claim [0-9.,]+ tokens/ }).click();
  await page.getByText(/tokens claimed/).waitFor();
  await picture(page, "my_ground");
  await leave(viewer);
});
