/** The searches that the daemon keeps for every browser. */
import { signal } from "./vendor/preact.js";
import { asApiError, call } from "./api.js";
import { say } from "./components/toasts.js";

/** @typedef {import("./types.js").SavedSearch} SavedSearch */

/** Newest first; null until the daemon has told. */
export const saved = signal(/** @type {SavedSearch[]|null} */ (null));

export async function loadSaved() {
  try {
    saved.value = /** @type {{searches: SavedSearch[]}} */ (await call("GET", "/searches")).searches;
  } catch {
    // `connection` says it already.
  }
}

/** How the daemon keeps a query: its words one blank apart. @param {string} query */
const plain = (query) => query.trim().replace(/\s+/g, " ");

/** The saved search that is this query. @param {string} query */
export const savedAs = (query) => saved.value?.find((search) => search.query === plain(query));

/** Keeps a search. @param {string} query @param {string} [name] */
export async function keep(query, name = "") {
  if (await tried(call("POST", "/searches", { body: { query, name } }))) await loadSaved();
}

/** @param {SavedSearch} search @param {string} name */
export async function rename(search, name) {
  if (await tried(call("PATCH", `/searches/${search.id}`, { body: { name } }))) await loadSaved();
}

/** Forgets a search; for a while it can be taken back. @param {SavedSearch} search */
export async function forget(search) {
  if (!(await tried(call("DELETE", `/searches/${search.id}`)))) return;
  await loadSaved();
  say(`“${search.name}” is no longer saved.`, { action: "Undo", onAction: () => keep(search.query, search.name) });
}

/** Whether it worked; a fault is said. @param {Promise<unknown>} work */
const tried = (work) =>
  work.then(
    () => true,
    (fault) => (say(asApiError(fault).message, { bad: true }), false),
  );
