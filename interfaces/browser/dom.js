/** The page's elements by their id, and small new ones. */

/** @param {string} id @returns {HTMLElement} */
export function $(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`there is no #${id}`);
  return found;
}

/** @param {HTMLElement} element @param {boolean} shown */
export const show = (element, shown) => void (element.hidden = !shown);

/** A fault in words: what happened, then the way out. @param {string} message @param {string} hint */
export function sentence(message, hint) {
  const begun = message.startsWith("khoj_lite") ? message : message.charAt(0).toUpperCase() + message.slice(1);
  return `${begun}. ${hint}`.trim();
}

/**
 * A new element with these words in it, as text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} [className] @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
