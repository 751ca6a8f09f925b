/** Builds main.js from src; with --check says whether the one that lies here is current. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const check = process.argv.includes("--check");
const built = await build({
  absWorkingDir: at("."),
  entryPoints: ["src/main.ts"],
  outfile: "main.js",
  bundle: true,
  format: "cjs",
  platform: "browser",
  target: "es2022",
  external: ["obsidian"],
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* Built from src/ by `npm run build`: change it there. */" },
  write: !check,
  logLevel: "warning",
});
if (check) {
  const fresh = built.outputFiles[0].text;
  const kept = await readFile(at("main.js"), "utf8").catch(() => "");
  if (fresh !== kept) {
    console.error("main.js is stale: npm --prefix interfaces/obsidian run build");
    process.exit(1);
  }
}
