/* Built from src/ by `npm run build`: change it there. */
"use strict";
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// src/main.ts
var main_exports = {};
__export(main_exports, {
  default: () => KhojLitePlugin
});
module.exports = __toCommonJS(main_exports);
var import_obsidian8 = require("obsidian");

// src/api/fault.ts
var Fault = class extends Error {
  constructor(kind, message, hint = "", code = "") {
    super(message);
    this.kind = kind;
    this.hint = hint;
    this.code = code;
    this.name = "Fault";
  }
  kind;
  hint;
  code;
};
var START = "Start it with `khoj-lite serve`, or once for every login with `khoj-lite service install`.";
var NEW_TOKEN = "Run `khoj-lite obsidian install` with the path of this vault, or paste what `khoj-lite token` prints into the settings.";
function down(address) {
  return new Fault("down", `khoj_lite does not answer at ${address}.`, START);
}
function slow(seconds) {
  return new Fault("slow", `khoj_lite said nothing for ${seconds} seconds.`, "It may be busy: try again in a moment.");
}
function garbled() {
  return new Fault(
    "garbled",
    "What answered is not khoj_lite, or another version of it.",
    "Check the address in the settings, and run `khoj-lite obsidian install` to update the plugin."
  );
}
function refusal(status, body) {
  try {
    const { error } = JSON.parse(body);
    if (status === 401) return new Fault("token", "khoj_lite does not know this token.", NEW_TOKEN, error.code);
    return new Fault("refused", sentence(error.message), error.hint ?? "", error.code);
  } catch {
    return garbled();
  }
}
function asFault(thrown) {
  if (thrown instanceof Fault) return thrown;
  console.error("khoj-lite:", thrown);
  return garbled();
}
function wasAborted(thrown) {
  return thrown instanceof Error && thrown.name === "AbortError";
}
function sentence(text) {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

// src/api/lines.ts
async function* lines(pieces2) {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces2) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.trim()) yield JSON.parse(part);
  }
  rest += decoder.decode();
  if (rest.trim()) yield JSON.parse(rest);
}

// src/api/client.ts
var PATIENCE_S = 20;
var SILENCE_S = 40;
var Client = class {
  /** `reach` is asked at every call: settings change. */
  constructor(reach, transport) {
    this.reach = reach;
    this.transport = transport;
  }
  reach;
  transport;
  get streams() {
    return this.transport.streams;
  }
  health(signal) {
    return this.call("GET", "/health", { signal, seconds: 10 });
  }
  status(signal) {
    return this.call("GET", "/status", { signal });
  }
  search(q, n, signal) {
    return this.call("GET", "/search", { query: { q, n, prefix: true }, signal });
  }
  similar(path, n, signal) {
    return this.call("GET", "/similar", { query: { path, n }, signal });
  }
  suggest(field, prefix, signal) {
    return this.call("GET", "/suggest", { query: { field, prefix, limit: 8 }, signal });
  }
  sources(signal) {
    return this.call("GET", "/sources", { signal });
  }
  index(names) {
    return this.call("POST", "/index", { body: { names } });
  }
  job(id, signal) {
    return this.call("GET", `/jobs/${encodeURIComponent(id)}`, { signal });
  }
  conversations(q, signal) {
    return this.call("GET", "/conversations", { query: { q, limit: 50 }, signal });
  }
  conversation(id, signal) {
    return this.call("GET", `/conversations/${encodeURIComponent(id)}`, { signal });
  }
  deleteConversation(id) {
    return this.call("DELETE", `/conversations/${encodeURIComponent(id)}`);
  }
  /** The events of an answer; aborting `signal` stops it at the daemon. */
  async *chat(body, signal) {
    for await (const event of this.stream("POST", "/chat", body, signal, 0)) yield event;
  }
  /** What changes, until `signal`. */
  async *events(signal) {
    for await (const event of this.stream("GET", "/events", void 0, signal, SILENCE_S)) yield event;
  }
  /** The JSON of one answer. */
  async call(method, path, { query, body, signal, seconds = PATIENCE_S } = {}) {
    const watch = new Watch(signal, seconds);
    try {
      const answer = await this.send(method, path, query, body, watch);
      const text = await answer.text();
      if (answer.status >= 400) throw refusal(answer.status, text);
      return text ? parsed(text) : void 0;
    } catch (thrown) {
      throw watch.cause(thrown, this.reach().address);
    } finally {
      watch.end();
    }
  }
  /** The objects of a stream; `silence` in seconds, 0 for as long as it takes. */
  async *stream(method, path, body, signal, silence) {
    const watch = new Watch(signal, silence || 0);
    try {
      const answer = await this.send(method, path, void 0, body, watch);
      if (answer.status >= 400) throw refusal(answer.status, await answer.text());
      for await (const each of lines(answer.pieces())) {
        watch.again();
        yield each;
      }
    } catch (thrown) {
      throw watch.cause(thrown, this.reach().address);
    } finally {
      watch.end();
    }
  }
  send(method, path, query, body, watch) {
    const { address, token } = this.reach();
    const headers = { Authorization: `Bearer ${token}` };
    if (body !== void 0) headers["Content-Type"] = "application/json";
    const request = { method, url: url(address, path, query), headers, signal: watch.signal };
    return this.transport.send(body === void 0 ? request : { ...request, body: JSON.stringify(body) });
  }
};
function url(address, path, query = {}) {
  let made;
  try {
    made = new URL(`${address.replace(/\/+$/, "")}/api/v1${path}`);
  } catch {
    throw new Fault("down", `"${address}" is not an address.`, "Put one like http://127.0.0.1:42110 into the settings.");
  }
  for (const [key, value] of Object.entries(query)) if (value !== void 0) made.searchParams.set(key, String(value));
  return made.href;
}
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw garbled();
  }
}
var Watch = class {
  constructor(given, seconds) {
    this.given = given;
    this.seconds = seconds;
    if (given?.aborted) this.controller.abort();
    else given?.addEventListener("abort", this.giveUp, { once: true });
    this.again();
  }
  given;
  seconds;
  controller = new AbortController();
  timer;
  late = false;
  get signal() {
    return this.controller.signal;
  }
  /** The time counts anew. */
  again() {
    window.clearTimeout(this.timer);
    if (this.seconds) this.timer = window.setTimeout(() => (this.late = true, this.giveUp()), this.seconds * 1e3);
  }
  /** What to throw for what was thrown. */
  cause(thrown, address) {
    if (thrown instanceof Fault) return thrown;
    if (this.late) return slow(this.seconds);
    if (this.given?.aborted) return wasAborted(thrown) ? thrown : new DOMException("given up", "AbortError");
    if (thrown instanceof SyntaxError) return garbled();
    return down(address);
  }
  end() {
    window.clearTimeout(this.timer);
    this.given?.removeEventListener("abort", this.giveUp);
  }
  giveUp = () => this.controller.abort();
};

// src/api/transport.ts
var overFetch = {
  streams: true,
  async send({ method, url: url2, headers, body, signal }) {
    const init = { method, headers, signal, credentials: "omit", cache: "no-store" };
    if (body !== void 0) init.body = body;
    const answer = await fetch(url2, init);
    return { status: answer.status, text: () => answer.text(), pieces: () => piecesOf(answer) };
  }
};
async function* piecesOf(answer) {
  const reader = answer.body?.getReader();
  if (!reader) return;
  try {
    for (; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => void 0);
  }
}
function overHost(requestUrl2) {
  return {
    streams: false,
    async send({ method, url: url2, headers, body, signal }) {
      const request = { url: url2, method, headers, throw: false };
      if (body !== void 0) request.body = body;
      const answer = await unless(signal, requestUrl2(request));
      return {
        status: answer.status,
        text: () => Promise.resolve(answer.text),
        async *pieces() {
          yield await Promise.resolve(new TextEncoder().encode(answer.text));
        }
      };
    }
  };
}
function unless(signal, work) {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new DOMException("given up", "AbortError"));
    if (signal.aborted) return giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}

