/** A note's source text -> a fragment for the page, by its type. */
import { sanitise } from "./sanitise.js";

/** @type {Record<string, () => Promise<(text: string) => string>>} */
const CONVERTERS = {
  markdown: async () => (await import("./markdown.js")).markdownToHtml,
  org: async () => (await import("./org.js")).orgToHtml,
  code: async () => (await import("./plain.js")).codeToHtml,
};

/**
 * @param {string} text @param {string} type
 * @param {number} [first] the line of the file that the text begins at
 */
export async function renderNote(text, type, first = 1) {
  const load = CONVERTERS[type];
  const convert = load ? await load() : (await import("./plain.js")).plainToHtml;
  const fragment = sanitise(convert(text));
  if (first > 1) shift(fragment, first - 1);
  return fragment;
}

/** Moves every line number, for a part of a note. @param {DocumentFragment} fragment @param {number} by */
function shift(fragment, by) {
  for (const block of fragment.querySelectorAll("[data-line]"))
    for (const name of ["data-line", "data-end"])
      block.setAttribute(name, String(Number(block.getAttribute(name)) + by));
}
