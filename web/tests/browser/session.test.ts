/** A session that ends keeps what was typed. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessibilityOf } from "./support/axe";
import { leave, untilLive, Window } from "./support/browser";
import { city, password, Person } from "./support/people";
import { addressOf } from "./support/place";
import { Server } from "./support/server";

let server: Server;
let window: Window;

beforeAll(async () => {
  // So short that every request renews the token before.
  server = await Server.start({ settings: { FIEF_AUTH_ACCESS_TTL_S: "30" } });
  server.makeOperator("boss@example.com", "boss", password);
  window = await Window.open();
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
});

it("asks to sign in again over what is open, and goes on", async () => {
  const runner = await Person.register(server.url, "forgetful");
  const viewer = await window.visit(server.url, {
    as: runner,
    path: addressOf({ at: city, zoom: 14 }, "account"),
  });
  const { page } = viewer;
  const form = page.getByRole("form", { name: /name/i }).first();
  const field = form.getByRole("textbox").first();
  await field.fill("remembered");
  // The session ends elsewhere, as when somebody signs out everywhere.
  await page.evaluate(async () => {
    const { refresh } = JSON.parse(localStorage.getItem("fief.session") ?? "{}") as {
      refresh: string;
    };
    await fetch("/v1/auth/logout", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh_token: refresh }),
    });
  });
  // Sent without a click: the socket may be quicker to find out, and then the dialog is in front.
  await form.evaluate((x: HTMLFormElement) => x.requestSubmit());
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/Your session has ended/).waitFor();
  // What was on its way to the field beneath leads nowhere.
  await page.keyboard.type("a word ");
  for (const key of ["Enter", "Escape", "Escape"]) await page.keyboard.press(key);
  expect(await dialog.getByLabel("E-mail").inputValue()).toBe(runner.email);
  await dialog.getByText(/Your session has ended/).waitFor();
  await dialog.getByLabel("E-mail").fill(runner.email);
  await dialog.getByLabel("Password").fill("wrong password");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.getByText(/password is wrong/).waitFor();
  await dialog.getByLabel("Password").fill(password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.waitFor({ state: "detached" });
  if ((await field.inputValue()) !== "remembered") throw new Error("what was typed is lost");
  await form.getByRole("button").first().click();
  await page.getByRole("link", { name: "remembered" }).waitFor();
  await leave(viewer);
});

it("says that the account is banned, and lets go only by its button", async () => {
  const operator = await Person.signIn(server.url, "boss@example.com");
  const runner = await Person.register(server.url, "cheater");
  const viewer = await window.visit(server.url, {
    as: runner,
    path: addressOf({ at: city, zoom: 14 }, "account"),
  });
  const { page } = viewer;
  await untilLive(page);
  await operator.ask("PATCH", `/v1/users/${runner.id}`, { banned: true });
  const dialog = page.getByRole("dialog");
  await dialog.getByText("This account is banned.").waitFor();
  expect(await accessibilityOf(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Leave without signing in" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.locator("#panel h2:focus").waitFor();
  await page.reload();
  await dialog.getByText("This account is banned.").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await leave(viewer);
});
