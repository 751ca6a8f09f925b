/**
 * Opening a note where it is written. Browsers refuse to follow `file:` links from a page, so a
 * program with an address of its own is chosen once; it is kept in this browser.
 */
import { signal } from "./vendor/preact.js";
import { recall, remember } from "./memory.js";

/** @typedef {{name: string, label: string, address: (path: string, line: number) => string}} Editor */
/** @typedef {{path: string, line: number, uri?: string}} Place */

/** @param {string} path */
const rooted = (path) => encodeURI(path.replaceAll("\\", "/").replace(/^(?!\/)/, "/")).replace(/[#?]/g, encodeURIComponent);

/** @type {Editor[]} */
export const EDITORS = [
  { name: "obsidian", label: "Obsidian", address: (path) => `obsidian://open?path=${encodeURIComponent(path)}` },
  { name: "vscode", label: "Visual Studio Code", address: (path, line) => `vscode://file${rooted(path)}:${line}` },
  { name: "vscodium", label: "VSCodium", address: (path, line) => `vscodium://file${rooted(path)}:${line}` },
  { name: "zed", label: "Zed", address: (path, line) => `zed://file${rooted(path)}:${line}` },
  { name: "idea", label: "IntelliJ IDEA", address: (path, line) => `idea://open?file=${encodeURIComponent(path)}&line=${line}` },
];

/** The chosen program's name; "" as long as none is, "copy" to copy the path instead. */
export const editor = signal(/** @type {string} */ (recall("editor", "")));

/** @param {string} name */
export function chooseEditor(name) {
  editor.value = name;
  remember("editor", name);
}

/**
 * The file that a place is in: what a file address names, where there is one, since a page of an
 * archive or a file of a repository has a path that no editor knows. @param {Place} place
 */
export function fileOf({ path, uri = "" }) {
  if (!uri.startsWith("file://")) return path;
  try {
    return decodeURIComponent(uri.slice("file://".length).replace(/#.*$/, ""));
  } catch {
    return path; // a name that is not UTF-8
  }
}

/** What to follow to open a place; "" when no program was chosen for files. @param {Place} place */
export function openAddress({ path, line, uri = "" }) {
  if (uri && !uri.startsWith("file:")) return uri;
  return EDITORS.find((each) => each.name === editor.value)?.address(fileOf({ path, line, uri }), line) ?? "";
}
