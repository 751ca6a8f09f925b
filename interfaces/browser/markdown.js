/** The little Markdown that answers use, as nodes: no text of a note or a model ever becomes HTML. */

const INLINE = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\s][^*\n]*)\*|\[(\d{1,3}(?:,\s*\d{1,3})*)\]/g;

/**
 * @param {string} text
 * @param {(n: number) => Node} cite what stands for the number of a citation
 * @returns {DocumentFragment}
 */
export function rendered(text, cite) {
  const whole = document.createDocumentFragment();
  const parts = text.split(/^```.*$/m);
  parts.forEach((part, index) => {
    if (index % 2) {
      const pre = document.createElement("pre");
      pre.textContent = part.replace(/^\n|\n$/g, "");
      whole.append(pre);
      return;
    }
    for (const block of part.split(/\n{2,}/)) {
      let list = nothing();
      let paragraph = nothing();
      for (const line of block.split("\n")) {
        const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/.exec(line);
        const heading = /^#{1,6}\s+(.*)$/.exec(line);
        const quote = /^>\s?(.*)$/.exec(line);
        if (item) {
          paragraph = nothing();
          const kind = item[1] ? "OL" : "UL";
          if (list?.tagName !== kind) whole.append((list = document.createElement(kind)));
          list.append(inline("li", item[2] ?? "", cite));
        } else if (heading) {
          list = paragraph = nothing();
          whole.append(inline("h4", heading[1] ?? "", cite));
        } else if (line.trim()) {
          list = nothing();
          const kind = quote ? "BLOCKQUOTE" : "P";
          const words = quote ? (quote[1] ?? "") : line;
          if (paragraph?.tagName === kind) paragraph.append(" ", ...inline("span", words, cite).childNodes);
          else whole.append((paragraph = inline(kind, words, cite)));
        }
      }
    }
  });
  return whole;
}

/** @returns {HTMLElement|null} */
const nothing = () => null;

/** @param {string} tag @param {string} text @param {(n: number) => Node} cite */
function inline(tag, text, cite) {
  const made = document.createElement(tag);
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    made.append(text.slice(at, match.index));
    at = match.index + match[0].length;
    const [, code, strong, soft, numbers] = match;
    if (numbers) for (const n of numbers.split(",")) made.append(cite(Number(n)));
    else
      made.append(
        Object.assign(document.createElement(code ? "code" : strong ? "strong" : "em"), { textContent: code ?? strong ?? soft }),
      );
  }
  made.append(text.slice(at));
  return made;
}
