/** Where in the page we are: `#/search?q=tea`, `#/note/12?line=3`, `#/chat/ID`, ... */
import { signal } from "./vendor/preact.js";

/**
 * @typedef {object} Route
 * @property {string} view
 * @property {string} id
 * @property {URLSearchParams} params
 */

/** @returns {Route} */
function read() {
  const [path = "", query = ""] = splitOnce(location.hash.replace(/^#\/?/, ""), "?");
  const [view = "", id = ""] = splitOnce(path, "/");
  return { view: view || "search", id: decodeURIComponent(id), params: new URLSearchParams(query) };
}

/** @param {string} text @param {string} mark */
function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

export const route = signal(read());
addEventListener("hashchange", () => (route.value = read()));

/**
 * The address of a view, for links.
 * @param {string} view @param {string|number} [id]
 * @param {Record<string, string|number|undefined>} [params]
 */
export function address(view, id = "", params = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params))
    if (value !== undefined && value !== "") query.set(key, String(value));
  const tail = query.toString();
  return `#/${view}${id === "" ? "" : `/${encodeURIComponent(id)}`}${tail ? `?${tail}` : ""}`;
}

/**
 * Goes to an address; `replace` leaves no step in the browser's history.
 * @param {string} target @param {{replace?: boolean}} [options]
 */
export function go(target, { replace = false } = {}) {
  if (target === location.hash) return;
  if (replace) history.replaceState(null, "", target);
  else history.pushState(null, "", target);
  route.value = read();
}
