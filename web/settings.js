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

/** Changes settings, all or none; null goes back to what it was at first. Throws what is wrong. @param {Record<string, Value>} values */
export async function change(values) {
  settings.value = await call("PATCH", "/settings", { body: { values } });
}
