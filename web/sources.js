/** The sources as the daemon lists them, and what can be done to them. */
import { signal } from "./vendor/preact.js";
import { asApiError, call } from "./api.js";
import { refreshStatus } from "./live.js";

/** @typedef {import("./types.js").SourceRow} SourceRow */

export const sources = signal(/** @type {SourceRow[]|null} */ (null));
export const sourcesFault = signal(/** @type {import("./api.js").ApiError|null} */ (null));

export async function loadSources() {
  try {
    sources.value = /** @type {{sources: SourceRow[]}} */ (await call("GET", "/sources")).sources;
    sourcesFault.value = null;
  } catch (fault) {
    sourcesFault.value = asApiError(fault);
  }
}

/** @param {{location: string, name?: string, include?: string[], exclude?: string[]}} source */
export async function addSource(source) {
  const made = /** @type {{source: SourceRow, job?: unknown}} */ (
    await call("POST", "/sources", { body: source })
  );
  await Promise.all([loadSources(), refreshStatus()]);
  return made.source;
}

/** @param {string} name */
export async function removeSource(name) {
  await call("DELETE", `/sources/${encodeURIComponent(name)}`);
  await Promise.all([loadSources(), refreshStatus()]);
}

/**
 * Brings sources up to date. @param {string[]} names none for all @param {boolean} [full] every file again
 * @param {string[]} [paths] these files of the one source alone, and again
 */
export const reindex = (names, full = false, paths = []) =>
  call("POST", "/index", { body: { ...(names.length ? { names } : {}), full, ...(paths.length ? { paths } : {}) } });
