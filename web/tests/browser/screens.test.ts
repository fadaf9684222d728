/** Every screen, on a phone and on a wide one, in light and dark: nothing is wrong with any. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityOf } from "./support/axe";
import { leave, picture, untilLive, Window } from "./support/browser";
import { city, eventually, password, Person, serverNow } from "./support/people";
import { addressOf, pixelsAt } from "./support/place";
import { Server } from "./support/server";
import { loop, moved } from "./support/tracks";

const view = { at: city, zoom: 15 };
let server: Server;
let window: Window;
let operator: Person;
let screens: string[];

beforeAll(async () => {
  server = await Server.start({ start: "2026-05-10T10:00:00Z", speed: 60 });
  server.makeOperator("boss@example.com", "boss", password);
  operator = await Person.signIn(server.url, "boss@example.com");
  const starts_at = new Date((await serverNow(server.url)) - 60_000).toISOString();
  const event = await operator.createEvent({
    starts_at,
    course: [moved(city, -400, 0), moved(city, 400, 0), moved(city, 400, 400)],
  });
  const grant = { coins_cents: 1000, reason: "for tickets" };
  await operator.ask("POST", `/v1/users/${operator.id}/grants`, grant);
  await operator.buy(event.id);
  const run = await operator.run(loop(city, 160, await serverNow(server.url)));
  for (const [k, name] of ["ana", "ivo", "mia"].entries()) {
    const other = await Person.register(server.url, name);
    const centre = moved(city, 350 * (k - 1), 250 * (k % 2 ? 1 : -1));
    await other.run(loop(centre, 150, await serverNow(server.url), { seed: k + 7 }));
  }
  screens = [
    ...["", "events", `events/${event.id}`, "tickets", "me", "notices", "runs", `runs/${run.id}`],
    ...["run", "imports", "account", "manage-events", "manage-events/new"],
    ...[`manage-events/${event.id}`, "users", `users/${operator.id}`, "reviews", "actions"],
    ...["status", "nowhere"],
  ];
  window = await Window.open();
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
});

/** Until the operator's ground looks different from ground that nobody holds. */
async function untilDrawn(page: Page): Promise<void> {
  const legend = page.locator(".legend");
  await legend.getByText("ana").waitFor({ state: "attached" }); // A phone has it folded.
  await eventually(
    async () => [
      await pixelsAt(page, view, moved(city, 60, 60)),
      await pixelsAt(page, view, moved(city, 60, 480)),
    ],
    ([held, free]) => held !== free,
  );
}

describe.each([
  { name: "wide, light", width: 1360, height: 850, dark: false },
  { name: "phone, dark", width: 360, height: 740, dark: true },
])("$name", ({ name, ...look }) => {
  it("breaks no rule of accessibility and fits the width", async () => {
    const viewer = await window.visit(server.url, {
      ...look,
      as: operator,
      path: addressOf(view),
    });
    const { page } = viewer;
    await untilLive(page);
    const wrong: string[] = [];
    for (const screen of screens) {
      await page.evaluate((to) => (location.hash = `#/${to}`), screen);
      if (screen !== "") await page.locator(".panel h2").first().waitFor();
      await page.locator('.panel [aria-busy="true"]').first().waitFor({ state: "detached" });
      for (const sentence of await accessibilityOf(page)) wrong.push(`#/${screen}: ${sentence}`);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (over > 0) wrong.push(`#/${screen}: ${over} px wider than the window`);
      if (screen === "") {
        await untilDrawn(page);
        await picture(page, `map ${name}`.replace(/\W+/g, "_"));
      }
    }
    expect(wrong).toEqual([]);
    await leave(viewer);
  });
});

it("opens a tile, closes it and signs in with the keyboard alone", async () => {
  const viewer = await window.visit(server.url, { path: addressOf({ at: city, zoom: 15 }) });
  const { page } = viewer;
  await untilLive(page);
  await page.getByRole("region", { name: "Strongest here" }).getByText("boss").waitFor();
  await page.locator("canvas.maplibregl-canvas").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Tile" }).waitFor();
  await page.getByRole("complementary").getByText("boss").first().waitFor();
  await page.getByRole("link", { name: "Skip the map" }).focus();
  await page.keyboard.press("Enter");
  const heading = page.getByRole("heading", { name: "Tile" });
  expect(await heading.evaluate((x) => x === document.activeElement)).toBe(true);
  expect(await page.title()).toBe("Tile · fief");
  await page.goBack();
  const focused = (of: string) => page.locator(`${of}:focus`).waitFor();
  await focused("canvas.maplibregl-canvas");
  await page.getByRole("link", { name: "Events" }).focus();
  await page.keyboard.press("Enter");
  await focused("#panel h2");
  await page.getByRole("button", { name: "Close the panel" }).focus();
  await page.keyboard.press("Enter");
  await focused('a[href="#/events"]');
  await page.keyboard.press("Enter");
  await focused("#panel h2");
  await page.keyboard.press("Escape");
  await focused('a[href="#/events"]');
  await page.getByRole("button", { name: "Sign in", exact: true }).focus();
  await page.keyboard.press("Enter");
  await focused('input[name="email"]');
  await page.keyboard.type(operator.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await focused(".bar-end a");
  await page.getByRole("button", { name: "Sign out" }).focus();
  await page.keyboard.press("Enter");
  await focused(".bar-end button");
  await leave(viewer);
});