// src/chat/view.ts
var import_obsidian3 = require("obsidian");

// src/search/scope.ts
var OWN_FILE = /(^|\s)file:/i;
function scopeFilters(query, scope, place) {
  if (!place.known) return "";
  const filters = folders(scope.leaveOut).map((folder) => `-file:"${pattern(place.absolute(folder))}"`);
  if (!scope.everywhere && !OWN_FILE.test(query)) filters.push(`file:"${pattern(place.absolute(""))}"`);
  return filters.join(" ");
}
function scoped(query, scope, place) {
  return `${scopeFilters(query, scope, place)} ${query}`.trim();
}
function folders(lines2) {
  return lines2.split(/[\n,]/).map((line) => line.trim().replace(/^\/+|\/+$/g, "")).filter(Boolean);
}
function pattern(folder) {
  const clean = folder.replaceAll("\\", "/").replace(/\/+$/, "");
  return `${clean.replace(/[*?[]/g, "[$&]").replaceAll('"', "?")}/*`;
}

// src/vault/insert.ts
var import_obsidian = require("obsidian");
function insertText(app, text) {
  const view = app.workspace.getActiveViewOfType(import_obsidian.MarkdownView) ?? app.workspace.getMostRecentLeaf()?.view;
  if (!(view instanceof import_obsidian.MarkdownView) || view.getMode() !== "source") {
    new import_obsidian.Notice("Open a note for editing first.");
    return;
  }
  view.editor.replaceSelection(text);
  view.editor.focus();
}

