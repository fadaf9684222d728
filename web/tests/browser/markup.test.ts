/** Names that people give are text, wherever they appear. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { leave, untilLive, Window } from "./support/browser";
import { city, password, Person, serverNow } from "./support/people";
import { addressOf } from "./support/place";
import { Server } from "./support/server";

const name = `<img src=x onerror="document.title='owned'">`;
let server: Server;
let window: Window;

beforeAll(async () => {
  server = await Server.start({ start: "2026-05-10T10:00:00Z" });
  server.makeOperator("boss@example.com", "boss", password);
  window = await Window.open();
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
});

it("shows markup in a name as it was typed", async () => {
  const operator = await Person.signIn(server.url, "boss@example.com");
  const starts_at = new Date((await serverNow(server.url)) - 60_000).toISOString();
  const event = await operator.createEvent({ starts_at, name, city: name });
  const guest = await Person.register(server.url, "guest");
  await operator.ask("POST", `/v1/events/${event.id}/grants`, { user: guest.id });
  await operator.ask("POST", `/v1/users/${guest.id}/grants`, { coins_cents: 100, reason: name });

  const screens = ["events", `events/${event.id}`, "tickets", "me", "notices"];
  for (const [as, paths] of [
    [guest, screens],
    [operator, ["manage-events", `manage-events/${event.id}`, "actions", `users/${guest.id}`]],
  ] as const) {
    const viewer = await window.visit(server.url, { as, path: addressOf({ at: city, zoom: 14 }) });
    const { page } = viewer;
    await untilLive(page);
    for (const path of paths) {
      await page.evaluate((to) => (location.hash = `#/${to}`), path);
      await page.locator(".panel h2").first().waitFor();
      await page.getByText("<img src=x").first().waitFor();
      expect(await page.locator('img[src="x"]').count(), path).toBe(0);
      expect(await page.title(), path).toMatch(/ · fief$/);
    }
    await leave(viewer);
  }
});
