/** An answer's Markdown -> the HTML of each of its blocks, not yet sanitised. */
import MarkdownIt from "../vendor/markdown-it.js";
import { attributes, escape } from "./escape.js";
import { noteRules } from "./markdown-rules.js";

// A model may write anything: HTML in an answer is text.
const md = /** @type {any} */ (new MarkdownIt({ html: false, linkify: true, breaks: false }));
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
md.use(noteRules);
md.renderer.rules.fence = code;
md.renderer.rules.code_block = code;
for (const cell of ["th_open", "td_open"])
  md.renderer.rules[cell] = (/** @type {any[]} */ tokens, /** @type {number} */ at) => {
    const side = /right|center/.exec(tokens[at].attrGet("style") ?? "")?.[0];
    return `<${tokens[at].tag}${side ? ` class="n-${side}"` : ""}>`;
  };

/** @param {any[]} tokens @param {number} at */
function code(tokens, at) {
  const { content, info } = tokens[at];
  const language = String(info ?? "").trim().split(/[\s,{]/)[0];
  return `<pre class="n-code"${attributes({ "data-language": language })}><code>${escape(content)}</code></pre>`;
}

/** @param {string} text @returns {string[]} */
export function answerBlocks(text) {
  const env = {};
  const tokens = md.parse(text, env);
  // A blank line that comes late makes a list loose: its items look the same either way.
  for (const token of tokens) if (token.hidden) token.hidden = false;
  const blocks = [];
  for (let at = 0, start = 0, depth = 0; at < tokens.length; at += 1) {
    depth += tokens[at].nesting;
    if (depth > 0) continue;
    const block = md.renderer.render(tokens.slice(start, at + 1), md.options, env).trim();
    if (block) blocks.push(block);
    start = at + 1;
  }
  return blocks;
}
