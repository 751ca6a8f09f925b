/** Notes as they are read: fetched, rendered, and found by name. */
import { call, wasAborted } from "./api.js";
import { fileName } from "./format.js";

/** @typedef {import("./types.js").Hit} Hit */
/** @typedef {import("./types.js").EntryDetail} EntryDetail */

/**
 * @typedef {object} Reading  a note as it is shown
 * @property {string} path
 * @property {string} type
 * @property {string} title
 * @property {import("./types.js").OutlineEntry[]} entries
 * @property {EntryDetail} entry  the entry that was asked for
 * @property {DocumentFragment} fragment
 * @property {boolean} whole  false when only the entry is shown, the file being very long
 */

/** A note that goes on beyond this line is shown by its section first. */
const LONG_LINES = 6000;

/**
 * @param {number} id @param {{whole?: boolean, signal?: AbortSignal}} [options]
 * @returns {Promise<Reading>}
 */
export async function read(id, { whole = false, signal } = {}) {
  const pass = signal ? { signal } : {};
  const renderer = import("./render/note.js");
  const entry = /** @type {EntryDetail} */ (await call("GET", `/entries/${id}`, pass));
  const { path, type, entries } = entry.note;
  const title = entry.note.title || entry.title;
  const last = entries.at(-1)?.line ?? entry.end_line;
  if (whole || last <= LONG_LINES) {
    const note = /** @type {import("./types.js").NoteText} */ (
      await call("GET", "/note", { query: { id }, ...pass })
    );
    const fragment = await (await renderer).renderNote(note.text, type);
    await withPictures(fragment, entry, type, title, pass);
    return { path, type, title, entries, entry, fragment, whole: true };
  }
  const fragment = await (await renderer).renderNote(entry.text, type, entry.line);
  await withPictures(fragment, entry, type, title, pass);
  return { path, type, title, entries, entry, fragment, whole: false };
}

/**
 * Without them where the daemon cannot say: a note is read for its words.
 * @param {DocumentFragment} fragment @param {EntryDetail} entry @param {string} type
 * @param {string} title @param {{signal?: AbortSignal}} pass
 */
async function withPictures(fragment, entry, type, title, pass) {
  const { prependPicture, showPictures } = await import("./render/pictures.js");
  if (type === "image") prependPicture(fragment, entry.id, title);
  await showPictures(fragment, entry.id, pass).catch((fault) => {
    if (wasAborted(fault)) throw fault;
  });
}

/**
 * The note that a link means, or null. Links name a note with or without folder and suffix.
 * @param {string} target @returns {Promise<Hit|null>}
 */
export async function findNote(target) {
  const name = target.replace(/^id:/, "").replace(/^\.*\//, "").replaceAll('"', "").trim();
  if (!name) return null;
  const found = /** @type {import("./types.js").Answer} */ (
    await call("GET", "/search", { query: { q: `file:"*${name}*"`, n: 30 } })
  );
  const wanted = stem(name);
  const exact = found.hits.filter((hit) => stem(hit.path) === wanted || hit.title.toLowerCase() === wanted);
  const best = (exact.length ? exact : found.hits).sort((a, b) => a.line - b.line)[0];
  return best ?? null;
}

/** @param {string} path */
const stem = (path) =>
  fileName(path).replace(/\.(?:md|markdown|mdown|mkd|org|txt|text|rst|adoc)$/i, "").toLowerCase();
