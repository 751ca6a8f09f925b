/** Plain text -> HTML: paragraphs as they were typed, each knowing its lines. */
import { escape } from "./escape.js";

/** @param {string} text */
export function plainToHtml(text) {
  const lines = text.split("\n");
  const out = [];
  for (let at = 0; at < lines.length; ) {
    if (!(lines[at] ?? "").trim()) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < lines.length && (lines[at] ?? "").trim()) at += 1;
    out.push(`<p class="n-plain" data-line="${start + 1}" data-end="${at}">${escape(lines.slice(start, at).join("\n"))}</p>`);
  }
  return out.join("");
}
