/** Org -> HTML (not yet sanitised) whose blocks know their lines. */
import { attributes, escape } from "./escape.js";
import { listItem, orgList } from "./org-list.js";
import { orgInline } from "./org-inline.js";

const HEADING = /^(\*+)[ \t]+(.*)$/;
const HEAD_TAGS = /[ \t]+:([\p{L}\p{N}_@#%:]+):[ \t]*$/u;
const KEYWORD = /^[ \t]*#\+([A-Za-z_]+)(?:\[[^\]]*\])?:[ \t]*(.*)$/;
const BLOCK = /^[ \t]*#\+begin_(\S+)[ \t]*(.*)$/i;
const DRAWER = /^[ \t]*:([\p{L}\p{N}_-]+):[ \t]*$/u;
const PLANNING = /^[ \t]*(?:(?:SCHEDULED|DEADLINE|CLOSED):[ \t]*[<[][^\n]*)$/;
const FOOTNOTE = /^\[fn:([^\]:\s]+)\][ \t]*(.*)$/;
const DONE = /^(?:DONE|CANCELL?ED|CLOSED|KILLED|FIXED)$/;
const STATES = "TODO NEXT STARTED DOING WAITING WAIT HOLD IN-PROGRESS SOMEDAY DONE CANCELLED CANCELED".split(" ");
const QUIET = new Set("STARTUP OPTIONS PROPERTY TODO SEQ_TODO TYP_TODO LATEX_HEADER HTML_HEAD SETUPFILE".split(" "));

/** @param {string} text @param {number} [first] the line of the file that the text begins at */
export const orgToHtml = (text, first = 1) => new Converter(text.split("\n"), first).convert();

class Converter {
  /** @param {string[]} lines @param {number} first @param {Set<string>} [states] */
  constructor(lines, first, states) {
    this.lines = lines;
    this.first = first;
    this.at = 0;
    this.out = /** @type {string[]} */ ([]);
    this.front = /** @type {string[]} */ ([]);
    this.states = states ?? todoStates(lines);
  }

  convert() {
    while (this.at < this.lines.length) this.block();
    const front = this.front.length
      ? `<table class="n-front"><tbody>${this.front.join("")}</tbody></table>`
      : "";
    // The title first, then the other keywords, then everything else.
    return [...this.out.filter((part) => part.startsWith("<h1 ")), front,
      ...this.out.filter((part) => !part.startsWith("<h1 "))].join("\n");
  }

  /** `data-line` and `data-end` of the lines from `start` to before `end`. @param {number} start @param {number} [end] */
  where(start, end = this.at) {
    return ` data-line="${this.first + start}" data-end="${this.first + Math.max(start, end - 1)}"`;
  }

  /** @param {number} [index] */
  line(index = this.at) {
    return this.lines[index] ?? "";
  }

  block() {
    const line = this.line();
    let match;
    if (!line.trim()) this.at += 1;
    else if ((match = HEADING.exec(line))) this.heading(match[1] ?? "*", match[2] ?? "");
    else if ((match = BLOCK.exec(line))) this.greater(match[1] ?? "", match[2] ?? "");
    else if ((match = KEYWORD.exec(line))) this.keyword(match[1] ?? "", match[2] ?? "");
    else if ((match = DRAWER.exec(line)) && this.endOf(/^[ \t]*:END:[ \t]*$/i) > 0) this.drawer(match[1] ?? "");
    else if (PLANNING.test(line)) this.planning();
    else if (/^[ \t]*\|/.test(line)) this.table();
    else if (/^[ \t]*:(?: |$)/.test(line)) this.fixed();
    else if (/^[ \t]*#(?: |$)/.test(line)) this.comment();
    else if (/^[ \t]*-{5,}[ \t]*$/.test(line)) this.out.push(`<hr${this.where(this.at++, this.at)}>`);
    else if ((match = FOOTNOTE.exec(line))) this.footnote(match[1] ?? "");
    else if (listItem(line)) this.list();
    else this.paragraph();
  }

  /** Index of the first following line that matches; -1 if a heading or the end comes before. @param {RegExp} wanted */
  endOf(wanted) {
    for (let index = this.at + 1; index < this.lines.length; index += 1) {
      if (wanted.test(this.line(index))) return index;
      if (HEADING.test(this.line(index))) return -1;
    }
    return -1;
  }

  /** @param {string} stars @param {string} rest */
  heading(stars, rest) {
    const tags = HEAD_TAGS.exec(rest)?.[1]?.split(":").filter(Boolean) ?? [];
    let title = rest.replace(HEAD_TAGS, "");
    let before = "";
    const [word = ""] = title.split(" ", 1);
    if (this.states.has(word)) {
      before += `<span class="n-todo${DONE.test(word) ? " n-todo-done" : ""}">${escape(word)}</span> `;
      title = title.slice(word.length).trimStart();
    }
    const priority = /^\[#([A-Z0-9])\]\s*/.exec(title);
    if (priority) {
      before += `<span class="n-priority">${priority[1]}</span> `;
      title = title.slice(priority[0].length);
    }
    const after = tags
      .map((tag) => `<a class="n-tag" href="#"${attributes({ "data-tag": tag })}>#${escape(tag)}</a>`)
      .join(" ");
    const level = Math.min(stars.length + 1, 6);
    const start = this.at++;
    this.out.push(
      `<h${level}${this.where(start)}>${before}${orgInline(title)}${after ? ` <span class="n-tags">${after}</span>` : ""}</h${level}>`,
    );
  }

  /** @param {string} name @param {string} info */
  greater(name, info) {
    const end = this.endOf(new RegExp(`^[ \\t]*#\\+end_${name.replace(/[^\w-]/g, "\\$&")}`, "i"));
    const start = this.at;
    const stop = end > 0 ? end : this.lines.length;
    const inside = this.lines.slice(start + 1, stop);
    this.at = Math.min(stop + 1, this.lines.length);
    const where = this.where(start);
    const kind = name.toLowerCase();
    if (/^(?:src|example|export|comment)$/.test(kind)) {
      const language = kind === "src" ? info.trim().split(/\s/)[0] : kind === "example" ? "" : kind;
      const text = dedent(inside).replace(/^([ \t]*),(?=[*#,])/gm, "$1");
      this.out.push(`<pre class="n-code"${where}${attributes({ "data-language": language })}><code>${escape(text)}</code></pre>`);
    } else if (kind === "verse") this.out.push(`<p class="n-verse"${where}>${orgInline(dedent(inside))}</p>`);
    else {
      const body = new Converter(inside, this.first + start + 1, this.states).convert();
      if (kind === "quote") this.out.push(`<blockquote${where}>${body}</blockquote>`);
      else
        this.out.push(
          `<blockquote class="n-callout"${where}${attributes({ "data-callout": kind })}><p class="n-callout-title">${escape(name)}</p>${body}</blockquote>`,
        );
    }
  }

  /** @param {string} name @param {string} value */
  keyword(name, value) {
    const start = this.at++;
    const upper = name.toUpperCase();
    if (upper === "TITLE" && value) this.out.push(`<h1${this.where(start)}>${orgInline(value)}</h1>`);
    else if (!value && !/RESULTS/.test(upper)) return;
    else if (upper === "CAPTION") this.out.push(`<p class="n-caption"${this.where(start)}>${orgInline(value)}</p>`);
    else if (/^(?:ATTR_\w+|HEADER)$/.test(upper)) this.out.push(`<p class="n-quiet"${this.where(start)}>${escape(value)}</p>`); // how it is exported
    else if (/^(?:NAME|RESULTS|TBLFM|INCLUDE|CALL)$/.test(upper))
      this.out.push(`<p class="n-keyword"${this.where(start)}>${escape(name.toLowerCase())} ${orgInline(value)}</p>`);
    else
      this.front.push(
        `<tr${this.where(start)}${QUIET.has(upper) ? ' class="n-quiet"' : ""}><th>${escape(name.toLowerCase())}</th><td>${this.value(upper, value)}</td></tr>`,
      );
  }

  /** @param {string} name @param {string} value */
  value(name, value) {
    if (name !== "FILETAGS") return orgInline(value);
    return value
      .split(/[:\s]+/)
      .filter(Boolean)
      .map((tag) => `<a class="n-tag" href="#"${attributes({ "data-tag": tag })}>#${escape(tag)}</a>`)
      .join(" ");
  }

  /** @param {string} name */
  drawer(name) {
    const start = this.at;
    const end = this.endOf(/^[ \t]*:END:[ \t]*$/i);
    const inside = this.lines.slice(start + 1, end);
    this.at = end + 1;
    const where = this.where(start);
    const body =
      name.toUpperCase() === "PROPERTIES"
        ? `<table class="n-front"><tbody>${inside.map((line, index) => this.property(line, start + 1 + index)).join("")}</tbody></table>`
        : new Converter(inside, this.first + start + 1, this.states).convert();
    this.out.push(`<details class="n-drawer"${where}><summary>${escape(name.toLowerCase())}</summary>${body}</details>`);
  }

  /** @param {string} line @param {number} index */
  property(line, index) {
    const [, key = "", value = ""] = /^[ \t]*:([^:\s]+):[ \t]*(.*)$/.exec(line) ?? [, "", line.trim()];
    return `<tr${this.where(index, index + 1)}><th>${escape(key.toLowerCase())}</th><td>${orgInline(value)}</td></tr>`;
  }

  planning() {
    const start = this.at++;
    const parts = [...this.line(start).matchAll(/(SCHEDULED|DEADLINE|CLOSED):[ \t]*([<[][^>\]]*[>\]])/g)];
    const shown = parts.map(
      ([, kind = "", stamp = ""]) =>
        `<span class="n-plan"><span class="n-plan-kind">${kind.toLowerCase()}</span> ${orgInline(stamp)}</span>`,
    );
    this.out.push(`<p class="n-planning"${this.where(start)}>${shown.join(" ")}</p>`);
  }

  table() {
    const start = this.at;
    while (/^[ \t]*\|/.test(this.line())) this.at += 1;
    const rows = this.lines.slice(start, this.at);
    const rule = rows.findIndex((row) => /^[ \t]*\|-/.test(row));
    const out = rows.map((row, index) => {
      if (/^[ \t]*\|-/.test(row)) return "";
      const cell = index < rule ? "th" : "td";
      const cells = row.trim().replace(/^\||\|$/g, "").split("|");
      return `<tr${this.where(start + index, start + index + 1)}>${cells
        .map((text) => `<${cell}>${orgInline(text.trim())}</${cell}>`)
        .join("")}</tr>`;
    });
    const head = rule > 0 ? `<thead>${out.slice(0, rule).join("")}</thead>` : "";
    this.out.push(`<table${this.where(start)}>${head}<tbody>${out.slice(Math.max(rule, 0)).join("")}</tbody></table>`);
  }

  fixed() {
    const start = this.at;
    while (/^[ \t]*:(?: |$)/.test(this.line()) && this.at < this.lines.length) this.at += 1;
    const text = this.lines.slice(start, this.at).map((line) => line.replace(/^[ \t]*: ?/, ""));
    this.out.push(`<pre class="n-code"${this.where(start)}><code>${escape(text.join("\n"))}</code></pre>`);
  }

  comment() {
    const start = this.at;
    while (/^[ \t]*#(?: |$)/.test(this.line()) && this.at < this.lines.length) this.at += 1;
    const text = this.lines.slice(start, this.at).map((line) => line.replace(/^[ \t]*# ?/, ""));
    this.out.push(`<p class="n-comment"${this.where(start)}>${escape(text.join("\n"))}</p>`);
  }

  /** @param {string} name */
  footnote(name) {
    const start = this.at++;
    while (this.line().trim() && !HEADING.test(this.line()) && !FOOTNOTE.test(this.line())) this.at += 1;
    const text = this.lines.slice(start, this.at).join("\n").replace(/^\[fn:[^\]]*\]\s*/, "");
    this.out.push(
      `<p class="n-note"${this.where(start)} id="fn-${escape(name)}"><sup>${escape(name)}</sup> ${orgInline(text)}</p>`,
    );
  }

  list() {
    const start = this.at;
    const { html, next } = orgList(this.lines, start, this.first);
    this.at = next;
    this.out.push(html);
  }

  paragraph() {
    const start = this.at++;
    while (this.at < this.lines.length && continues(this.line())) this.at += 1;
    const text = this.lines.slice(start, this.at).map((line) => line.trim());
    this.out.push(`<p${this.where(start)}>${orgInline(text.join("\n"))}</p>`);
  }
}

/** Whether a line goes on with the paragraph before it. @param {string} line */
const continues = (line) =>
  line.trim() !== "" && !HEADING.test(line) && !BLOCK.test(line) && !KEYWORD.test(line) &&
  !DRAWER.test(line) && !FOOTNOTE.test(line) && !listItem(line) && !/^[ \t]*(?:\||:(?: |$)|#(?: |$)|-{5,}[ \t]*$)/.test(line);

/** The states this file uses: its own, or the usual ones. @param {string[]} lines */
function todoStates(lines) {
  const own = lines
    .map((line) => /^#\+(?:SEQ_|TYP_)?TODO:[ \t]*(.*)$/i.exec(line)?.[1] ?? "")
    .flatMap((line) => line.split(/[\s|]+/))
    .map((word) => word.replace(/\(.*\)$/, ""))
    .filter(Boolean);
  return new Set([...STATES, ...own]);
}

/** Lines without the indentation they share. @param {string[]} lines */
function dedent(lines) {
  const indents = lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length);
  const least = indents.length ? Math.min(...indents) : 0;
  return lines.map((line) => line.slice(least)).join("\n");
}