// src/vault/link.ts
function headingsOf(hit) {
  const [first, ...rest] = hit.outline;
  return first === hit.title ? rest : hit.outline;
}
function linkText(path, hit) {
  const heading = path.toLowerCase().endsWith(".md") ? hit.outline.at(-1) : void 0;
  if (heading) return `${path}#${anchor(heading)}`;
  return hit.page && path.toLowerCase().endsWith(".pdf") ? `${path}#page=${hit.page}` : path;
}
function wikilink(path, hit) {
  const note = path.replace(/\.md$/i, "");
  const place = linkText(path, hit).slice(path.length);
  const heading = note === path ? void 0 : hit.outline.at(-1);
  const name = note.slice(note.lastIndexOf("/") + 1);
  const shown = heading && heading !== hit.title ? `${hit.title} › ${heading}` : hit.title || name;
  const words = label(shown);
  return place || note !== words ? `[[${note}${place}|${words}]]` : `[[${note}]]`;
}
function outerLink(hit) {
  const words = (hit.title || hit.path).replace(/[[\]\\]/g, "\\$&").replace(/\s+/g, " ");
  return `[${words}](<${hit.uri.replace(/[<>\n]/g, encodeURIComponent)}>)`;
}
function anchor(heading) {
  return heading.replace(/[[\]|#^:%\\]/g, " ").replace(/\s+/g, " ").trim();
}
function label(text) {
  return text.replace(/[[\]|]/g, " ").replace(/\s+/g, " ").trim();
}
function fileFilter(path) {
  const forward = path.replaceAll("\\", "/");
  const escaped = /[*?[]/.test(forward) ? forward.replace(/[*?[]/g, "[$&]") : forward;
  return escaped.includes('"') ? `file:'${escaped.replaceAll("'", "?")}'` : `file:"${escaped}"`;
}

// src/chat/calm.ts
var FENCE = /^((?:\s*>)*\s*)(`{3,}|~{3,})(.*)$/;
var LANGUAGES = new Set(
  "bash c cpp c++ clojure cmake console cs csharp css dart diff dockerfile elisp elixir erlang fish fortran go graphql groovy haskell html http ini java javascript json json5 jsx julia kotlin latex less lisp lua makefile markdown matlab md nginx nim nix objectivec ocaml org perl php plain plaintext powershell python py r ruby rust sass scala scheme scss sh shell sql swift text toml ts tsx txt typescript vim vue wasm xml yaml yml zig zsh".split(" ")
);
var CODE = /(`+)([\s\S]*?[^`])\1(?!`)/g;
var NO_BREAK = "⁠";
function calm(markdown) {
  const kept2 = [];
  let fence = "";
  let prose = [];
  const flush = () => {
    if (prose.length) kept2.push(calmProse(prose.join("\n")));
    prose = [];
  };
  for (const line of markdown.split("\n")) {
    const match = FENCE.exec(line);
    if (fence) {
      kept2.push(line);
      if (match && match[2]?.startsWith(fence) && !match[3]?.trim()) fence = "";
    } else if (match) {
      flush();
      fence = match[2] ?? "";
      const language = (match[3] ?? "").trim().split(/\s/)[0]?.toLowerCase() ?? "";
      kept2.push(`${match[1] ?? ""}${fence}${LANGUAGES.has(language) ? language : ""}`);
    } else prose.push(line);
  }
  flush();
  return kept2.join("\n");
}
function calmProse(text) {
  let shown = "";
  let at = 0;
  for (const code of text.matchAll(CODE)) {
    shown += calmWords(text.slice(at, code.index)) + calmCode(code[1] ?? "`", code[2] ?? "");
    at = code.index + code[0].length;
  }
  return shown + calmWords(text.slice(at));
}
function calmCode(ticks, code) {
  return ticks + code.replace(/^(\s*)(?=[=$])/, `$1${NO_BREAK}`) + ticks;
}
function calmWords(text) {
  return text.replace(/!(?=\[)/g, "").replace(/\]\(([^)]*)\)/g, (link, address) => leadsOn(address) ? link : "]").replace(/^(\s*)\[(?=[^\]]+\]:)/gm, "$1\\[").replace(/<(?=[A-Za-z/!?])(?!https?:\/\/[^\s<>]*>)/g, "&lt;");
}
function leadsOn(address) {
  return /^\s*<?\s*(?:https?:\/\/|mailto:|#)/i.test(address) || !/[:&\\]/.test(address);
}

// src/chat/history.ts
var import_obsidian2 = require("obsidian");

// src/search/latest.ts
var REST_MS = 40;
var Latest = class {
  constructor(rest = REST_MS) {
    this.rest = rest;
  }
  rest;
  controller = new AbortController();
  newest;
  /**
   * What the newest search gives, whichever was asked for: whoever waits for an earlier one gets
   * the newer results, so that the order of arrival cannot show older ones. Never rejects for
   * having been given up while a newer one runs.
   */
  run(work) {
    this.controller.abort();
    const controller = this.controller = new AbortController();
    const mine = this.rested(controller.signal).then(() => work(controller.signal)).catch((thrown) => {
      if (this.newest && this.newest !== mine) return this.newest;
      throw thrown;
    }).then((result) => this.newest && this.newest !== mine ? this.newest : result);
    this.newest = mine;
    return mine;
  }
  stop() {
    this.controller.abort();
  }
  rested(signal) {
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(resolve, this.rest);
      signal.addEventListener("abort", () => {
        window.clearTimeout(timer);
        reject(new DOMException("given up", "AbortError"));
      });
    });
  }
};

// src/chat/history.ts
var HistoryModal = class extends import_obsidian2.SuggestModal {
  constructor(notes, choose) {
    super(notes.app);
    this.notes = notes;
    this.choose = choose;
    this.setPlaceholder("Find an earlier conversation");
    this.emptyStateText = "There is no conversation yet.";
  }
  notes;
  choose;
  latest = new Latest();
  onClose() {
    this.latest.stop();
    super.onClose();
  }
  async getSuggestions(query) {
    try {
      return await this.latest.run(async (signal) => {
        const { conversations } = await this.notes.client.conversations(query.trim(), signal);
        this.emptyStateText = query.trim() ? "No conversation has these words." : "There is no conversation yet.";
        return conversations;
      });
    } catch (thrown) {
      const fault = asFault(thrown);
      this.emptyStateText = `${fault.message} ${fault.hint}`.trim();
      return [];
    }
  }
  renderSuggestion(conversation, el) {
    el.addClass("khoj-lite-conversation");
    el.createDiv({ text: conversation.title });
    el.createDiv({ cls: "khoj-lite-hint", text: new Date(conversation.updated).toLocaleString() });
  }
  onChooseSuggestion(conversation) {
    this.choose(conversation.id);
  }
};

// src/chat/turns.ts
function question(text) {
  return { ...EMPTY, role: "user", text };
}
function awaited() {
  return { ...EMPTY, doing: "Searching your notes", writing: true };
}
var EMPTY = {
  role: "assistant",
  text: "",
  sources: [],
  citations: [],
  doing: "",
  writing: false,
  stopped: false,
  fault: null,
  done: null,
  fallback: null
};
function taken(turn, event) {
  switch (event.event) {
    case "status":
      return { ...turn, doing: event.text };
    case "sources":
      return { ...turn, sources: event.sources };
    case "token":
      return { ...turn, text: turn.text + event.text, doing: "" };
    case "citations":
      return { ...turn, citations: event.citations };
    case "done":
      return { ...turn, done: event, fallback: event.fallback ?? null, writing: false, doing: "" };
    case "error":
      return { ...turn, fault: new Fault("refused", event.error.message, event.error.hint, event.error.code) };
    default:
      return turn;
  }
}
function ended(turn, how = {}) {
  const cut = !turn.done && !turn.fault && !how.stopped && !how.fault;
  const fault = how.fault ?? turn.fault ?? (cut ? new Fault("garbled", "The answer broke off.", "Ask again.") : null);
  return { ...turn, writing: false, doing: "", stopped: how.stopped ?? false, fault };
}
var SCOPE = /^(?:-?file:(?:"[^"]*"|'[^']*')\s+)+/;
function bare(text) {
  return text.replace(SCOPE, "");
}
function scopeOf(text) {
  const value = /^file:(?:"([^"]*)"|'([^']*)')\s/.exec(text);
  const path = (value?.[1] ?? value?.[2] ?? "").replace(/\[([*?[])\]/g, "$1");
  return path.endsWith("/*") ? "" : path;
}
function written(turn, link) {
  const waiting = turn.citations.filter((citation) => citation.cited !== false);
  return turn.text.replace(/\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g, (mark, numbers) => {
    const links = numbers.split(/[,;]/).map(Number).flatMap((n) => {
      const at = waiting.findIndex((citation) => citation.n === n);
      const hit = at < 0 ? turn.sources.find((source) => source.n === n) : waiting.splice(at, 1)[0]?.hit;
      return hit ? [link(hit)] : [];
    });
    return links.length ? `(${links.join(", ")})` : mark;
  });
}
function kept(message) {
  const details = message.details;
  return {
    ...EMPTY,
    role: message.role,
    text: message.role === "user" ? bare(message.text) : message.text,
    sources: details.sources ?? [],
    citations: details.citations ?? [],
    stopped: details.stopped === true && !details.error,
    fault: details.error ? new Fault("refused", details.error.message, details.error.hint, details.error.code) : null,
    fallback: details.fallback ?? null
  };
}
function citationsOf(numbers, citations) {
  const waiting = citations.filter((citation) => citation.cited !== false);
  return numbers.map((n) => {
    const at = waiting.findIndex((citation) => citation.n === n);
    return at < 0 ? null : waiting.splice(at, 1)[0] ?? null;
  });
}

// src/chat/marks.ts
var MARK = /\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g;
function makeMarks(root, numbers) {
  const marks = [];
  const walker = root.doc.createTreeWalker(
    root,
    4
    /* NodeFilter.SHOW_TEXT */
  );
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (text.parentElement?.closest("pre, code, a")) continue;
    const parts = [];
    let at = 0;
    for (const match of text.data.matchAll(MARK)) {
      const found = (match[1] ?? "").split(/[,;]/).map(Number).filter((n) => numbers.has(n));
      if (!found.length) continue;
      parts.push(text.data.slice(at, match.index).replace(/ $/, " "));
      for (const n of found) {
        const el = root.createEl("button", { cls: "khoj-lite-mark", text: String(n), attr: { type: "button" } });
        marks.push({ el, n });
        parts.push(el);
      }
      at = match.index + match[0].length;
    }
    if (parts.length) text.replaceWith(...parts, text.data.slice(at));
  }
  return marks;
}
function explainMarks(marks, turn) {
  const meanings = /* @__PURE__ */ new Map();
  const citations = citationsOf(
    marks.map(({ n }) => n),
    turn.citations
  );
  marks.forEach(({ el, n }, index) => {
    const citation = citations[index] ?? null;
    const hit = citation?.hit ?? turn.sources.find((source) => source.n === n);
    if (!hit) return;
    meanings.set(el, { hit, citation });
    if (citation) el.addClass(`is-${citation.status}`);
    const standing = citation ? STANDING[citation.status] : "";
    const quote = citation?.quote ? `
“${citation.quote.slice(0, 240)}”` : "";
    el.setAttribute("aria-label", `${hit.title}${standing}${quote}`);
  });
  return meanings;
}
var STANDING = { supported: ": the note says so", unsupported: ": the note does not say so" };

// src/chat/turn-el.ts
var FRAME_MS = 120;
var TurnElement = class {
  constructor(parent, turn, render, onDrawn) {
    this.render = render;
    this.onDrawn = onDrawn;
    this.turn = turn;
    this.el = parent.createDiv({ cls: `khoj-lite-turn is-${turn.role}` });
    this.body = this.el.createDiv({ cls: "khoj-lite-body", attr: { dir: "auto" } });
    this.foot = this.el.createDiv({ cls: "khoj-lite-foot" });
    void this.update(turn);
  }
  render;
  onDrawn;
  el;
  /** What each mark and each source below the answer opens. */
  meanings = /* @__PURE__ */ new Map();
  body;
  foot;
  turn;
  drawn = null;
  drawing = null;
  /** Shows `turn`, soon: while one state is drawn, those in between are skipped. */
  update(turn) {
    this.turn = turn;
    this.drawing ??= this.draw().finally(() => this.drawing = null);
    return this.drawing;
  }
  async draw() {
    while (this.drawn !== this.turn) {
      const turn = this.turn;
      if (turn.role === "user") this.body.setText(turn.text);
      else await this.drawAnswer(turn);
      this.drawn = turn;
      this.onDrawn();
      if (this.turn.writing) await new Promise((resolve) => window.setTimeout(resolve, FRAME_MS));
    }
  }
  async drawAnswer(turn) {
    const fresh = createDiv();
    if (turn.text) await this.render(calm(turn.text), fresh);
    const marks = makeMarks(fresh, new Set(turn.sources.map((source) => source.n)));
    this.meanings = explainMarks(marks, turn);
    this.body.replaceChildren(...Array.from(fresh.childNodes));
    this.el.toggleClass("is-writing", turn.writing);
    this.foot.empty();
    if (turn.doing) this.foot.createDiv({ cls: "khoj-lite-doing", text: `${turn.doing}…` });
    if (turn.stopped) this.foot.createDiv({ cls: "khoj-lite-doing", text: "Stopped." });
    if (turn.fault) this.say(turn.fault.message, turn.fault.hint);
    if (turn.fallback) this.say(turn.fallback.message, turn.fallback.hint);
    if (!turn.writing) this.listSources(turn);
    if (!turn.writing && turn.text) this.offerToKeep();
  }
  /** The state that is shown, or about to be. */
  get shown() {
    return this.turn;
  }
  offerToKeep() {
    const row = this.foot.createDiv({ cls: "khoj-lite-actions" });
    row.createEl("button", { cls: "khoj-lite-action", text: "Copy", attr: { type: "button", "data-does": "copy" } });
    row.createEl("button", { cls: "khoj-lite-action", text: "Insert into note", attr: { type: "button", "data-does": "insert" } });
  }
  say(message, hint) {
    const box = this.foot.createDiv({ cls: "khoj-lite-fault" });
    box.createDiv({ text: message });
    if (hint) box.createDiv({ cls: "khoj-lite-hint", text: hint });
  }
  /** The sources that the answer names; all, when it names none. */
  listSources(turn) {
    const named = new Set(Array.from(this.meanings.values(), ({ hit }) => hit.n));
    const shown = turn.sources.filter((source) => named.has(source.n) || !named.size);
    if (!shown.length) return;
    const list = this.foot.createDiv({ cls: "khoj-lite-sources" });
    for (const hit of shown) {
      const row = list.createEl("button", { cls: "khoj-lite-source", attr: { type: "button" } });
      row.createSpan({ cls: "khoj-lite-number", text: String(hit.n) });
      row.createSpan({ text: hit.title });
      const heading = hit.outline.at(-1);
      if (heading && heading !== hit.title) row.createSpan({ cls: "khoj-lite-hint", text: heading });
      this.meanings.set(row, { hit, citation: null });
    }
  }
};

// src/chat/view.ts
var CHAT_VIEW = "khoj-lite-chat";
var NEAR_END = 60;
var ChatView = class extends import_obsidian3.ItemView {
  constructor(leaf, notes) {
    super(leaf);
    this.notes = notes;
  }
  notes;
  icon = "message-circle-question";
  navigation = false;
  hoverPopover = null;
  conversation = "";
  about = null;
  controller = null;
  turns = [];
  rendered = this.addChild(new import_obsidian3.Component());
  thread;
  scopeEl;
  input;
  send;
  getViewType() {
    return CHAT_VIEW;
  }
  getDisplayText() {
    return "Chat with your notes";
  }
  onOpen() {
    this.addAction("history", "Earlier conversations", () => this.openHistory());
    this.addAction("plus", "New conversation", () => this.begin());
    this.contentEl.empty();
    this.contentEl.addClass("khoj-lite-chat");
    this.thread = this.contentEl.createDiv({ cls: "khoj-lite-thread", attr: { role: "log" } });
    const composer = this.contentEl.createDiv({ cls: "khoj-lite-composer" });
    this.scopeEl = composer.createDiv({ cls: "khoj-lite-scope" });
    const row = composer.createDiv({ cls: "khoj-lite-composer-row" });
    this.input = row.createEl("textarea", { attr: { rows: "2", placeholder: "Ask your notes", "aria-label": "Your question" } });
    this.send = row.createEl("button", { cls: "mod-cta", text: "Ask", attr: { type: "button" } });
    this.registerDomEvent(this.input, "keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || import_obsidian3.Platform.isMobile) return;
      event.preventDefault();
      this.submit();
    });
    this.registerDomEvent(this.send, "click", () => this.controller ? this.stop() : this.submit());
    this.registerDomEvent(this.thread, "click", (event) => this.follow(event));
    this.registerDomEvent(this.thread, "mouseover", (event) => {
      const button = event.target.closest("button");
      const hit = button && this.turns.map((turn) => turn.meanings.get(button)).find(Boolean)?.hit;
      if (hit) this.notes.preview(hit, event, this, button);
    });
    this.begin();
    return Promise.resolve();
  }
  onClose() {
    this.stop();
    return Promise.resolve();
  }
  /** A new conversation, about one note if one is given. */
  begin(about = null) {
    this.stop();
    this.conversation = "";
    this.clear();
    this.setAbout(about);
    const box = this.thread.createDiv({ cls: "khoj-lite-empty" });
    box.createDiv({ text: "Ask in your own words. Answers come from your notes and name them." });
    this.input.focus();
  }
  setAbout(file) {
    this.about = file;
    this.scopeEl.empty();
    this.scopeEl.toggle(file !== null);
    if (!file) return;
    this.scopeEl.createSpan({ text: `About ${file.basename}` });
    const drop = this.scopeEl.createEl("button", { cls: "clickable-icon", text: "×", attr: { type: "button", "aria-label": "Ask all notes" } });
    drop.onclick = () => this.setAbout(null);
  }
  get busy() {
    return this.controller !== null;
  }
  /** Ends the answer that is written; what was written stays. */
  stop() {
    this.controller?.abort();
  }
  openHistory() {
    new HistoryModal(this.notes, (id) => void this.show(id)).open();
  }
  async show(id) {
    this.stop();
    this.clear();
    this.setAbout(null);
    try {
      const { messages } = await this.notes.client.conversation(id);
      this.conversation = id;
      for (const message of messages) this.add(kept(message));
      const path = scopeOf(messages.findLast((message) => message.role === "user")?.text ?? "");
      this.setAbout(path ? this.notes.fileOf({ path }) : null);
    } catch (thrown) {
      this.add(ended(awaited(), { fault: asFault(thrown) }));
    }
  }
  submit() {
    const text = this.input.value.trim();
    if (!text || this.controller) return;
    this.input.value = "";
    void this.ask(text);
  }
  async ask(text) {
    if (!this.turns.length) this.thread.empty();
    this.add(question(text));
    let turn = awaited();
    const shown = this.add(turn);
    const controller = this.controller = new AbortController();
    this.send.setText("Stop");
    try {
      const body = { message: this.narrowed(text), ...this.conversation ? { conversation_id: this.conversation } : {} };
      for await (const event of this.notes.client.chat(body, controller.signal)) {
        if (event.event === "conversation") this.conversation = event.id;
        turn = taken(turn, event);
        void shown.update(turn);
      }
      turn = ended(turn);
    } catch (thrown) {
      turn = ended(turn, wasAborted(thrown) ? { stopped: true } : { fault: asFault(thrown) });
      if (turn.fault && !turn.text && !this.input.value) this.input.value = text;
    } finally {
      if (this.controller === controller) this.controller = null;
      this.send.setText("Ask");
      void shown.update(turn);
    }
  }
  /** The question with the filters of its scope; commands like /help take none. */
  narrowed(text) {
    if (text.startsWith("/")) return text;
    const { place, settings } = this.notes;
    const filters = this.about ? fileFilter(place.absolute(this.about.path)) : scopeFilters(text, settings, place);
    return `${filters} ${text}`.trim();
  }
  add(turn) {
    const { rendered } = this;
    let part = null;
    const render = (markdown, into) => {
      if (part) rendered.removeChild(part);
      part = rendered.addChild(new import_obsidian3.Component());
      return import_obsidian3.MarkdownRenderer.render(this.app, markdown, into, "", part);
    };
    const made = new TurnElement(this.thread, turn, render, () => this.keepUp());
    this.turns.push(made);
    made.el.scrollIntoView({ block: "end" });
    return made;
  }
  clear() {
    this.removeChild(this.rendered);
    this.rendered = this.addChild(new import_obsidian3.Component());
    this.turns = [];
    this.thread.empty();
  }
  /** Stays at the end unless the reader went up. */
  keepUp() {
    const { scrollHeight, scrollTop, clientHeight } = this.thread;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END + clientHeight / 2) this.thread.scrollTop = scrollHeight;
  }
  follow(event) {
    const target = event.target;
    const link = target.closest("a.internal-link")?.getAttribute("href");
    if (link) return void this.app.workspace.openLinkText(link, "", import_obsidian3.Keymap.isModEvent(event));
    const button = target.closest("button");
    if (!button) return;
    for (const turn of this.turns) {
      const meaning = turn.meanings.get(button);
      if (meaning) void this.notes.open(meaning.hit, import_obsidian3.Keymap.isModEvent(event));
      else if (turn.el.contains(button)) this.keep(turn.shown, button.dataset["does"] ?? "");
    }
  }
  /** Takes an answer elsewhere, its numbers as links. */
  keep(turn, how) {
    const text = written({ ...turn, text: calm(turn.text) }, (hit) => this.notes.link(hit));
    if (how === "insert") insertText(this.app, `${text}
`);
    if (how === "copy") void navigator.clipboard.writeText(text).then(() => new import_obsidian3.Notice("Copied."));
  }
};

