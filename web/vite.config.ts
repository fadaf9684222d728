import { defineConfig } from "vitest/config";
import { compressed } from "./compress";

// A server that is running already, for `npm run dev`.
const server = process.env.FIEF_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [compressed()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: process.env.FIEF_WEB_OUT ?? "dist",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false, // It is little, and a screen's style that failed to load is not tried again.
    assetsInlineLimit: 0, // The Content-Security-Policy knows no `data:` scripts or styles.
    modulePreload: { polyfill: false }, // It would be an inline script.
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: {
      "/v1": { target: server, ws: true },
      "/openapi.json": server,
      "/metrics": server,
    },
  },
  test: { include: ["tests/unit/**/*.test.ts?(x)"] },
});
