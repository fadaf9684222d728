import { expect, it } from "vitest";
import { wishFor } from "../../../src/console/wish";

it("keeps its key for the same wish and makes another for another", () => {
  let made = 0;
  const make = () => `key ${++made}`;
  const first = wishFor(null, { coins: 1 }, make);
  expect(wishFor(first, { coins: 1 }, make).key).toBe("key 1");
  const second = wishFor(first, { coins: 2 }, make);
  expect(second.key).toBe("key 2");
  expect(wishFor(second, { coins: 1 }, make).key).toBe("key 3");
});
