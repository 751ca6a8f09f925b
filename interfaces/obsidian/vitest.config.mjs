import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: { alias: { obsidian: at("fake/obsidian.ts") } },
  test: { include: ["tests/**/*.test.ts"], setupFiles: [at("tests/setup.ts")], pool: "threads", isolate: false },
});