// src/search/modal.ts
var import_obsidian4 = require("obsidian");

// src/search/excerpt.ts
function pieces(text, highlights) {
  const letters = Array.from(text);
  const found = [];
  let at = 0;
  const add = (end, marked) => {
    if (end > at) found.push({ text: letters.slice(at, end).join(""), marked });
    at = Math.max(at, end);
  };
  for (const [start, end] of [...highlights].sort((a, b) => a[0] - b[0])) {
    add(Math.min(start, letters.length), false);
    add(Math.min(end, letters.length), true);
  }
  add(letters.length, false);
  return found;
}

// src/result.ts
var SNIPPET_LETTERS = 320;
function drawHit(parent, hit, notes) {
  const file = notes.fileOf(hit);
  const head = parent.createDiv({ cls: "khoj-lite-hit-head" });
  head.createSpan({ cls: "khoj-lite-hit-title", text: hit.title || hit.path });
  if (hit.page) head.createSpan({ cls: "khoj-lite-hit-kind", text: `page ${hit.page}` });
  else if (hit.type !== "markdown") head.createSpan({ cls: "khoj-lite-hit-kind", text: hit.type });
  const headings = headingsOf(hit);
  if (headings.length) parent.createDiv({ cls: "khoj-lite-hit-outline", text: headings.join(" › ") });
  const snippet = parent.createDiv({ cls: "khoj-lite-hit-snippet", attr: { dir: "auto" } });
  drawSnippet(snippet, hit);
  const folder = file ? file.path : `${hit.source} · ${hit.path.split(/[\\/]/).slice(-2).join("/")}`;
  parent.createDiv({ cls: "khoj-lite-hit-path", text: folder });
}
function drawSnippet(parent, hit) {
  let left = SNIPPET_LETTERS;
  for (const { text, marked } of pieces(hit.snippet, hit.highlights)) {
    if (left <= 0) break;
    const shown = text.replace(/\s+/g, " ").slice(0, left);
    left -= shown.length;
    if (marked) parent.createEl("mark", { text: shown });
    else parent.appendText(shown);
  }
}

