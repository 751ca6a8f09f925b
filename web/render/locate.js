/** Finds a line of the file, or words of it, in a rendered note, and shows them. */

/** The smallest block that holds a line; else the last one before it.
 * @param {HTMLElement} root @param {number} line @returns {HTMLElement|null} */
export function blockAt(root, line) {
  let best = /** @type {HTMLElement|null} */ (null);
  let size = Infinity;
  let before = /** @type {HTMLElement|null} */ (null);
  for (const block of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-line]"))) {
    const start = Number(block.dataset.line);
    const end = Number(block.dataset.end ?? start);
    if (start <= line && line <= end && end - start <= size) {
      best = block;
      size = end - start;
    }
    if (start <= line) before = block;
  }
  return best ?? before;
}

/** Text nodes and the whole text they make. @param {HTMLElement} root */
function textOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  return { nodes, text };
}

/** @param {{node: Text, start: number}[]} nodes @param {number} start @param {number} end */
function rangeOf(nodes, start, end) {
  const range = document.createRange();
  const holding = (/** @type {number} */ at) => nodes.findLast((entry) => entry.start <= at);
  const first = holding(start);
  const last = holding(end - 1);
  if (!first || !last) return null;
  range.setStart(first.node, start - first.start);
  range.setEnd(last.node, end - last.start);
  return range;
}

/** Where a sentence stands, whatever its spaces, quotes and markup. @param {HTMLElement} root @param {string} quote */
export function findQuote(root, quote) {
  const words = quote.match(/[\p{L}\p{N}]+/gu);
  if (!words) return null;
  const { nodes, text } = textOf(root);
  const pattern = new RegExp(words.slice(0, 80).join("[^\\p{L}\\p{N}]+"), "iu");
  const match = pattern.exec(text);
  return match ? rangeOf(nodes, match.index, match.index + match[0].length) : null;
}

/** Every place of some words. @param {HTMLElement} root @param {string[]} words */
export function findWords(root, words) {
  if (!words.length) return [];
  const { nodes, text } = textOf(root);
  const pattern = words
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("|");
  const whole = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(words[0] ?? "");
  const found = text.matchAll(new RegExp(whole ? `(?:${pattern})` : `(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, "giu"));
  return [...found].slice(0, 500).map((match) => rangeOf(nodes, match.index, match.index + match[0].length)).filter((range) => range !== null);
}

/** Paints ranges without touching the note's own elements. @param {string} name @param {Range[]} ranges */
export function paint(name, ranges) {
  if (!("highlights" in CSS)) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}
