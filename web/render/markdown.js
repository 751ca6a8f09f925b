/** Markdown -> HTML (not yet sanitised) whose blocks know their lines. */
import MarkdownIt, { footnote } from "../vendor/markdown-it.js";
import { attributes, escape } from "./escape.js";
import { noteRules } from "./markdown-rules.js";

const FRONTMATTER = /^---[ \t]*\n([\s\S]*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;
const PROPERTY = /^([^\s:#-][^:]*):(?:\s+(.*)|)$/;

/** @param {boolean} breaks */
function renderer(breaks) {
  const md = /** @type {any} */ (new MarkdownIt({ html: true, linkify: true, breaks }));
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  md.use(footnote);
  md.use(noteRules);
  for (const cell of ["th_open", "td_open"])
    md.renderer.rules[cell] = (/** @type {any[]} */ tokens, /** @type {number} */ at) => {
      const side = /right|center/.exec(tokens[at].attrGet("style") ?? "")?.[0];
      return `<${tokens[at].tag}${side ? ` class="n-${side}"` : ""}>`;
    };
  md.renderer.rules.fence = code;
  md.renderer.rules.code_block = code;
  return md;
}

/** @param {any[]} tokens @param {number} at */
function code(tokens, at) {
  const { content, info, map } = tokens[at];
  const language = String(info ?? "").trim().split(/[\s,{]/)[0];
  const where = map ? { "data-line": map[0] + 1, "data-end": map[1] } : {};
  return `<pre class="n-code"${attributes({ ...where, "data-language": language })}><code>${escape(content)}</code></pre>\n`;
}

/** @type {{true?: any, false?: any}} */
const renderers = {};

/** @param {string} text */
export function markdownToHtml(text) {
  const front = FRONTMATTER.exec(text);
  const head = front ? frontmatter(front[1] ?? "") : "";
  // Blank lines stand in for the frontmatter, so that line numbers stay those of the file.
  const body = front ? "\n".repeat(front[0].split("\n").length - 1) + text.slice(front[0].length) : text;
  const breaks = !isHardWrapped(body);
  const md = (renderers[`${breaks}`] ??= renderer(breaks));
  return head + md.render(body);
}

/** The YAML at the top as a small table. Only its usual shapes are taken apart; others show as they are.
 * @param {string} yaml */
function frontmatter(yaml) {
  /** @type {{key: string, values: string[], line: number}[]} */
  const rows = [];
  yaml.split("\n").forEach((line, index) => {
    const match = PROPERTY.exec(line);
    if (match) rows.push({ key: match[1] ?? "", values: flat(match[2] ?? ""), line: index + 2 });
    else if (line.trim()) rows.at(-1)?.values.push(...flat(line.trim().replace(/^- /, "")));
  });
  const cells = rows.map(
    ({ key, values, line }) =>
      `<tr data-line="${line}" data-end="${line}"><th>${escape(key)}</th><td>${values
        .map((value) => (/^tags?$/i.test(key) ? tag(value) : `<span class="n-value">${escape(value)}</span>`))
        .join(" ")}</td></tr>`,
  );
  return cells.length ? `<table class="n-front"><tbody>${cells.join("")}</tbody></table>` : "";
}

/** @param {string} value */
const tag = (value) => {
  const name = value.replace(/^#/, "");
  return `<a class="n-tag" href="#"${attributes({ "data-tag": name })}>#${escape(name)}</a>`;
};

/** `[a, "b"]` or a plain value as a list. @param {string} value */
const flat = (value) =>
  (/^\[.*\]$/.test(value) ? value.slice(1, -1).split(",") : [value])
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, "$2"))
    .filter((part) => part && part !== "|" && part !== ">");

/**
 * Whether lines were broken to a width, as in an e-mail, rather than where the writer meant it.
 * @param {string} text
 */
function isHardWrapped(text) {
  const lines = text.split("\n", 400).filter((line) => /^[\p{L}\p{N}"'(*_[]/u.test(line));
  const long = lines.filter((line) => line.length >= 60).length;
  const over = lines.filter((line) => line.length > 105).length;
  return lines.length >= 3 && long / lines.length > 0.4 && over / lines.length < 0.1;
}
