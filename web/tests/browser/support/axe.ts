/** What axe-core finds on a page: rules of WCAG 2.1 A and AA. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** A sentence for each violation; none is good. */
export async function accessibilityOf(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's Content-Security-Policy does not concern.
  await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    interface Axe {
      run: (on: Document, options: object) => Promise<{ violations: Violation[] }>;
    }
    const { axe } = globalThis as unknown as { axe: Axe };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return found.violations;
  });
  return violations.map(
    (x) => `${x.id}: ${x.help}: ${x.nodes.map((n) => JSON.stringify(n.target)).join(", ")}`,
  );
}