// src/search/offers.ts
var FILTERS = [
  ["tag:", "notes with a tag"],
  ['file:""', "notes by name or folder"],
  ['dt>=""', 'notes of a time: dt>="last week"'],
  ["type:", "markdown, org, pdf and others"],
  ["source:", "one of the places that notes come from"],
  ['+""', "words that must be there"]
];
var OPEN = /(?:^|\s)-?(tag|type|source|todo|prop):([^\s"']*)$|(?:^|\s)-?#([^\s#]+)$/;
function openFilter(query) {
  const match = OPEN.exec(query);
  if (!match) return null;
  return { field: match[1] ?? "tag", prefix: match[2] ?? match[3] ?? "" };
}
function completed(query, prefix, value) {
  const quoted = /[\s"']/.test(value) ? `"${value.replaceAll('"', "'")}"` : value;
  return `${query.slice(0, query.length - prefix.length)}${quoted} `;
}
function filterOffers(query) {
  return FILTERS.map(([filter, about]) => ({ query: query + filter, label: filter, about }));
}

// src/search/modal.ts
var PATIENCE_MS = 1500;
var SearchModal = class extends import_obsidian4.SuggestModal {
  /** `purpose`: what Enter does with the result. */
  constructor(notes, purpose = "open") {
    super(notes.app);
    this.notes = notes;
    this.purpose = purpose;
    this.modalEl.addClass("khoj-lite-search");
    this.setPlaceholder(purpose === "insert" ? "Search for a note to link to" : "Search your notes, in your own words");
    this.limit = notes.settings.results;
    this.emptyStateText = "Nothing in your notes matches this.";
    this.notice = createDiv({ cls: "khoj-lite-notice" });
    this.notice.hide();
    this.resultContainerEl.before(this.notice);
    this.scope.register(["Mod"], "Enter", (event) => this.chooseActive(event));
    this.scope.register(["Shift"], "Enter", (event) => this.chooseActive(event));
    if (!import_obsidian4.Platform.isMobile) this.explainKeys();
  }
  notes;
  purpose;
  latest = new Latest();
  notice;
  waiting;
  onClose() {
    this.latest.stop();
    window.clearTimeout(this.waiting);
    super.onClose();
  }
  async getSuggestions(query) {
    if (!query.trim()) {
      this.latest.stop();
      this.say("");
      return filterOffers("").map((offer) => ({ kind: "offer", offer }));
    }
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.say("khoj_lite is still searching…"), PATIENCE_MS);
    try {
      return await this.latest.run((signal) => this.find(query, signal));
    } catch (thrown) {
      return this.failed(asFault(thrown));
    }
  }
  renderSuggestion(row, el) {
    if (row.kind === "hit") {
      el.addClass("khoj-lite-hit");
      drawHit(el, row.hit, this.notes);
      return;
    }
    el.addClass("khoj-lite-offer");
    el.createEl("code", { text: row.offer.label });
    el.createSpan({ text: row.offer.about });
  }
  /** An offer goes into the query and the modal stays open. */
  selectSuggestion(row, event) {
    if (row.kind === "hit") return super.selectSuggestion(row, event);
    this.write(row.offer.query);
  }
  onChooseSuggestion(row, event) {
    if (row.kind !== "hit") return;
    const shift = event.shiftKey && event instanceof KeyboardEvent;
    if (this.purpose === "insert" || shift) insertText(this.app, this.notes.link(row.hit));
    else void this.notes.open(row.hit, import_obsidian4.Keymap.isModEvent(event));
  }
  chooseActive(event) {
    this.selectActiveSuggestion(event);
    return false;
  }
  async find(query, signal) {
    const { client, settings, place } = this.notes;
    const open = openFilter(query);
    if (open) {
      const { values } = await client.suggest(open.field, open.prefix, signal);
      const more = values.filter((each) => each.value !== open.prefix);
      if (more.length) {
        this.say("");
        return more.map(({ value, count }) => ({
          kind: "offer",
          offer: { query: completed(query, open.prefix, value), label: value, about: count === 1 ? "1 entry" : `${count} entries` }
        }));
      }
    }
    const answer = await client.search(scoped(query, settings, place), settings.results, signal);
    this.say(answer.notice);
    return answer.hits.map((hit) => ({ kind: "hit", hit }));
  }
  failed(fault) {
    this.say(`${fault.message} ${fault.hint}`.trim(), fault.kind !== "refused");
    return [];
  }
  /** A line above the results; "" takes it away. */
  say(text, isFault = false) {
    window.clearTimeout(this.waiting);
    this.notice.setText(text);
    this.notice.toggle(text !== "");
    this.notice.toggleClass("is-fault", isFault);
    this.modalEl.toggleClass("khoj-lite-away", isFault);
  }
  write(query) {
    this.inputEl.value = query;
    const inside = /""$/.test(query) ? query.length - 1 : query.length;
    this.inputEl.setSelectionRange(inside, inside);
    this.inputEl.focus();
    this.inputEl.dispatchEvent(new Event("input"));
  }
  explainKeys() {
    this.setInstructions([
      { command: "↑↓", purpose: "to move" },
      ...this.purpose === "insert" ? [{ command: "↵", purpose: "to insert a link" }] : [
        { command: "↵", purpose: "to open" },
        { command: import_obsidian4.Platform.isMacOS ? "cmd ↵" : "ctrl ↵", purpose: "to open in a new tab" },
        { command: "shift ↵", purpose: "to insert a link" }
      ],
      { command: "esc", purpose: "to close" }
    ]);
  }
};

// src/settings.ts
var import_obsidian5 = require("obsidian");

// src/status/words.ts
function wordsFor({ standing, percent, fault, status }, version) {
  switch (standing) {
    case "connecting":
      return { short: "connecting", long: "Looking for khoj_lite." };
    case "indexing":
      return {
        short: percent === null ? "indexing" : `indexing ${percent} %`,
        long: "Notes are being read; what is done can be found already."
      };
    case "restarting":
      return { short: "restarting", long: "khoj_lite went away a moment ago; waiting for it to come back." };
    case "token":
      return { short: "not let in", long: `khoj_lite does not know this token. ${NEW_TOKEN}` };
    case "offline":
      return { short: "offline", long: fault ? `${fault.message} ${fault.hint}`.trim() : `khoj_lite is not running. ${START}` };
    case "ready": {
      const other = status && otherVersion(status.version, version);
      if (other) return { short: "other version", long: other };
      const notes = status?.files ?? 0;
      return { short: "ready", long: `${notes.toLocaleString("en")} ${notes === 1 ? "file" : "files"} can be searched.` };
    }
  }
}
function otherVersion(daemon, plugin) {
  const series = (version) => version.split(".").slice(0, 2).join(".");
  if (series(daemon) === series(plugin)) return "";
  return `khoj_lite is version ${daemon}, this plugin ${plugin}. Run \`khoj-lite obsidian install\` with the path of this vault, then reload the plugin.`;
}

// src/settings.ts
var DEFAULTS = {
  address: "http://127.0.0.1:42110",
  token: "",
  vault: "",
  results: 20,
  everywhere: true,
  leaveOut: ""
};
function readSettings(data) {
  const given = typeof data === "object" && data !== null ? data : {};
  const of = (name, usual) => typeof given[name] === typeof usual ? given[name] : usual;
  const results = Math.round(of("results", DEFAULTS.results));
  return {
    address: of("address", DEFAULTS.address).trim() || DEFAULTS.address,
    token: of("token", DEFAULTS.token).trim(),
    vault: of("vault", DEFAULTS.vault).trim(),
    results: results >= 5 && results <= 100 ? results : DEFAULTS.results,
    everywhere: of("everywhere", DEFAULTS.everywhere),
    leaveOut: of("leaveOut", DEFAULTS.leaveOut)
  };
}
var SettingsTab = class extends import_obsidian5.PluginSettingTab {
  constructor(app, plugin, notes, save) {
    super(app, plugin);
    this.plugin = plugin;
    this.notes = notes;
    this.save = save;
  }
  plugin;
  notes;
  save;
  display() {
    const { containerEl } = this;
    const { settings } = this.notes;
    containerEl.empty();
    new import_obsidian5.Setting(containerEl).setName("Address").setDesc("Where khoj_lite answers. The installer fills this in.").addText(
      (text) => text.setPlaceholder(DEFAULTS.address).setValue(settings.address).onChange((value) => this.save({ address: value.trim() || DEFAULTS.address }))
    );
    new import_obsidian5.Setting(containerEl).setName("Token").setDesc("What `khoj-lite token` prints. It stays in this vault's plugin folder.").addText((text) => {
      text.inputEl.type = "password";
      text.setValue(settings.token).onChange((value) => this.save({ token: value.trim() }));
    });
    const test = new import_obsidian5.Setting(containerEl).setName("Connection").setDesc("Ask khoj_lite whether it is there and lets this vault in.");
    test.addButton(
      (button) => button.setButtonText("Test connection").onClick(async () => {
        button.setDisabled(true);
        test.setDesc("Asking…");
        test.setDesc(await this.tested());
        button.setDisabled(false);
      })
    );
    new import_obsidian5.Setting(containerEl).setName("Results").setDesc("How many results a search shows.").addSlider(
      (slider) => slider.setLimits(5, 100, 5).setValue(settings.results).onChange((value) => this.save({ results: value }))
    );
    new import_obsidian5.Setting(containerEl).setName("Search beyond this vault").setDesc("Everything else that was added to khoj_lite is searched too: other folders, books, repositories.").addToggle((toggle) => toggle.setValue(settings.everywhere).onChange((value) => this.save({ everywhere: value })));
    new import_obsidian5.Setting(containerEl).setName("Folders to leave out").setDesc("Folders of this vault that are not searched, one a line.").addTextArea(
      (area) => area.setPlaceholder("Archive").setValue(settings.leaveOut).onChange((value) => this.save({ leaveOut: value }))
    );
    new import_obsidian5.Setting(containerEl).setName("Vault folder").setDesc("Where this vault lies on the machine of khoj_lite. Needed only on another device, such as a phone.").addText((text) => text.setValue(settings.vault).onChange((value) => this.save({ vault: value.trim() })));
  }
  /** In a sentence, how it stands. */
  async tested() {
    const { client, place, follower } = this.notes;
    try {
      const health = await client.health();
      const { sources } = await client.sources();
      follower.again();
      const other = otherVersion(health.version, this.plugin.manifest.version);
      if (other) return other;
      const brought = sources.some((source) => place.broughtBy(source.location));
      if (brought) return `Connected to khoj_lite ${health.version}; this vault is indexed.`;
      return `Connected to khoj_lite ${health.version}, but this vault is none of its sources. Run \`khoj-lite add\` with its path.`;
    } catch (thrown) {
      const fault = asFault(thrown);
      return `${fault.message} ${fault.hint}`.trim();
    }
  }
};

// src/similar/view.ts
var import_obsidian6 = require("obsidian");
var SIMILAR_VIEW = "khoj-lite-similar";
var REST_MS2 = 250;
var SimilarView = class extends import_obsidian6.ItemView {
  constructor(leaf, notes) {
    super(leaf);
    this.notes = notes;
  }
  notes;
  icon = "waypoints";
  hoverPopover = null;
  controller = new AbortController();
  shown = "";
  rows = /* @__PURE__ */ new Map();
  soon = (0, import_obsidian6.debounce)(() => void this.refresh(), REST_MS2, true);
  getViewType() {
    return SIMILAR_VIEW;
  }
  getDisplayText() {
    return "Similar notes";
  }
  async onOpen() {
    this.contentEl.addClass("khoj-lite-similar");
    this.registerDomEvent(this.contentEl, "click", (event) => this.choose(event));
    this.registerDomEvent(this.contentEl, "keydown", (event) => {
      if (event.key === "Enter") this.choose(event);
    });
    this.registerDomEvent(this.contentEl, "mouseover", (event) => {
      const row = event.target.closest(".khoj-lite-row");
      const hit = row && this.rows.get(row);
      if (hit) this.notes.preview(hit, event, this, row);
    });
    this.registerEvent(this.app.workspace.on("file-open", () => this.soon()));
    this.registerEvent(this.app.workspace.on("layout-change", () => this.soon()));
    this.register(this.notes.follower.onRenewal(() => this.renew()));
    let standing = "";
    this.register(
      this.notes.follower.onState((state) => {
        const back = standing !== "" && standing !== state.standing && state.standing === "ready";
        standing = state.standing;
        if (back) this.renew();
      })
    );
    await this.refresh();
  }
  onClose() {
    this.controller.abort();
    return Promise.resolve();
  }
  choose(event) {
    const row = event.target.closest(".khoj-lite-row");
    const hit = row && this.rows.get(row);
    if (hit) void this.notes.open(hit, import_obsidian6.Keymap.isModEvent(event));
  }
  empty() {
    this.rows.clear();
    this.contentEl.empty();
  }
  renew() {
    this.shown = "";
    this.soon();
  }
  async refresh() {
    const file = this.app.workspace.getActiveFile();
    if (!this.containerEl.isShown() || (file?.path ?? "/") === this.shown) return;
    this.controller.abort();
    const controller = this.controller = new AbortController();
    this.shown = file?.path ?? "/";
    if (!file) return this.say("Open a note to see others like it.");
    if (!this.notes.place.known) return this.say("Where this vault lies on the machine of khoj_lite is not known.", "Put its folder into the settings.");
    try {
      const path = this.notes.place.absolute(file.path);
      const { hits } = await this.notes.client.similar(path, this.notes.settings.results, controller.signal);
      this.draw(file, hits);
    } catch (thrown) {
      if (!wasAborted(thrown)) this.failed(asFault(thrown));
    }
  }
  draw(file, hits) {
    const others = oneEach(hits.filter((hit) => this.notes.fileOf(hit)?.path !== file.path));
    if (!others.length) return this.say("No other note is like this one.");
    this.empty();
    this.contentEl.createDiv({ cls: "khoj-lite-similar-head", text: `Like ${file.basename}` });
    for (const hit of others) {
      const row = this.contentEl.createDiv({ cls: "khoj-lite-hit khoj-lite-row", attr: { role: "button", tabindex: "0" } });
      drawHit(row, hit, this.notes);
      this.rows.set(row, hit);
    }
  }
  failed(fault) {
    this.shown = "";
    if (fault.code === "not_found") return this.say("This note is not indexed yet.", "It will be in a moment if its folder is a source; `khoj-lite sources` lists them.");
    this.say(fault.message, fault.hint);
  }
  say(message, hint = "") {
    this.empty();
    const box = this.contentEl.createDiv({ cls: "khoj-lite-empty" });
    box.createDiv({ text: message });
    if (hint) box.createDiv({ cls: "khoj-lite-hint", text: hint });
  }
};
function oneEach(hits) {
  const seen = /* @__PURE__ */ new Set();
  return hits.filter((hit) => !seen.has(hit.path) && seen.add(hit.path));
}

// src/status/bar.ts
var import_obsidian7 = require("obsidian");
function addStatusBar(plugin, follower, actions) {
  const el = plugin.addStatusBarItem();
  el.addClass("khoj-lite-status", "mod-clickable");
  el.setAttribute("aria-label-position", "top");
  const { version } = plugin.manifest;
  let state = follower.state;
  const show = (next) => {
    state = next;
    const words = wordsFor(state, version);
    el.setText(`Khoj lite: ${words.short}`);
    el.setAttribute("aria-label", words.long);
    el.dataset["standing"] = state.standing;
  };
  plugin.register(follower.onState(show));
  plugin.registerDomEvent(el, "click", (event) => {
    const menu = new import_obsidian7.Menu();
    menu.addItem((item) => item.setTitle(wordsFor(state, version).long).setIsLabel(true));
    menu.addItem((item) => item.setTitle("Search notes").setIcon("search").onClick(() => actions.search()));
    menu.addItem((item) => item.setTitle("Sync now").setIcon("refresh-cw").onClick(() => actions.sync()));
    menu.addItem((item) => item.setTitle("Look again").setIcon("plug").onClick(() => follower.again()));
    menu.addItem((item) => item.setTitle("Open settings").setIcon("settings").onClick(() => actions.settings()));
    menu.showAtMouseEvent(event);
  });
}

// src/status/follower.ts
var RESTART_MS = 8e3;
var BACKOFF_MS = [500, 1e3, 2e3, 5e3, 1e4];
var POLL_MS = 5e3;
var SETTLE_MS = 500;
var Follower = class {
  constructor(client, now = () => Date.now()) {
    this.client = client;
    this.now = now;
  }
  client;
  now;
  state = { standing: "connecting", percent: null, fault: null, status: null };
  listeners = /* @__PURE__ */ new Set();
  renewals = /* @__PURE__ */ new Set();
  controller = null;
  wake = null;
  settling;
  goneSince = 0;
  /** Tells `listener` each new state, and the present one at once. The result ends it. */
  onState(listener) {
    this.listeners.add(listener);
    listener(this.state);
    return () => this.listeners.delete(listener);
  }
  /** Tells `listener` when what is found may be another: files came or went. The result ends it. */
  onRenewal(listener) {
    this.renewals.add(listener);
    return () => this.renewals.delete(listener);
  }
  start() {
    if (this.controller) return;
    this.controller = new AbortController();
    void this.follow(this.controller.signal);
  }
  stop() {
    this.controller?.abort();
    this.controller = null;
    window.clearTimeout(this.settling);
    this.settling = void 0;
    this.wake?.();
  }
  /** Looks again now, with whatever the settings say now. */
  again() {
    this.stop();
    this.goneSince = 0;
    this.set({ standing: "connecting", percent: null, fault: null });
    this.start();
  }
  async follow(signal) {
    for (let attempt = 0; !signal.aborted; ) {
      try {
        const status = await this.client.status(signal);
        attempt = 0;
        this.take(status);
        if (this.goneSince) this.renew();
        this.goneSince = 0;
        if (this.client.streams) await this.listen(signal);
        else {
          await this.rest(POLL_MS, signal);
          continue;
        }
      } catch (thrown) {
        if (signal.aborted || wasAborted(thrown)) return;
        this.lost(asFault(thrown));
      }
      await this.rest(BACKOFF_MS[Math.min(attempt++, BACKOFF_MS.length - 1)] ?? 0, signal);
    }
  }
  async listen(signal) {
    for await (const change of this.client.events(signal)) this.hear(change, signal);
  }
  hear(change, signal) {
    switch (change.event) {
      case "index":
        this.indexing(change["index"] ?? {}, signal);
        break;
      case "files":
      case "sources":
      case "missed":
        this.renew();
        this.soon(signal);
        break;
      case "job":
        if (change["job"]?.finished) this.soon(signal);
        break;
    }
  }
  indexing(index, signal) {
    if (!index.state || index.state === "idle") this.soon(signal);
    else this.set({ standing: "indexing", percent: percentOf(index), fault: null });
  }
  take(status) {
    const busy = status.index.state !== "idle";
    this.set({ standing: busy ? "indexing" : "ready", percent: busy ? percentOf(status.index) : null, fault: null, status });
  }
  lost(fault) {
    if (fault.kind === "token") return this.set({ standing: "token", percent: null, fault });
    const { standing } = this.state;
    if (standing === "ready" || standing === "indexing") this.goneSince = this.now();
    const back = this.goneSince > 0 && this.now() - this.goneSince < RESTART_MS;
    this.set({ standing: back ? "restarting" : "offline", percent: null, fault });
  }
  /** The status, a moment from now: many changes are one question. */
  soon(signal) {
    this.settling ??= window.setTimeout(() => {
      this.settling = void 0;
      this.client.status(signal).then(
        (status) => this.take(status),
        () => void 0
        // the stream ends as well, and says so
      );
    }, SETTLE_MS);
  }
  renew() {
    for (const each of this.renewals) each();
  }
  rest(ms, signal) {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = window.setTimeout(resolve, ms);
      this.wake = () => {
        window.clearTimeout(timer);
        resolve();
      };
    });
  }
  set(change) {
    const before = this.state;
    this.state = { ...before, ...change };
    const { standing, percent, fault, status } = this.state;
    if (standing === before.standing && percent === before.percent && fault === before.fault && status === before.status) return;
    for (const listener of this.listeners) listener(this.state);
  }
};
function percentOf({ done = 0, total = 0 }) {
  return total > 0 ? Math.min(100, Math.floor(100 * done / total)) : null;
}

