/** Light, dark, or as the system says; kept in this browser. */
import { signal } from "./vendor/preact.js";
import { recall, remember } from "./memory.js";

/** @typedef {'system'|'light'|'dark'} Theme */
const ORDER = /** @type {const} */ (["system", "light", "dark"]);

export const theme = signal(/** @type {Theme} */ (recall("theme", "system")));
show();

function show() {
  const root = document.documentElement;
  if (theme.value === "system") delete root.dataset.theme;
  else root.dataset.theme = theme.value;
}

/** The next of system, light, dark. */
export function turnTheme() {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length] ?? "system";
  remember("theme", theme.value);
  show();
}
