/**
 * How smooth the territory stays: frame times of a moving map while deltas come twice a second, next
 * to the same map without tiles. Run by hand beside `npm run dev`, and read, not asserted: a machine
 * without a graphics card draws every pixel by itself.
 *
 *   node tests/browser/territory_frames.mjs http://127.0.0.1:5173 [TILES] [CHANGES]
 */
import { chromium } from "playwright-core";
import { s2 } from "s2js";

const [origin = "http://127.0.0.1:5173", tiles_text = "20000", changes_text = "500"] =
  process.argv.slice(2);
const [tiles_max, changes] = [Number(tiles_text), Number(changes_text)];
const watch_s = 15;
const at = { lat: 45.81, lon: 15.98, zoom: 12.05 };
const size = { width: 800, height: 600 };

/** So many tiles around the middle, nearest first. */
function tilesAround(count) {
  const first = s2.cellid.parent(s2.cellid.fromLatLng(s2.LatLng.fromDegrees(at.lat, at.lon)), 17);
  const seen = new Set([first]);
  for (const id of seen) {
    if (seen.size >= count) break;
    for (const next of s2.cellid.edgeNeighbors(id)) seen.add(next);
  }
  return [...seen].slice(0, count).map((id) => s2.cellid.toToken(id));
}

// Blocks of 6 x 6 or so of one owner, as runs leave them: a curve's neighbours are neighbours.
const far = Date.now() + 20 * 86_400_000;
const owner = (k) => `0190aa00-0000-7000-8000-${String(k % 60).padStart(12, "0")}`;

function answer(socket, tokens) {
  const sorted = [...tokens].sort();
  let version = 1;
  let timer;
  socket.onMessage((text) => {
    const message = JSON.parse(text);
    const say = (x) => socket.send(JSON.stringify(x));
    if (message.type === "hello") say({ type: "welcome", server_time: Date.now() });
    if (message.type === "ping") say({ type: "pong", n: message.n });
    if (message.type !== "subscribe" || message.id !== "view") return;
    const tiles = sorted.map((token, k) => [token, owner(Math.floor(k / 36)), far]);
    say({ type: "snapshot", id: "view", version, tiles, owners: {} });
    clearInterval(timer);
    if (tokens.length === 0) return;
    timer = setInterval(() => {
      version += 1;
      const changed = Array.from({ length: changes }, (_, k) => {
        const token = sorted[(version * 7919 + k * 37) % sorted.length];
        // One in ten becomes free, and is taken again later: the source itself changes, too.
        return k % 10 === 0 ? [token, null, null] : [token, owner(version + k), far];
      });
      say({ type: "delta", id: "view", version, tiles: changed });
    }, 500);
  });
  socket.onClose(() => clearInterval(timer));
}

async function measure(browser, count, moving) {
  const page = await browser.newPage({ viewport: size });
  page.on("pageerror", (error) => console.error(error.message));
  const tokens = tilesAround(count);
  await page.routeWebSocket("**/v1/live", (socket) => answer(socket, tokens));
  await page.route("**/v1/server", (route) =>
    route.fulfill({
      json: {
        version: "0",
        now: new Date().toISOString(),
        clock_speed: 1,
        simulated_runs: false,
        tile_level: 17,
        area_level: 12,
        areas_max: 400,
        detailed_areas_max: 32,
        detailed_zoom_min: 12, // So that few pixels show many tiles.
        finish_hour: 22,
        wallets: false,
        strava: false,
      },
    }),
  );
  // The page's own modules: the development server has them under names that it changes.
  await page.addInitScript(() => {
    performance.setResourceTimingBufferSize(5000);
    window.own = (path) => {
      const loaded = performance.getEntriesByType("resource").find((x) => x.name.includes(path));
      return loaded ? import(loaded.name) : Promise.resolve(null);
    };
  });
  await page.goto(`${origin}/?at=${at.lat},${at.lon},${at.zoom}`);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
  await devtools.send("Performance.enable");
  const busy = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find((x) => x.name === "TaskDuration").value;
  };
  let busy_before = 0;
  await page.exposeFunction("begin", async () => (busy_before = await busy()));
  const got = await page.evaluate(
    async ([seconds, moves, held]) => {
      const until = async (of) => {
        while (!(await of())) await new Promise(requestAnimationFrame);
      };
      let map;
      await until(async () => (map = (await own("/src/map/stage.ts"))?.stage.value));
      const { holders } = await own("/src/map/territory.ts");
      await until(() => (holders.value?.tiles ?? -1) >= held);
      await new Promise((done) => map.once("render", done) && map.triggerRepaint());
      const { lng, lat } = map.getCenter();
      const frames = [];
      const long = [];
      new PerformanceObserver((list) => long.push(...list.getEntries().map((x) => x.duration)))
        .observe({ type: "longtask" }); // prettier-ignore
      await begin();
      const begun = performance.now();
      let before = begun;
      await new Promise((done) => {
        const step = (now) => {
          frames.push(now - before);
          before = now;
          const t = (now - begun) / 1000;
          if (t > seconds) return done();
          if (moves) map.jumpTo({ center: [lng + 0.004 * Math.sin(t), lat + 0.002 * Math.sin(t / 2)] }); // prettier-ignore
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      });
      const sorted = frames.slice(1).sort((a, b) => a - b);
      const at_part = (p) => Math.round(sorted[Math.floor(p * (sorted.length - 1))]);
      return {
        frames: sorted.length,
        p50_ms: at_part(0.5),
        p95_ms: at_part(0.95),
        worst_ms: at_part(1),
        long_tasks: long.length,
        longest_task_ms: Math.round(Math.max(0, ...long)),
      };
    },
    [watch_s, moving, count / 2],
  );
  const busy_ms_per_frame = Math.round(((await busy()) - busy_before) * 1000) / got.frames;
  await page.close();
  return { ...got, busy_ms_per_frame: Math.round(busy_ms_per_frame * 10) / 10 };
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
  ],
});
for (const moving of [true, false])
  for (const count of [0, tiles_max])
    console.log(
      `${count} tiles, ${moving ? "moving" : "still"}`,
      await measure(browser, count, moving),
    );
await browser.close();
