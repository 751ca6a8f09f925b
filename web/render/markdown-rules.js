/** What notes add to Markdown: wikilinks, tags, highlights, tasks, callouts, Logseq properties. */
import { attributes, escape } from "./escape.js";

/** @typedef {any} State  markdown-it's inline or core state */

const WIKILINK = /^(!?)\[\[([^\]\n|#]*)(#[^\]\n|]*)?(?:\|([^\]\n]*))?\]\]/u;
const TAG = /^#(\[\[[^\]\n]+\]\]|[\p{L}\p{N}_/-]*[\p{L}_][\p{L}\p{N}_/-]*)/u;
const PROPERTY = /^([\p{L}\p{N}_/-]+):: ?([^\n]*)/u;
const MARKED = /^==(?=\S)([^\n]+?)(?<=\S)==/u;
const PICTURE = /\.(?:png|jpe?g|gif|webp|svg|avif|bmp|tiff?)$/i;
const CALLOUT = /^\[!([\p{L}-]+)\]([+-]?)[ \t]*([^\n]*)\n?/u;
const TASK = /^\[([ xX/-])\][ \u00a0]/u;
/** Logseq's own bookkeeping; found by search, but no help to a reader. */
const QUIET = new Set(["id", "collapsed", "created-at", "updated-at"]);
const STATE = /^(TODO|DOING|NOW|LATER|WAITING|IN-PROGRESS|DONE|CANCELL?ED)(?= )/;

/** A link to another note of the vault. @param {string} target @param {string} heading @param {string} shown */
export const noteLink = (target, heading, shown) =>
  `<a class="n-wiki" href="#"${attributes({ "data-note": target, "data-heading": heading })}>${escape(shown)}</a>`;

/** A picture that lies in the vault: its name, until the note is shown. @param {string} name */
export const picture = (name) => `<span class="n-image"${attributes({ "data-picture": name })}>${escape(name)}</span>`;

/** @param {State} state @param {string} html */
function pushHtml(state, html) {
  state.push("html_inline", "", 0).content = html;
}

/** @param {State} state @param {boolean} silent */
function wikilink(state, silent) {
  const match = WIKILINK.exec(state.src.slice(state.pos));
  if (!match) return false;
  const [whole, bang, target = "", heading = "", alias] = match;
  if (!silent) {
    const name = target.trim();
    const shown = alias?.trim() || (name || heading.slice(1)) + (name && heading ? ` › ${heading.slice(1)}` : "");
    if (bang && PICTURE.test(name)) pushHtml(state, picture(name));
    else pushHtml(state, noteLink(name, heading.slice(1), shown));
  }
  state.pos += whole.length;
  return true;
}

/** @param {State} state @param {boolean} silent */
function tag(state, silent) {
  if (state.src[state.pos] !== "#" || (state.pos > 0 && !/[\s(]/u.test(state.src[state.pos - 1]))) return false;
  const match = TAG.exec(state.src.slice(state.pos));
  if (!match) return false;
  const name = (match[1] ?? "").replace(/^\[\[|\]\]$/g, "");
  if (!silent) pushHtml(state, `<a class="n-tag" href="#"${attributes({ "data-tag": name })}>#${escape(name)}</a>`);
  state.pos += match[0].length;
  return true;
}

/** @param {State} state @param {boolean} silent */
function marked(state, silent) {
  const match = MARKED.exec(state.src.slice(state.pos));
  if (!match) return false;
  if (!silent) inner(state, "n-marked", match[1] ?? "");
  state.pos += match[0].length;
  return true;
}

/** @param {State} state @param {boolean} silent */
function property(state, silent) {
  if (state.pos > 0 && state.src[state.pos - 1] !== "\n") return false;
  const match = PROPERTY.exec(state.src.slice(state.pos));
  if (!match) return false;
  const [whole, key = "", value = ""] = match;
  if (!silent && !QUIET.has(key)) {
    pushHtml(state, `<span class="n-prop"><span class="n-prop-key">${escape(key)}</span>`);
    inner(state, "n-prop-value", value);
    pushHtml(state, "</span>");
  }
  state.pos += whole.length;
  // A line that is not shown must not leave its break behind.
  if (QUIET.has(key) && state.src[state.pos] === "\n") state.pos += 1;
  return true;
}

/** Parses `source` as inline Markdown inside a span. @param {State} state @param {string} name @param {string} source */
function inner(state, name, source) {
  pushHtml(state, `<span class="${name}">`);
  const children = /** @type {any[]} */ ([]);
  state.md.inline.parse(source, state.md, state.env, children);
  state.tokens.push(...children);
  pushHtml(state, "</span>");
}

/** Blockquotes that begin with [!note] get a title and a kind. @param {State} state */
function callouts(state) {
  const { tokens } = state;
  for (let at = 0; at + 2 < tokens.length; at += 1) {
    if (tokens[at].type !== "blockquote_open" || tokens[at + 2].type !== "inline") continue;
    const match = CALLOUT.exec(tokens[at + 2].content);
    if (!match) continue;
    const [whole, kind = "note", , title] = match;
    tokens[at].attrJoin("class", "n-callout");
    tokens[at].attrSet("data-callout", kind.toLowerCase());
    const rest = tokens[at + 2].content.slice(whole.length);
    const head = new state.Token("inline", "", 0);
    head.content = title || kind.charAt(0).toUpperCase() + kind.slice(1).toLowerCase();
    head.children = [];
    const open = new state.Token("paragraph_open", "p", 1);
    open.attrSet("class", "n-callout-title");
    const title_tokens = [open, head, new state.Token("paragraph_close", "p", -1)];
    if (rest) {
      tokens[at + 2].content = rest;
      tokens.splice(at + 1, 0, ...title_tokens);
    } else tokens.splice(at + 1, 3, ...title_tokens);
  }
}

/** List items that begin with [ ] or [x] get a box. @param {State} state */
function tasks(state) {
  const { tokens } = state;
  for (let at = 2; at < tokens.length; at += 1) {
    if (tokens[at].type !== "inline" || tokens[at - 2].type !== "list_item_open") continue;
    const word = STATE.exec(tokens[at].content)?.[1];
    if (word) {
      tokens[at].content = tokens[at].content.slice(word.length + 1);
      tokens[at].meta = { ...tokens[at].meta, state: word };
      continue;
    }
    const match = TASK.exec(tokens[at].content);
    if (!match) continue;
    const done = /x/i.test(match[1] ?? "");
    tokens[at].content = tokens[at].content.slice(match[0].length);
    tokens[at - 2].attrJoin("class", done ? "n-item n-done" : "n-item");
    tokens[at].meta = { ...tokens[at].meta, box: match[1] };
  }
}

/** Puts the boxes in, once inline parsing is done. @param {State} state */
function boxes(state) {
  for (const token of state.tokens) {
    if (token.type !== "inline" || (token.meta?.box === undefined && !token.meta?.state)) continue;
    const box = new state.Token("html_inline", "", 0);
    const word = token.meta.state;
    box.content = word
      ? `<span class="n-todo${/^(?:DONE|CANCEL)/.test(word) ? " n-todo-done" : ""}">${word}</span> `
      : checkbox(token.meta.box);
    token.children.unshift(box);
  }
}

/** @param {string} state */
export function checkbox(state) {
  const name = /x/i.test(state) ? "done" : /[-/]/.test(state) ? "partly" : "open";
  return `<span class="n-box n-box-${name}" role="img" aria-label="${name}"></span>`;
}

/** Every block carries the lines of the file that it was made from. @param {State} state */
function lines(state) {
  for (const token of state.tokens)
    if (token.map && token.nesting >= 0 && token.type !== "inline") {
      token.attrSet("data-line", String(token.map[0] + 1));
      token.attrSet("data-end", String(token.map[1]));
    }
}

/** Adds all of them. @param {any} md a MarkdownIt */
export function noteRules(md) {
  md.inline.ruler.before("text", "property", property);
  md.inline.ruler.before("link", "wikilink", wikilink);
  md.inline.ruler.before("image", "embed", wikilink);
  md.inline.ruler.before("text", "tag", tag);
  md.inline.ruler.before("emphasis", "marked", marked);
  md.core.ruler.after("block", "lines", lines);
  md.core.ruler.after("lines", "callouts", callouts);
  md.core.ruler.after("callouts", "tasks", tasks);
  md.core.ruler.after("inline", "boxes", boxes);
}
