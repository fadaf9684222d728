/** An organiser draws an event, and everybody sees it end. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { leave, picture, untilLive, Window } from "./support/browser";
import { city, password, Person, serverNow } from "./support/people";
import { addressOf, clickMap } from "./support/place";
import { Server } from "./support/server";
import { loop, moved } from "./support/tracks";
import type { Event } from "../../src/api/types";

const view = { at: city, zoom: 14.5 };
const server_away = /WebSocket connection|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET/;
let server: Server;
let window: Window;

beforeAll(async () => {
  // 21:00 in Zagreb: an hour before the end of the day.
  server = await Server.start({
    start: "2026-05-10T19:00:00Z",
    settings: { FIEF_GAME_WELCOME_COINS_CENTS: "1000" },
  });
  server.makeOperator("boss@example.com", "boss", password);
  window = await Window.open();
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
});

it("creates an event by clicking, and sees it settle", async () => {
  const operator = await Person.signIn(server.url, "boss@example.com");
  const viewer = await window.visit(server.url, {
    as: operator,
    path: addressOf(view, "manage-events/new"),
    expected: server_away,
  });
  const { page } = viewer;
  await untilLive(page);
  const form = page.getByRole("form", { name: "New event" });
  await form.getByLabel("Name", { exact: true }).fill("Sunday loop");
  await form.getByLabel("City").fill("Zagreb");
  await form.getByLabel("Time zone").fill("Europe/Zagreb");
  await form.getByLabel("Start, by the event's clocks").fill("2026-05-10T21:45");
  await form.getByLabel("Entry fee").fill("3");
  await form.getByLabel("Sponsor's pot").fill("50");
  await form.getByLabel("What counts").selectOption("territory");

  // Too late: the server offers two other starts.
  const preview = form.getByRole("region", { name: "Preview" });
  await preview.getByText(/less than half an hour/).waitFor();
  await preview.getByRole("button").first().click();
  await preview.getByText(/22:00/).first().waitFor();
  await expect(form.getByLabel("Start, by the event's clocks").inputValue()).resolves.toBe(
    "2026-05-10T21:30",
  );
  await form.getByLabel("Start, by the event's clocks").fill("2026-05-10T21:05");
  await preview
    .getByText("50.00 coins")
    .first()
    .waitFor({ state: "visible" })
    .catch(() => null);
  await preview.getByRole("list", { name: /Prizes/ }).waitFor();

  for (const [east, north] of [
    [-300, -200],
    [300, -200],
    [300, 200],
  ] as const)
    await clickMap(page, view, moved(city, east, north));
  await form
    .getByText(/3 points/)
    .first()
    .waitFor();
  await form.getByRole("radio", { name: "Area" }).check();
  await clickMap(page, view, city);
  await picture(page, "new_event");
  await form.getByRole("button", { name: "Create the event" }).click();
  await page.getByText("is created.").waitFor();
  await page.getByRole("heading", { name: "Sunday loop" }).waitFor();

  // A runner buys a ticket and, as the day goes on, runs for the event.
  const [made] = (await operator.ask<{ items: Event[] }>("GET", "/v1/events")).items;
  expect(made).toMatchObject({ name: "Sunday loop", cut_at: "2026-05-10T20:00:00.000Z" });
  const runner = await Person.register(server.url, "luka");
  const ticket = await runner.buy(made!.id);
  await page.getByRole("link", { name: "Leaderboard and public page" }).click();
  const board = page.getByRole("region", { name: "Leaderboard" });
  await board.getByText("Provisional").waitFor();

  await server.kill();
  await page.getByText(/Not connected/).waitFor();
  await server.restart({ start: "2026-05-10T19:50:00Z" });
  const back = await Person.signIn(server.url, runner.email);
  await back.runFor(ticket.id, (now) => loop(city, 120, now), serverNow);
  await page.getByRole("rowheader", { name: back.name }).waitFor();

  await server.kill();
  await server.restart({ start: "2026-05-10T19:59:50Z", speed: 10 });
  await board.getByText("Final", { exact: true }).waitFor({ timeout: 120_000 });
  const row = page.getByRole("row").filter({ hasText: back.name });
  await row.getByText(/coins/).waitFor(); // The prize.
  await picture(page, "settled");
  await leave(viewer);
});
