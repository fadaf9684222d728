import { expect, it, vi } from "vitest";

vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
const { gripOf } = await import("../../../src/console/events/draft_shapes");
import type { Grip } from "../../../src/console/events/draft_shapes";

it("a click selects a point of the part that it sets, and adds one over those of others", () => {
  const corner: Grip = { part: "course", index: 2 };
  const checkpoint: Grip = { part: "checkpoints", index: 0 };
  const center: Grip = { part: "center", index: 0 };
  const radius: Grip = { part: "radius", index: 0 };
  expect(gripOf("checkpoints", [corner])).toBeUndefined();
  expect(gripOf("checkpoints", [corner, checkpoint])).toBe(checkpoint);
  expect(gripOf("course", [checkpoint, corner])).toBe(corner);
  expect(gripOf("course", [center])).toBeUndefined();
  expect(gripOf("area", [corner, radius])).toBe(radius);
  expect(gripOf("area", [corner])).toBeUndefined();
});
