/** Where places of the Earth are on the screen. */
import type { Page } from "playwright-core";
import type { LatLon } from "../../../src/api/types";

export interface View {
  at: LatLon;
  zoom: number;
}

/** The address of the page with the map at a view. */
export function addressOf({ at, zoom }: View, screen = ""): string {
  return `?at=${at[0]},${at[1]},${zoom}${screen && `#/${screen}`}`;
}

function mercator([lat, lon]: LatLon): [number, number] {
  const y = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  return [(lon + 180) / 360, 0.5 - y / (2 * Math.PI)];
}

/** The point of the page at which a place is drawn while the map is at `view`. */
export async function pointOf(page: Page, view: View, place: LatLon): Promise<[number, number]> {
  const box = await page.locator(".map-canvas").boundingBox();
  if (!box) throw new Error("there is no map");
  const world = 512 * 2 ** view.zoom;
  const [x0, y0] = mercator(view.at);
  const [x, y] = mercator(place);
  return [box.x + box.width / 2 + (x - x0) * world, box.y + box.height / 2 + (y - y0) * world];
}

export async function clickMap(page: Page, view: View, place: LatLon): Promise<void> {
  const [x, y] = await pointOf(page, view, place);
  await page.mouse.click(x, y);
}

/** What the map shows at a place, as a picture of a few pixels. */
export async function pixelsAt(page: Page, view: View, place: LatLon): Promise<string> {
  const [x, y] = await pointOf(page, view, place);
  const clip = { x: Math.round(x) - 2, y: Math.round(y) - 2, width: 4, height: 4 };
  return (await page.screenshot({ clip })).toString("base64");
}
