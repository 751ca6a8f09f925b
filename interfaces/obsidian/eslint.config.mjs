/** Obsidian's own rules for plugins, over everything that goes into main.js. */
import obsidianmd from "eslint-plugin-obsidianmd";
import { defineConfig, globalIgnores } from "eslint/config";

export default defineConfig([
  globalIgnores(["main.js", "fake", "tests", "*.mjs", "*.json", "src/api/schema.ts", "node_modules"]),
  ...obsidianmd.configs.recommended,
  {
    files: ["src/**/*.ts"],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    // It asks for an API of Obsidian 1.13; this plugin runs from 1.7.2 on.
    rules: { "obsidianmd/settings-tab/prefer-setting-definitions": "off" },
  },
  {
    // The one place that speaks to the daemon: requestUrl, which the rule asks for, can neither stream
    // an answer nor be given up. It is used where fetch is not let in.
    files: ["src/api/transport.ts"],
    rules: { "no-restricted-globals": "off" },
  },
]);
