/** Somebody who is not signed in watches ground change hands. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { leave, picture, untilLive, Window } from "./support/browser";
import { city, eventually, Person, serverNow } from "./support/people";
import { addressOf, clickMap, pixelsAt } from "./support/place";
import { Server } from "./support/server";
import { loop } from "./support/tracks";
import type { LatLon } from "../../src/api/types";

const view = { at: city, zoom: 15.5 };
let server: Server;
let window: Window;

beforeAll(async () => {
  server = await Server.start({ start: "2026-05-10T10:00:00Z" });
  window = await Window.open();
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
});

it("shows a tile change its owner while one watches", async () => {
  const ana = await Person.register(server.url, "ana");
  const ivo = await Person.register(server.url, "ivo");
  const viewer = await window.visit(server.url, { path: addressOf(view) });
  const { page } = viewer;
  await untilLive(page);
  const legend = page.getByRole("region", { name: "Strongest here" });
  await legend.getByText("Nobody holds ground in view").waitFor();
  const paper = await pixelsAt(page, view, city);

  await ana.run(loop(city, 120, await serverNow(server.url)));
  await legend.getByText(ana.name).waitFor();
  const hers = await eventually(
    () => pixelsAt(page, view, city),
    (now) => now !== paper,
  );
  await clickMap(page, view, city);
  const panel = page.getByRole("complementary", { name: "Details" });
  await panel.getByRole("definition").filter({ hasText: ana.name }).waitFor();

  await ivo.run(loop(city, 120, await serverNow(server.url), { seed: 2, speed: 3.8 }));
  await panel.getByRole("definition").filter({ hasText: ivo.name }).waitFor();
  await legend.getByText(ivo.name).waitFor();
  await eventually(
    () => pixelsAt(page, view, city),
    (now) => now !== hers && now !== paper,
  );
  const history = panel.getByRole("table");
  await history.getByText(ana.name).waitFor();
  await picture(page, "tile");
  await leave(viewer);
});

it("says that it is not live while the server is away, and is live again by itself", async () => {
  const mia = await Person.register(server.url, "mia");
  const viewer = await window.visit(server.url, {
    path: addressOf(view),
    expected: /WebSocket connection|ERR_CONNECTION_REFUSED/,
  });
  const { page } = viewer;
  await untilLive(page);
  const legend = page.getByRole("region", { name: "Strongest here" });
  await legend.getByText("ivo").waitFor();
  const now = await serverNow(server.url);

  await server.kill();
  await page.getByText(/Not connected/).waitFor();
  await legend.getByText(/not live/).waitFor();
  expect(await legend.getByText("ivo").count()).toBe(1); // What was known is still shown.

  await page.getByRole("link", { name: "Events" }).click();
  await page.getByRole("heading", { name: "This screen could not be loaded" }).waitFor();

  await server.restart({ start: new Date(now + 600_000).toISOString() });
  await untilLive(page);
  await legend.getByText(/not live/).waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Events" }).waitFor(); // It came by itself.
  await mia.run(loop(city, 150, await serverNow(server.url), { seed: 3, speed: 3.8 }));
  await legend.getByText(mia.name).waitFor();
  await leave(viewer);
});

it("counts areas where tiles would be too many", async () => {
  const viewer = await window.visit(server.url, { path: addressOf({ at: city, zoom: 11 }) });
  const { page } = viewer;
  const legend = page.getByRole("region", { name: "Strongest here" });
  await legend.getByText(/held tiles in view/).waitFor();
  await picture(page, "areas");
  await leave(viewer);
});

it("begins where ground is held when no event has a place", async () => {
  const viewer = await window.visit(server.url);
  const { page } = viewer;
  await untilLive(page);
  const legend = page.getByRole("region", { name: "Strongest here" });
  await legend.getByText(/held tiles in view/).waitFor();
  await page.locator(".map-note").waitFor({ state: "detached" });
  await leave(viewer);
});

it("shows where on earth ground is held, and goes there", async () => {
  const view = { at: [40, 5] as LatLon, zoom: 4 };
  for (const way of ["legend", "dot"]) {
    const viewer = await window.visit(server.url, { path: addressOf(view) });
    const { page } = viewer;
    await untilLive(page);
    const legend = page.getByRole("region", { name: "Strongest here" });
    const place = legend.getByRole("button", { name: "45.8° N, 16.0° E" });
    await place.waitFor();
    await page.getByText(/dots are ground elsewhere/).waitFor();
    const paper = await pixelsAt(page, view, [35, 0]);
    await eventually(
      () => pixelsAt(page, view, city),
      (pixels) => pixels !== paper,
    );
    await picture(page, "world");
    if (way === "legend") await place.click();
    else await clickMap(page, view, city);
    await legend.getByText(/held tiles in view/).waitFor();
    expect(new URL(page.url()).hash).not.toContain("tile");
    await leave(viewer);
  }
});
