/** An answer's Markdown -> a fragment in which each [n] is a button that opens the source. */
import { markdownToHtml } from "./markdown.js";
import { sanitise } from "./sanitise.js";

/** @typedef {import("../types.js").Citation} Citation */
/** @typedef {import("../types.js").Hit} Hit */

const MARK = /\[(\d{1,2})\]/g;

/**
 * @param {string} text
 * @param {{sources?: Hit[], citations?: Citation[]}} details
 * @returns {DocumentFragment}
 */
export function renderAnswer(text, { sources = [], citations = [] }) {
  const fragment = sanitise(markdownToHtml(text));
  for (const block of fragment.querySelectorAll("[data-line]"))
    for (const name of ["data-line", "data-end"]) block.removeAttribute(name);
  // Citations stand in the order of their marks; a number's next mark is its next citation.
  const waiting = [...citations];
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const texts = /** @type {Text[]} */ ([]);
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const node of texts) {
    if (!node.parentElement || node.parentElement.closest("pre, code, a")) continue;
    const parts = mark(node.data, (n) => {
      const at = waiting.findIndex((citation) => citation.n === n);
      const citation = at >= 0 ? waiting.splice(at, 1)[0] : undefined;
      const source = sources.find((hit) => hit.n === n);
      return citation || source ? button(n, citation, source, citation ? citations.indexOf(citation) : -1) : null;
    });
    if (parts) node.replaceWith(...parts);
  }
  return fragment;
}

/** @param {string} text @param {(n: number) => Node|null} make */
function mark(text, make) {
  const parts = /** @type {(Node|string)[]} */ ([]);
  let at = 0;
  for (const match of text.matchAll(MARK)) {
    const made = make(Number(match[1]));
    if (!made) continue;
    parts.push(text.slice(at, match.index).replace(/ $/, "\u00a0"), made);
    at = match.index + match[0].length;
  }
  return parts.length ? [...parts, text.slice(at)] : null;
}

/** @param {number} n @param {Citation|undefined} citation @param {Hit|undefined} source @param {number} index */
function button(n, citation, source, index) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `cite ${citation?.status ?? ""}`;
  made.dataset.n = String(n);
  if (index >= 0) made.dataset.citation = String(index);
  made.textContent = String(n);
  const title = citation?.hit?.title ?? source?.title ?? "";
  const said = citation ? (citation.status === "supported" ? ", word for word in the note" : ", not found in the note") : "";
  made.setAttribute("aria-label", `Source ${n}: ${title}${said}`);
  made.title = `${title}${said}`;
  return made;
}
