/**
 * Text that is still being written, as it can be shown now: what the next letters may turn into
 * something else is held back, and what is open is closed. So nothing that was shown is taken back.
 */

const FENCE = /^ {0,3}(?:> ?)*(?:[-*+] +|\d+[.)] +)? {0,3}(`{3,}|~{3,})([^`\n]*)$/;
/** A line that only begins something: a list, a quote, a heading, a rule, a row of a table. */
const ONLY_MARKS = /^(?:\s|[-*+>#=_~`|:]|\d{1,3}[.)]?(?=\s|$))*$/;
const NUMBERS = /^\[[\d,;\s]*$/;
/** A bracket that stays open for so long was no link. */
const LINK_MOST = 400;

/** @param {string} text */
export function settled(text) {
  const { open, end } = fences(text);
  if (open >= 0) return inFence(text, open);
  if (end === text.length) return text;
  const shown = wholeRows(text);
  const start = shown.lastIndexOf("\n") + 1;
  const kept = ONLY_MARKS.test(shown.slice(start)) ? shown.slice(0, start) : shown;
  return closeInline(kept, end);
}

/** Where the code block that is not closed yet begins, -1 when there is none, and where the last closed one ends. @param {string} text */
function fences(text) {
  let open = "";
  let end = 0;
  let at = 0;
  let start = -1;
  for (const line of text.split("\n")) {
    const match = FENCE.exec(line);
    if (open) {
      const closing = line.trim().replace(/^(?:> ?)+/, "");
      if (closing.length >= open.length && closing === open.charAt(0).repeat(closing.length)) {
        open = "";
        end = at + line.length;
      }
    } else if (match) {
      open = match[1] ?? "";
      start = at;
    }
    at += line.length + 1;
  }
  return { open: open ? start : -1, end };
}

/** @param {string} text @param {number} start */
function inFence(text, start) {
  const end = text.lastIndexOf("\n");
  // The language is still being written.
  if (end < start) return text.slice(0, start);
  return /^\s*(?:> ?)*\s*[`~]+$/.test(text.slice(end + 1)) ? text.slice(0, end) : text;
}

/** Without a row of a table that is not whole, or a head that has no rule below it yet. @param {string} text */
function wholeRows(text) {
  const lines = text.split("\n");
  const whole = lines.length - 1;
  let first = lines.at(-1) === "" ? whole : lines.length;
  while (first > 0 && /^ {0,3}\|/.test(lines[first - 1] ?? "")) first -= 1;
  if (first >= whole && !/^ {0,3}\|/.test(lines.at(-1) ?? "")) return text;
  return `${lines.slice(0, whole - first >= 2 ? whole : first).join("\n")}\n`;
}

/** @param {string} text @param {number} least where inline text can begin */
function closeInline(text, least) {
  const from = Math.min(text.length, Math.max(least, text.lastIndexOf("\n\n") + 1));
  const head = text.slice(0, from);
  let tail = text.slice(from).replace(/(?:[*_~=`!\\]+|&[a-z0-9#]{0,8})$/i, "");
  /** @type {{mark: string, at: number}[]} */
  const open = [];
  for (let at = 0; at < tail.length; ) {
    const letter = tail.charAt(at);
    if (letter === "\\") at += 2;
    else if (letter === "`") {
      const run = runAt(tail, at);
      const end = closing(tail, at + run.length, run);
      if (end < 0) return head + close(tail, open, run, at);
      at = end + run.length;
    } else if (letter === "[") {
      const end = linkEnd(tail, at);
      if (end < 0) {
        tail = tail.slice(0, tail.charAt(at - 1) === "!" ? at - 1 : at);
        break;
      }
      at = end;
    } else if ("*_~=".includes(letter)) {
      const run = runAt(tail, at);
      takeMark(tail, at, run, open);
      at += run.length;
    } else at += 1;
  }
  return head + close(tail, open);
}

/** @param {string} text @param {number} at */
function runAt(text, at) {
  let end = at + 1;
  while (text.charAt(end) === text.charAt(at)) end += 1;
  return text.slice(at, end);
}

/** Where a run of just so many backticks stands. @param {string} text @param {number} from @param {string} run */
function closing(text, from, run) {
  for (let at = text.indexOf(run, from); at >= 0; at = text.indexOf(run, at + 1)) {
    const found = runAt(text, at);
    if (found.length === run.length) return at;
    at += found.length - 1;
  }
  return -1;
}

/** Where to go on after a bracket; -1 when what it is cannot be known yet. @param {string} text @param {number} at */
function linkEnd(text, at) {
  const rest = text.slice(at);
  if (NUMBERS.test(rest)) return -1;
  const end = rest.indexOf("]");
  if (end < 0) return rest.length > LINK_MOST || rest.includes("\n") ? at + 1 : -1;
  if (NUMBERS.test(rest.slice(0, end))) return at + end + 1;
  const next = rest.charAt(end + 1);
  if (next === "") return -1;
  if (next !== "(" && next !== "[") return at + 1;
  const last = rest.indexOf(next === "(" ? ")" : "]", end + 2);
  if (last >= 0) return at + last + 1;
  return rest.length > LINK_MOST ? at + 1 : -1;
}

/** Opens or closes emphasis. @param {string} text @param {number} at @param {string} run @param {{mark: string, at: number}[]} open */
function takeMark(text, at, run, open) {
  const letter = run.charAt(0);
  if (run.length > 3 || ("~=".includes(letter) && run.length !== 2)) return;
  const before = text.charAt(at - 1);
  const after = text.charAt(at + run.length);
  const word = /[\p{L}\p{N}]/u;
  const closes = before !== "" && !/\s/.test(before) && !(letter === "_" && word.test(after));
  // Between letters it is likelier a power or a name than the beginning of emphasis.
  const opens = after !== "" && !/\s/.test(after) && !word.test(before);
  const last = open.findLastIndex((each) => each.mark === run);
  if (closes && last >= 0) open.splice(last);
  else if (opens) open.push({ mark: run, at });
}

/**
 * The text with what is open in it closed; marks that nothing follows yet are left out.
 * @param {string} text @param {{mark: string, at: number}[]} open @param {string} [code] @param {number} [codeAt]
 */
function close(text, open, code = "", codeAt = -1) {
  let shown = text;
  let tail = "";
  if (code) {
    if (text.slice(codeAt + code.length).trim()) tail = code;
    else shown = text.slice(0, codeAt);
  }
  for (const { mark, at } of open.toReversed()) {
    if (shown.slice(at + mark.length).trim()) tail += mark;
    else shown = shown.slice(0, at);
  }
  return tail ? shown.trimEnd() + tail : shown;
}
