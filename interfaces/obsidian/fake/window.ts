/** Entry of the page that the built plugin is tried in: loads main.js as Obsidian does. */
import { extendElements } from "./dom";
import * as obsidian from "./obsidian";

interface Given {
  /** main.js, as it is shipped. */
  main: string;
  manifest: { id: string; version: string };
  data: unknown;
  base: string;
  texts: Record<string, string>;
  platform?: Partial<typeof obsidian.Platform>;
}

extendElements();

/** The window with the plugin loaded in it. */
async function start({ main, manifest, data, base, texts, platform }: Given): Promise<void> {
  Object.assign(obsidian.Platform, platform);
  const app = new obsidian.App(base, texts);
  const module = { exports: {} as { default: new (app: unknown, manifest: unknown) => obsidian.Plugin } };
  const require = (name: string) => {
    if (name !== "obsidian") throw new Error(`${name} cannot be had on a phone`);
    return obsidian;
  };
  new Function("module", "exports", "require", main)(module, module.exports, require);
  const plugin = new module.exports.default(app, manifest);
  plugin.data = data;
  await plugin.load();
  Object.assign(window, { app, plugin });
}

Object.assign(window, { start });
