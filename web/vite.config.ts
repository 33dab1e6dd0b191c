// Builds every page's script and styles into web/dist, with a manifest that Django's templates read.
// One entry: main.ts mounts what a page asks for; the rest are chunks fetched on demand.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Scripts and styles once more, compressed as far as it goes: served to whoever takes them so
// (lookin/site/static.py). Done here once instead of at each request.
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  // What lies on the disk: before that, other plugins still change the code.
  writeBundle({ dir = "" }, bundle) {
    for (const name of Object.keys(bundle)) {
      if (!/\.(js|css|svg)$/.test(name)) continue;
      const source = readFileSync(join(dir, name));
      writeFileSync(join(dir, `${name}.br`), brotliCompressSync(source));
      writeFileSync(join(dir, `${name}.gz`), gzipSync(source, { level: 9 }));
    }
  },
};

export default defineConfig({
  base: "/static/",
  plugins: [compressed],
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