// src/status/sync.ts
var POLL_MS2 = 500;
async function sync(client, place) {
  const { sources } = await client.sources();
  const ours = sources.filter((source) => place.broughtBy(source.location)).map((source) => source.name);
  let job = await client.index(ours);
  while (job.state === "queued" || job.state === "running") {
    await new Promise((resolve) => window.setTimeout(resolve, POLL_MS2));
    job = await client.job(job.id);
  }
  return reportOf(job);
}
function reportOf(job) {
  if (job.error) return `${job.error.message} ${job.error.hint}`.trim();
  if (job.state === "cancelled") return "Syncing was cancelled.";
  const files = job.result?.["files"] ?? {};
  const parts = ["added", "changed", "renamed", "removed", "failed"].filter((name) => (files[name] ?? 0) > 0).map((name) => `${files[name]} ${name}`);
  return parts.length ? `Notes are up to date: ${parts.join(", ")}.` : "Notes are up to date: nothing had changed.";
}

// src/vault/line.ts
function lineOf(hit, headings) {
  const line = Math.max(0, hit.line - 1);
  const wanted = hit.outline.at(-1);
  if (wanted === void 0) return line;
  const above = headings.filter((each) => each.line <= line).at(-1);
  if (above && same(above.heading, wanted)) return line;
  const moved = headings.filter((each) => same(each.heading, wanted));
  const nearest = moved.sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line))[0];
  return nearest ? nearest.line : line;
}
function same(one, other) {
  const bare2 = (text) => text.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
  return bare2(one) === bare2(other);
}

