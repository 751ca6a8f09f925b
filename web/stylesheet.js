/** Styles that the first view does not need, fetched together with what they dress. */

const AGAIN_MS = 1000;
/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/** @param {string} name of a file beside the page @returns {Promise<void>} once it applies; as long as the daemon is away it is waited for */
export function stylesheet(name) {
  const known = asked.get(name) ?? new Promise((resolve) => fetchStyles(name, resolve));
  asked.set(name, known);
  return known;
}

/** @param {string} name @param {() => void} done */
function fetchStyles(name, done) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: name });
  link.onload = done;
  link.onerror = () => (link.remove(), setTimeout(() => fetchStyles(name, done), AGAIN_MS));
  document.head.append(link);
}
