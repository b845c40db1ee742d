// One bundle per area: every src/<area>/index.ts is an entry; shared code becomes chunks of its own.
// Nothing is inlined and nothing is fetched from elsewhere, as the Content Security Policy asks.
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { mark, sprite } from "./icons.js";

const areas = Object.fromEntries(
  readdirSync(resolve(import.meta.dirname, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(resolve(import.meta.dirname, "src", entry.name, "index.ts")))
    .map((entry) => [entry.name, `src/${entry.name}/index.ts`]),
);

/** Emits the icon sprite and the mark, and names them in the manifest so that templates find them. */
function icons() {
  return {
    name: "jifang-icons",
    generateBundle() {
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source: sprite() });
      this.emitFile({ type: "asset", name: "mark.svg", originalFileName: "mark.svg", source: mark() });
    },
  };
}

export default defineConfig({
  base: "/static/dist/",
  publicDir: false,
  plugins: [icons()],
  css: { transformer: "lightningcss", lightningcss: { targets: { chrome: 109 << 16, firefox: 115 << 16, safari: (16 << 16) | (4 << 8) } } },
  build: {
    outDir: "../src/jifang/web/static/dist",
    emptyOutDir: true,
    manifest: true,
    target: ["chrome109", "firefox115", "safari16.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      // htmx names eval in a branch that allowEval=false and our policy both close
      checks: { eval: false },
      input: areas,
      output: { entryFileNames: "[name]-[hash].js", chunkFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" },
    },
  },
});
