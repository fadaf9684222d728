import { describe, expect, it } from "vitest";
import {
  graticuleLines,
  graticuleOf,
  latText,
  lonText,
  multiples,
  stepOf,
} from "../../src/map/graticule";

describe("the graticule", () => {
  it("has some lines and never a crowd, at every width", () => {
    for (let width = 0.002; width < 400; width *= 1.1) {
      const lines = width / stepOf(width);
      expect(lines).toBeGreaterThan(1.9);
      expect(lines).toBeLessThan(9);
    }
  });

  it("lies on multiples of the step that are written exactly", () => {
    expect(multiples(15.951, 15.992, 0.01)).toEqual([15.96, 15.97, 15.98, 15.99]);
    expect(multiples(-0.02, 0.02, 0.01).map(Math.abs)).toEqual([0.02, 0.01, 0, 0.01, 0.02]);
    expect(multiples(-0.5, 0.5, 0.1)).toHaveLength(11);
  });

  it("counts longitudes on across 180, and ends before the poles", () => {
    const { meridians, parallels } = graticuleOf([170, -95, 200, 95]);
    expect(meridians).toEqual([170, 175, 180, 185, 190, 195, 200]);
    expect(Math.max(...parallels)).toBe(85);
    expect(Math.min(...parallels)).toBe(-85);
  });

  it("is drawn beyond the view on each side", () => {
    const { features } = graticuleLines([0, 0, 10, 10], 2);
    const xs = features.flatMap((x) => x.geometry.type === "LineString" ? x.geometry.coordinates : []); // prettier-ignore
    expect(Math.min(...xs.map((x) => x[0]!))).toBe(-10);
    expect(Math.max(...xs.map((x) => x[1]!))).toBe(20);
    expect(features).toHaveLength(16 + 16);
  });

  it("is labelled with as many digits as the step has", () => {
    expect(latText(45.82, 0.01)).toBe("45.82° N");
    expect(latText(-33.5, 0.5)).toBe("33.5° S");
    expect(latText(45, 5)).toBe("45° N");
    expect(latText(0, 1)).toBe("0°");
    expect(lonText(15.975, 0.005)).toBe("15.975° E");
    expect(lonText(185, 5)).toBe("175° W");
    expect(lonText(180, 5)).toBe("180°");
    expect(lonText(-180, 5)).toBe("180°");
    expect(lonText(-0.3, 0.1)).toBe("0.3° W");
  });
});