// src/vault/open.ts
async function openInVault(app, file, hit, pane) {
  if (file.extension !== "md") {
    await app.workspace.openLinkText(linkText(file.path, hit), "", pane);
    return;
  }
  const headings = app.metadataCache.getFileCache(file)?.headings ?? [];
  const line = lineOf(hit, headings.map((each) => ({ heading: each.heading, line: each.position.start.line })));
  await app.workspace.getLeaf(pane).openFile(file, { active: true, eState: { line } });
}

// src/vault/place.ts
var VaultPlace = class _VaultPlace {
  bases;
  /** `bases`: folders that this vault is known as, best first; empty ones do not count. */
  constructor(bases) {
    this.bases = bases.map(tidy).filter(Boolean);
  }
  /** Whether it is known at all: a phone knows it only from what the installer wrote. */
  get known() {
    return this.bases.length > 0;
  }
  /** A hit's path within the vault, or null when it lies elsewhere. */
  inside(path) {
    const clean = tidy(path);
    for (const base of this.bases) {
      const head = base.endsWith("/") ? base : `${base}/`;
      const same2 = isWindows(base) ? clean.toLowerCase().startsWith(head.toLowerCase()) : clean.startsWith(head);
      if (same2 && !clean.includes("!/")) return clean.slice(head.length);
    }
    return null;
  }
  /** The path that the daemon knows a note by. */
  absolute(path) {
    const base = this.bases[0] ?? "";
    const joined = base.endsWith("/") ? base + path : `${base}/${path}`;
    return isWindows(base) ? joined.replaceAll("/", "\\") : joined;
  }
  /** Whether a source at `location` brings this vault in: it is the vault, or holds it. */
  broughtBy(location) {
    const outer = tidy(location);
    const head = outer.endsWith("/") ? outer : `${outer}/`;
    return this.bases.some((base) => base === outer || base.startsWith(head));
  }
  /** The same place, called first as the daemon calls it: it knows folders by their real paths, and
   * a vault may be opened through a link to one. `locations` are those of its sources. */
  knownBy(locations) {
    const brought = (base) => locations.some((location) => new _VaultPlace([base]).broughtBy(location));
    return new _VaultPlace([...this.bases].sort((a, b) => Number(brought(b)) - Number(brought(a))));
  }
};
function tidy(path) {
  const clean = path.normalize("NFC").replace(/^\\\\\?\\/, "");
  const forward = isWindows(clean) ? clean.replaceAll("\\", "/") : clean;
  return forward.length > 1 ? forward.replace(/\/+$/, "") : forward;
}
function isWindows(path) {
  return /^([A-Za-z]:[\\/]|\\\\)/.test(path);
}

