/** Plain text -> HTML: paragraphs as they were typed, each knowing its lines. */
import { escape } from "./escape.js";

/** @param {string} text */
export const plainToHtml = (text) => blocks(text, "n-plain");

/** Source code, the same way but in its own type. @param {string} text */
export const codeToHtml = (text) => blocks(text, "n-plain n-source");

/** @param {string} text @param {string} style */
function blocks(text, style) {
  const lines = text.split("\n");
  const out = [];
  for (let at = 0; at < lines.length; ) {
    if (!(lines[at] ?? "").trim()) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < lines.length && (lines[at] ?? "").trim()) at += 1;
    out.push(`<p class="${style}" data-line="${start + 1}" data-end="${at}">${escape(lines.slice(start, at).join("\n"))}</p>`);
  }
  return out.join("");
}
