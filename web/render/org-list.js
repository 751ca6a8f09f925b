/** Org lists, nested by indentation, with check boxes and descriptions. */
import { checkbox } from "./markdown-rules.js";
import { escape } from "./escape.js";
import { orgInline } from "./org-inline.js";

const ITEM = /^([ \t]*)(?:([-+])|(\d+|[A-Za-z])[.)])(?:[ \t]+(.*)|[ \t]*)$/;
const STARRED = /^([ \t]+)(\*)(?:[ \t]+(.*)|[ \t]*)$/;
const HEADING = /^\*+[ \t]/;

/** @typedef {{indent: number, ordered: boolean, text: string}} Item */

/** A line as a list item, or null. @param {string} line @returns {Item|null} */
export function listItem(line) {
  const match = ITEM.exec(line);
  if (match) return { indent: width(match[1] ?? ""), ordered: match[3] !== undefined, text: match[4] ?? "" };
  const star = STARRED.exec(line);
  return star ? { indent: width(star[1] ?? ""), ordered: false, text: star[3] ?? "" } : null;
}

/** @param {string} space */
const width = (space) => space.replaceAll("\t", "        ").length;

/**
 * The list that begins at `start`, and the index of the first line after it.
 * @param {string[]} lines @param {number} start @param {number} first
 * @returns {{html: string, next: number}}
 */
export function orgList(lines, start, first) {
  const head = /** @type {Item} */ (listItem(lines[start] ?? ""));
  const items = [];
  let at = start;
  while (at < lines.length) {
    const item = listItem(lines[at] ?? "");
    if (!item || item.indent !== head.indent) break;
    const { html, next } = oneItem(lines, at, item, first);
    items.push(html);
    at = next;
    // One blank line may stand between items; two end the list.
    const after = listItem(lines[at + 1] ?? "");
    if (!(lines[at] ?? "").trim() && after && after.indent === head.indent) at += 1;
  }
  const tag = head.ordered ? "ol" : "ul";
  return { html: `<${tag} data-line="${first + start}" data-end="${first + at - 1}">${items.join("")}</${tag}>`, next: at };
}

/** @param {string[]} lines @param {number} start @param {Item} item @param {number} first */
function oneItem(lines, start, item, first) {
  const text = [item.text];
  let inside = "";
  let at = start + 1;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (HEADING.test(line)) break;
    if (!line.trim()) {
      const next = lines[at + 1] ?? "";
      const deeper = next.trim() && width(/^[ \t]*/.exec(next)?.[0] ?? "") > item.indent && !HEADING.test(next);
      if (!deeper) break;
      at += 1;
      continue;
    }
    const indent = width(/^[ \t]*/.exec(line)?.[0] ?? "");
    if (indent <= item.indent) break;
    if (listItem(line)) {
      const list = orgList(lines, at, first);
      inside += list.html;
      at = list.next;
    } else if (/^[ \t]*#\+begin_/i.test(line)) {
      const { html, next } = literal(lines, at, first);
      inside += html;
      at = next;
    } else if (inside) {
      inside += `<p data-line="${first + at}" data-end="${first + at}">${orgInline(line.trim())}</p>`;
      at += 1;
    } else {
      text.push(line.trim());
      at += 1;
    }
  }
  return { html: `<li data-line="${first + start}" data-end="${first + at - 1}"${body(text.join("\n"))}${inside}</li>`, next: at };
}

/** The rest of the open tag and the text of an item. @param {string} text */
function body(text) {
  const box = /^\[([ xX-])\][ \t]+/.exec(text);
  const rest = box ? text.slice(box[0].length) : text;
  const term = /^(.*?)[ \t]+::(?:[ \t]+|$)([\s\S]*)$/.exec(rest);
  const shown = term ? `<strong>${orgInline(term[1] ?? "")}</strong> ${orgInline(term[2] ?? "")}` : orgInline(rest);
  const name = box ? ` class="n-item${/x/i.test(box[1] ?? "") ? " n-done" : ""}"` : "";
  return `${name}>${box ? checkbox(box[1] ?? " ") : ""}${shown}`;
}

/** A block inside an item, kept as it is. @param {string[]} lines @param {number} start @param {number} first */
function literal(lines, start, first) {
  let end = start + 1;
  while (end < lines.length && !/^[ \t]*#\+end_/i.test(lines[end] ?? "")) end += 1;
  const inside = lines.slice(start + 1, end);
  const least = Math.min(...inside.filter((l) => l.trim()).map((l) => l.length - l.trimStart().length), 40);
  const text = inside.map((line) => line.slice(least)).join("\n");
  return {
    html: `<pre class="n-code" data-line="${first + start}" data-end="${first + end}"><code>${escape(text)}</code></pre>`,
    next: Math.min(end + 1, lines.length),
  };
}
