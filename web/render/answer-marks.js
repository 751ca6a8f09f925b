/** What the page adds to an answer: a button for each [n], a head with "Copy" on each code block. */

/** @typedef {import("../types.js").Citation} Citation */
/** @typedef {import("../types.js").Hit} Hit */

/** The word that a number stands behind; a long one (an address) may be broken. */
const LAST_WORD = /[^\s]{1,24}\s?$|\s$/u;
const MARK = /\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g;

/** Makes buttons of the numbers that stand for a source. @param {DocumentFragment} fragment @param {Set<number>} numbers */
export function numberMarks(fragment, numbers) {
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const texts = /** @type {Text[]} */ ([]);
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const node of texts) {
    if (node.parentElement?.closest("pre, code, a")) continue;
    const parts = /** @type {(Node|string)[]} */ ([]);
    let at = 0;
    for (const match of node.data.matchAll(MARK)) {
      const found = (match[1] ?? "").split(/[,;]/).map(Number).filter((n) => numbers.has(n));
      if (!found.length) continue;
      const before = node.data.slice(at, match.index);
      const word = LAST_WORD.exec(before)?.[0] ?? "";
      parts.push(before.slice(0, before.length - word.length), together(word, found));
      at = match.index + match[0].length;
    }
    if (parts.length) node.replaceWith(...parts.filter((part) => part !== ""), node.data.slice(at));
  }
}

/** A word and its numbers, which must not begin a line without it. @param {string} word @param {number[]} numbers */
function together(word, numbers) {
  const box = document.createElement("span");
  box.className = "cites";
  box.append(word, ...numbers.map(button));
  return box;
}

/** @param {number} n */
function button(n) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "cite";
  made.dataset.own = `cite ${n}`;
  made.dataset.n = String(n);
  made.textContent = String(n);
  return made;
}

/** A code block under a head that names its language and copies it. @param {HTMLPreElement|Element} pre */
export function copyButton(pre) {
  const box = document.createElement("div");
  box.className = "code-box";
  const head = document.createElement("div");
  head.className = "code-head";
  const language = document.createElement("span");
  language.textContent = pre.getAttribute("data-language") || "text";
  pre.removeAttribute("data-language");
  pre.setAttribute("tabindex", "0");
  const copy = document.createElement("button");
  copy.type = "button";
  copy.className = "code-copy";
  copy.dataset.own = "copy";
  copy.textContent = "Copy";
  head.append(language, copy);
  box.append(head, pre.cloneNode(true));
  return box;
}

/**
 * Says of each number what it stands for and whether its note bears it out. Citations stand in the
 * order of their marks: a number's next mark is its next citation.
 * @param {HTMLElement} root @param {{sources?: Hit[], citations?: Citation[]}} details
 */
export function describe(root, { sources = [], citations = [] }) {
  // Those not `cited` are sentences that the notes bear out though no number stands after them.
  const waiting = citations.filter((citation) => citation.cited !== false);
  for (const mark of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".cite"))) {
    const n = Number(mark.dataset.n);
    const at = waiting.findIndex((citation) => citation.n === n);
    const citation = at >= 0 ? waiting.splice(at, 1)[0] : undefined;
    const status = citation?.status ?? "";
    if (citation) mark.dataset.citation = String(citations.indexOf(citation));
    else delete mark.dataset.citation;
    mark.className = `cite ${status}`.trim();
    const title = citation?.hit?.title ?? sources.find((hit) => hit.n === n)?.title ?? "";
    const label = `Source ${n}: ${title}${STANDING[status] ?? ""}`;
    if (mark.getAttribute("aria-label") !== label) mark.setAttribute("aria-label", label);
  }
}

/** @type {Record<string, string>} */
const STANDING = { supported: ", your note says so", unsupported: ", your note does not say so" };
