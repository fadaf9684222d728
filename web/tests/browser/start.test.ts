/** Where the map begins for somebody who was never here, and how the page gets over a bad start. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { centreOf, tileAt } from "../../src/map/tile_geometry";
import { leave, untilLive, Window, type Viewer } from "./support/browser";
import { city, eventually, password, Person } from "./support/people";
import { Server } from "./support/server";

let server: Server;
let window: Window;

beforeAll(async () => {
  server = await Server.start({ start: "2026-05-10T10:00:00Z" });
  server.makeOperator("boss@example.com", "boss", password);
  const operator = await Person.signIn(server.url, "boss@example.com");
  await operator.createEvent({ starts_at: "2026-05-10T16:00:00Z", name: "Evening loop" });
  window = await Window.open();
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
});

/** Latitude, longitude and zoom that the page would come back to; none before it has decided. */
function viewOf({ page }: Viewer): Promise<number[]> {
  return eventually(
    () => page.evaluate(() => (localStorage.getItem("fief.view") ?? "").split(",").map(Number)),
    (view) => view.length === 3,
  );
}

it("begins where something is on, also with a panel open", async () => {
  for (const path of ["", "#/events", "#/me"]) {
    const viewer = await window.visit(server.url, { path });
    await viewer.page.setViewportSize({ width: 1200, height: 760 });
    const [lat, lon, zoom] = await viewOf(viewer);
    expect(lat, path).toBeCloseTo(city[0], 1);
    expect(lon, path).toBeCloseTo(city[1], 1);
    expect(zoom, path).toBeGreaterThan(10);
    await leave(viewer);
  }
});

it("begins at the tile that the address names", async () => {
  const token = tileAt(-33.86, 151.2);
  const viewer = await window.visit(server.url, { path: `#/tile/${token}` });
  const [at_lat, at_lon] = centreOf(token);
  const [lat, lon, zoom] = await eventually(
    () => viewOf(viewer),
    ([x]) => x! < 0,
  );
  expect(lat).toBeCloseTo(at_lat, 2);
  expect(lon).toBeCloseTo(at_lon, 1); // The legend's cards push it aside.
  expect(zoom).toBeGreaterThan(13);
  await leave(viewer);
});

it("asks again for what the server is", async () => {
  const viewer = await window.visit(server.url);
  const { page, context } = viewer;
  await context.route("**/v1/server", (route) => route.abort(), { times: 2 });
  await page.reload();
  await untilLive(page);
  const legend = page.getByRole("region", { name: "Strongest here" });
  await legend.getByText(/Nobody holds ground/).waitFor();
  await leave(viewer);
});

it("offers to load the page again when the server no longer has a part of it", async () => {
  const viewer = await window.visit(server.url);
  const { page, context } = viewer;
  await untilLive(page);
  await context.route("**/assets/events_panel*", (route) => route.fulfill({ status: 404 }));
  await page.getByRole("link", { name: "Events" }).click();
  const again = page.getByRole("button", { name: "Load the page again" });
  await again.waitFor();
  await context.unroute("**/assets/events_panel*");
  await again.click();
  await page.getByRole("heading", { name: "Events" }).waitFor();
  await leave(viewer);
});

it("takes the newcomer's card away when he moves the map or opens a panel", async () => {
  for (const begin of ["map", "panel"]) {
    const viewer = await window.visit(server.url);
    const { page } = viewer;
    await untilLive(page);
    const card = page.getByRole("region", { name: "What this is" });
    await card.waitFor();
    if (begin === "panel") await page.getByRole("link", { name: "Events" }).click();
    else {
      await page.mouse.move(900, 400);
      await page.mouse.wheel(0, 300);
    }
    await card.waitFor({ state: "detached" });
    await page.reload();
    await untilLive(page);
    expect(await card.count()).toBe(0);
    await leave(viewer);
  }
});
