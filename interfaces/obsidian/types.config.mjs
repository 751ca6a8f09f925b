/** Writes src/api/schema.ts, the types of the API, from docs/openapi.json; --check compares only. */
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../docs/openapi.json", import.meta.url);
const target = new URL("src/api/schema.ts", import.meta.url);
const head = "/* Made from docs/openapi.json by `npm run types`: do not change it here. */\n";
const fresh = head + astToString(await openapiTS(source));
if (!process.argv.includes("--check")) await writeFile(target, fresh);
else if (fresh !== (await readFile(target, "utf8").catch(() => ""))) {
  console.error("src/api/schema.ts is stale: npm --prefix interfaces/obsidian run types");
  process.exit(1);
}
