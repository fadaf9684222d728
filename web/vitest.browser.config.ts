import { defineConfig } from "vitest/config";

/** Tests in a real browser against a real server. One file after the other: both are heavy. */
export default defineConfig({
  test: {
    include: ["tests/browser/**/*.test.ts"],
    fileParallelism: false,
    // Ends what hangs; what a test waits for has bounds of its own.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
