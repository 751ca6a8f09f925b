/** Org's inline markup -> HTML. Every piece of text is escaped before it leaves this file. */
import { attributes, escape } from "./escape.js";
import { noteLink, picture } from "./markdown-rules.js";

const TOKEN = new RegExp(
  [
    String.raw`\[\[(?<target>[^\]\[]+)\](?:\[(?<label>(?:[^\]]|\](?!\]))+)\])?\]`,
    String.raw`\[fn:(?<note>[^\]:\s]*)(?::(?<inline>[^\]]*))?\]`,
    String.raw`(?<stamp>[<\[]\d{4}-\d\d-\d\d[^>\]\n]*[>\]](?:--[<\[]\d{4}-\d\d-\d\d[^>\]\n]*[>\]])?)`,
    String.raw`<?(?<url>(?:https?|mailto):[^\s<>\]]*[^\s<>\].,;:!?'")])>?`,
    String.raw`(?<=^|[\s\-–—("'{*/_+])(?<mark>[*/_+~=])(?<body>\S|\S[^\n]*?(?:\n[^\n]*?)?\S)\k<mark>(?=$|[\s\-–—.,:;!?'")}\[*/_+])`,
    String.raw`(?<cookie>\[\d*(?:%|/\d*)\])`,
    String.raw`(?<breaks>\\\\[ \t]*(?:\n|$))`,
  ].join("|"),
  "gu",
);
/** @type {Record<string, string>} */
const ELEMENTS = { "*": "strong", "/": "em", _: "u", "+": "del", "~": "code", "=": "code" };
const PICTURE = /\.(?:png|jpe?g|gif|webp|svg|avif|bmp|tiff?)$/i;

/** @param {string} text @returns {string} */
export function orgInline(text) {
  let out = "";
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    out += escape(text.slice(at, match.index)) + piece(match.groups ?? {}, match[0]);
    at = match.index + match[0].length;
  }
  return out + escape(text.slice(at));
}

/** @param {Record<string, string|undefined>} found @param {string} whole */
function piece(found, whole) {
  if (found.target !== undefined) return link(found.target, found.label);
  if (found.note !== undefined) return footnote(found.note, found.inline);
  if (found.stamp) return `<time class="n-stamp">${escape(found.stamp.replace(/[<>[\]]/g, ""))}</time>`;
  if (found.url) return `<a href="${escape(found.url)}">${escape(found.url)}</a>`;
  if (found.cookie) return `<span class="n-cookie">${escape(found.cookie.slice(1, -1))}</span>`;
  if (found.breaks) return "<br>";
  const element = ELEMENTS[found.mark ?? ""];
  if (!element || found.body === undefined) return escape(whole);
  const body = element === "code" ? escape(found.body) : orgInline(found.body);
  return `<${element}>${body}</${element}>`;
}

/** @param {string} name @param {string} [inline] */
const footnote = (name, inline) =>
  `<sup class="n-footnote">${name ? `<a href="#fn-${escape(name)}">${escape(name)}</a>` : ""}${
    inline ? ` <span>${orgInline(inline)}</span>` : ""
  }</sup>`;

/** @param {string} target @param {string} [label] */
function link(target, label) {
  const shown = label ? orgInline(label) : "";
  if (/^(?:https?|mailto):/i.test(target)) {
    if (!label && PICTURE.test(target)) return `<img src="${escape(target)}" alt="">`;
    return `<a href="${escape(target)}">${shown || escape(target)}</a>`;
  }
  const [path = "", place = ""] = target.replace(/^(?:file|attachment):(?:\/\/)?/, "").split("::");
  if (PICTURE.test(path)) return picture(label ?? path.split("/").pop() ?? path);
  if (/^[*#]/.test(path)) {
    const name = path.replace(/^[*#]+/, "");
    return `<a href="#"${attributes({ "data-jump": name })}>${shown || escape(name)}</a>`;
  }
  if (/^[a-z][a-z0-9+-]*:/i.test(path) && !/^id:/.test(path))
    return `<span class="n-dead" title="${escape(target)}">${shown || escape(target)}</span>`;
  return label
    ? noteLink(path, place.replace(/^[*#]+/, ""), "\u0000").replace("\u0000", shown)
    : noteLink(path, place.replace(/^[*#]+/, ""), path);
}
