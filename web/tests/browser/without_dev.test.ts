/** A server that is not for development takes no simulated run. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { leave, untilLive, Window } from "./support/browser";
import { Person } from "./support/people";
import { Server } from "./support/server";

let server: Server;
let window: Window;

beforeAll(async () => {
  server = await Server.start({ dev: false });
  window = await Window.open();
});
afterAll(async () => {
  await window?.close();
  await server?.stop();
});

it("does not offer to run here, and says why", async () => {
  const runner = await Person.register(server.url, "earnest");
  await expect(runner.ask("POST", "/v1/runs", { simulated: true })).rejects.toThrow(
    "simulation_not_allowed",
  );
  const viewer = await window.visit(server.url, { as: runner, path: "#/run" });
  await untilLive(viewer.page);
  await viewer.page.getByText(/only a server that was started with --dev takes them/).waitFor();
  expect(await viewer.page.getByRole("link", { name: "Run here" }).count()).toBe(0);
  await leave(viewer);
});
