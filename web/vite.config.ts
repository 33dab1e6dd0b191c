// Builds every page's script and styles into web/dist, with a manifest that Django's templates read.
// One entry: main.ts mounts what a page asks for; the rest are chunks fetched on demand.
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/static/",
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    rollupOptions: { input: "src/main.ts" },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
  },
});
