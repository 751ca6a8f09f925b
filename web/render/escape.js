/** @type {Record<string, string>} */
const NAMES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as HTML. @param {string} text */
export const escape = (text) => text.replace(/[&<>"']/g, (letter) => NAMES[letter] ?? letter);

/** ` name="value"` for each attribute that has one. @param {Record<string, string|number|undefined>} values */
export const attributes = (values) =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
    .join("");