// src/main.ts
var KhojLitePlugin = class extends import_obsidian8.Plugin {
  settings;
  client;
  follower;
  place;
  syncing = false;
  /** An address is typed letter by letter: only the whole of it is tried. */
  reconnect = (0, import_obsidian8.debounce)(() => this.follower.again(), 600, true);
  async onload() {
    this.take(readSettings(await this.loadData()));
    this.client = new Client(() => this.settings, import_obsidian8.Platform.isAndroidApp ? overHost(import_obsidian8.requestUrl) : overFetch);
    this.follower = new Follower(this.client);
    this.registerView(SIMILAR_VIEW, (leaf) => new SimilarView(leaf, this));
    this.registerView(CHAT_VIEW, (leaf) => new ChatView(leaf, this));
    this.registerHoverLinkSource(this.manifest.id, { display: this.manifest.name, defaultMod: true });
    this.addSettingTab(new SettingsTab(this.app, this, this, (change) => this.save(change)));
    this.addRibbonIcon("search", "Search notes by meaning", () => this.search());
    addStatusBar(this, this.follower, {
      search: () => this.search(),
      sync: () => void this.sync(),
      settings: () => this.showSettings()
    });
    this.addCommands();
    this.follower.onState(({ status }) => {
      if (status) this.place = this.place.knownBy(status.sources.map((source) => source.location));
    });
    this.app.workspace.onLayoutReady(() => this.follower.start());
    this.register(() => {
      this.reconnect.cancel();
      this.follower.stop();
    });
  }
  /** Obsidian calls this when data.json was changed from outside: by the installer, or a sync. */
  async onExternalSettingsChange() {
    this.take(readSettings(await this.loadData()));
    this.follower.again();
  }
  fileOf(hit) {
    const path = this.place.inside(hit.path);
    return path === null ? null : this.app.vault.getFileByPath(path);
  }
  async open(hit, pane) {
    const file = this.fileOf(hit);
    if (file) await openInVault(this.app, file, hit, pane);
    else window.open(hit.uri);
  }
  preview(hit, event, hoverParent, targetEl) {
    const file = this.fileOf(hit);
    if (!file) return;
    const linktext = linkText(file.path, hit);
    this.app.workspace.trigger("hover-link", { event, source: this.manifest.id, hoverParent, targetEl, linktext, sourcePath: "" });
  }
  link(hit) {
    const file = this.fileOf(hit);
    return file ? wikilink(file.path, hit) : outerLink(hit);
  }
  async ask(about) {
    const view = await this.reveal(CHAT_VIEW);
    if (view instanceof ChatView) view.begin(about);
  }
  addCommands() {
    this.addCommand({ id: "search", name: "Search notes", callback: () => this.search() });
    this.addCommand({
      id: "insert-link",
      name: "Insert link to a note",
      editorCallback: () => new SearchModal(this, "insert").open()
    });
    this.addCommand({ id: "similar", name: "Show similar notes", callback: () => void this.reveal(SIMILAR_VIEW) });
    this.addCommand({ id: "chat", name: "Chat with your notes", callback: () => void this.reveal(CHAT_VIEW) });
    this.addCommand({
      id: "ask-note",
      name: "Ask about this note",
      checkCallback: (checking) => {
        const file = this.app.workspace.getActiveViewOfType(import_obsidian8.MarkdownView)?.file ?? null;
        if (!file || !this.place.known) return false;
        if (!checking) void this.ask(file);
        return true;
      }
    });
    this.addCommand({
      id: "stop",
      name: "Stop the answer",
      checkCallback: (checking) => {
        const writing = this.chats().filter((view) => view.busy);
        if (!checking) writing.forEach((view) => view.stop());
        return writing.length > 0;
      }
    });
    this.addCommand({
      id: "history",
      name: "Open an earlier conversation",
      callback: async () => {
        const view = await this.reveal(CHAT_VIEW);
        if (view instanceof ChatView) view.openHistory();
      }
    });
    this.addCommand({ id: "sync", name: "Sync now", callback: () => void this.sync() });
  }
  search() {
    new SearchModal(this).open();
  }
  async sync() {
    if (this.syncing) return;
    this.syncing = true;
    try {
      new import_obsidian8.Notice(await sync(this.client, this.place));
    } catch (thrown) {
      const fault = asFault(thrown);
      new import_obsidian8.Notice(`${fault.message} ${fault.hint}`.trim());
    } finally {
      this.syncing = false;
    }
  }
  chats() {
    return this.app.workspace.getLeavesOfType(CHAT_VIEW).map((leaf) => leaf.view).filter((view) => view instanceof ChatView);
  }
  /** The view of a kind in the right side bar, made if there is none. */
  async reveal(type) {
    const leaf = await this.app.workspace.ensureSideLeaf(type, "right", { active: true, reveal: true });
    return leaf.view;
  }
  showSettings() {
    const { setting } = this.app;
    setting?.open();
    setting?.openTabById(this.manifest.id);
  }
  take(settings) {
    this.settings = settings;
    const { adapter } = this.app.vault;
    const here = adapter instanceof import_obsidian8.FileSystemAdapter ? adapter.getBasePath() : "";
    this.place = new VaultPlace([here, settings.vault]);
  }
  async save(change) {
    this.take(readSettings({ ...this.settings, ...change }));
    await this.saveData(this.settings);
    if ("address" in change || "token" in change) this.reconnect();
  }
};
