/** What operators do, and that all of it is in the log. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { leave, picture, untilLive, Window } from "./support/browser";
import { city, password, Person, serverNow } from "./support/people";
import { addressOf } from "./support/place";
import { Server } from "./support/server";
import { loop } from "./support/tracks";

let server: Server;
let window: Window;
let operator: Person;

beforeAll(async () => {
  server = await Server.start({ start: "2026-05-10T10:00:00Z" });
  server.makeOperator("boss@example.com", "boss", password);
  operator = await Person.signIn(server.url, "boss@example.com");
  window = await Window.open();
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
});

it("finds a user, gives coins and a role, reviews a flagged run, and shows what was done", async () => {
  const runner = await Person.register(server.url, "doubtful");
  const flagged = await runner.run(loop(city, 140, await serverNow(server.url), { mocked: true }));
  expect(flagged.state).toBe("flagged");
  const viewer = await window.visit(server.url, {
    as: operator,
    path: addressOf({ at: city, zoom: 15 }, "users"),
  });
  const { page } = viewer;
  await untilLive(page);

  await page.getByRole("searchbox").fill("doubtf");
  await page.getByRole("link", { name: runner.name }).click();
  const coins = page.getByRole("form", { name: "Give coins" });
  await coins.getByLabel("Amount").fill("a lot");
  await coins.getByRole("button").click();
  expect(await coins.getByLabel("Amount").getAttribute("aria-invalid")).toBe("true");
  await coins.getByLabel("Amount").fill("12.50");
  await coins.getByLabel("Reason").fill("for the trouble");
  await coins.getByRole("button").click();
  await page.getByText(/was given 12.50 coins/).waitFor();
  await page
    .getByRole("table", { name: /Ledger/ })
    .getByText("+12.50 coins")
    .waitFor();
  const roles = page.getByRole("form", { name: "Roles" });
  await roles.getByLabel(/organiser/i).check();
  await roles.getByRole("button", { name: "Save the roles" }).click();
  await page.getByText(/is now: .*organiser/).waitFor();
  await picture(page, "user");

  await page.getByRole("link", { name: "Reviews" }).click();
  await page.getByRole("heading", { name: "Reviews" }).waitFor(); // Else the user's page has it too.
  await page.getByRole("link", { name: new RegExp(runner.name) }).click();
  await page
    .getByText(/simulated/i)
    .first()
    .waitFor(); // The reason, in words.
  await page.getByRole("button", { name: "Accept the run" }).click();
  await page.getByText("The runner is told why").waitFor(); // Not without a word.
  await page.getByLabel("A word to the runner").fill("It looks right.");
  await picture(page, "review");
  await page.getByRole("button", { name: "Accept the run" }).click();
  await page.getByText("The run is accepted.").waitFor();

  await page.getByRole("link", { name: "Actions" }).click();
  const log = page.getByRole("table").first();
  await log.getByText("for the trouble").waitFor();
  await log.getByText("It looks right.").waitFor();
  await log.getByText(/12.50 coins/).waitFor();
  await picture(page, "actions");

  await page.getByRole("link", { name: "Server" }).click();
  await page.getByText("Postgres answers").waitFor();
  await page.getByRole("img").or(page.locator(".uplot")).first().waitFor();
  await picture(page, "server");
  await leave(viewer);
});

it("keeps the console from those it is not for", async () => {
  const runner = await Person.register(server.url, "curious");
  const viewer = await window.visit(server.url, { as: runner, path: "#/users" });
  await viewer.page.getByText("Only operators may look at this.").waitFor();
  expect(await viewer.page.getByRole("navigation", { name: "Console" }).count()).toBe(0);
  await leave(viewer);
});
