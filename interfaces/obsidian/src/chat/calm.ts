/**
 * Answers as Markdown that shows and does nothing else. Pure.
 *
 * Obsidian's renderer does what notes ask for: it loads pictures from anywhere, embeds files, and
 * other plugins run code blocks. An answer quotes notes, PDFs and repositories of anybody, so what
 * acts is turned into what is read, before it is rendered.
 */

const FENCE = /^((?:\s*>)*\s*)(`{3,}|~{3,})(.*)$/;
/** What a code block may be called so that it is only coloured. Anything else may be a plugin's. */
const LANGUAGES = new Set(
  ("bash c cpp c++ clojure cmake console cs csharp css dart diff dockerfile elisp elixir erlang fish fortran go graphql groovy" +
    " haskell html http ini java javascript json json5 jsx julia kotlin latex less lisp lua makefile markdown matlab md nginx nim nix" +
    " objectivec ocaml org perl php plain plaintext powershell python py r ruby rust sass scala scheme scss sh shell sql swift text" +
    " toml ts tsx txt typescript vim vue wasm xml yaml yml zig zsh").split(" "),
);
const CODE = /(`+)([\s\S]*?[^`])\1(?!`)/g;
const NO_BREAK = "\u2060";

export function calm(markdown: string): string {
  const kept: string[] = [];
  let fence = "";
  let prose: string[] = [];
  const flush = () => {
    if (prose.length) kept.push(calmProse(prose.join("\n")));
    prose = [];
  };
  for (const line of markdown.split("\n")) {
    const match = FENCE.exec(line);
    if (fence) {
      kept.push(line);
      if (match && match[2]?.startsWith(fence) && !match[3]?.trim()) fence = "";
    } else if (match) {
      flush();
      fence = match[2] ?? "";
      const language = (match[3] ?? "").trim().split(/\s/)[0]?.toLowerCase() ?? "";
      kept.push(`${match[1] ?? ""}${fence}${LANGUAGES.has(language) ? language : ""}`);
    } else prose.push(line);
  }
  flush();
  return kept.join("\n");
}

function calmProse(text: string): string {
  let shown = "";
  let at = 0;
  for (const code of text.matchAll(CODE)) {
    shown += calmWords(text.slice(at, code.index)) + calmCode(code[1] ?? "`", code[2] ?? "");
    at = code.index + code[0].length;
  }
  return shown + calmWords(text.slice(at));
}

/** Code within a line that begins with = or $ is a query to some plugins. */
function calmCode(ticks: string, code: string): string {
  return ticks + code.replace(/^(\s*)(?=[=$])/, `$1${NO_BREAK}`) + ticks;
}

function calmWords(text: string): string {
  return text
    .replace(/!(?=\[)/g, "") // a picture or an embed becomes a link
    .replace(/\]\(([^)]*)\)/g, (link, address: string) => (leadsOn(address) ? link : "]"))
    .replace(/^(\s*)\[(?=[^\]]+\]:)/gm, "$1\\[") // an address to be named later
    .replace(/<(?=[A-Za-z/!?])(?!https?:\/\/[^\s<>]*>)/g, "&lt;");
}

/** Whether an address leads to a page or a note. `obsidian:`, `file:` and the like act when clicked;
 * colons can be written as entities. */
function leadsOn(address: string): boolean {
  return /^\s*<?\s*(?:https?:\/\/|mailto:|#)/i.test(address) || !/[:&\\]/.test(address);
}
