/** The daemon's settings, as several views read and change them. */
import { computed, signal } from "./vendor/preact.js";
import { asApiError, call } from "./api.js";

/** @typedef {import("./types.js").Setting} Setting */
/** @typedef {import("./types.js").Settings} Settings */
/** @typedef {Setting["value"]} Value */

export const settings = signal(/** @type {Settings|null} */ (null));
export const settingsFault = signal(/** @type {import("./api.js").ApiError|null} */ (null));

const byKey = computed(() => new Map((settings.value?.settings ?? []).map((row) => [row.key, row])));

/** One of them; undefined before the daemon has told. @param {string} key */
export const setting = (key) => byKey.value.get(key);

/** Whether a change counts only from the next start on. @param {string} [within] the beginning of keys */
export const isWaiting = (within = "") => Boolean(settings.value?.settings.some((row) => row.waiting && row.key.startsWith(within)));

export async function loadSettings() {
  try {
    settings.value = await call("GET", "/settings");
    settingsFault.value = null;
  } catch (fault) {
    settingsFault.value = asApiError(fault);
  }
}

let queue = /** @type {Promise<unknown>} */ (Promise.resolve());
let pending = 0;

/**
 * Changes settings, all or none; null goes back to what it was at first. Throws what is wrong.
 * They are shown at once, so that the next change starts from them, and sent one after the other.
 * @param {Record<string, Value>} values
 */
export async function change(values) {
  const before = settings.value;
  if (before)
    settings.value = { ...before, settings: before.settings.map((row) => (row.key in values ? { ...row, value: values[row.key] ?? row.default } : row)) };
  pending += 1;
  const sent = queue.then(() => call("PATCH", "/settings", { body: { values } }));
  queue = sent.catch(() => {});
  try {
    const now = await sent;
    if (pending === 1) settings.value = now; // else an answer to what is not the last word
  } catch (fault) {
    if (pending === 1) await loadSettings();
    throw fault;
  } finally {
    pending -= 1;
  }
}
