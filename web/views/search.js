/** Search: the field, the hits, and the chosen note beside them. */
import { html, useEffect, useRef } from "../vendor/preact.js";
import { Chips } from "../components/chips.js";
import { Fault } from "../components/fault.js";
import { later } from "../components/later.js";
import { LongList } from "../components/long-list.js";
import { Notice, ResultTools } from "../components/result-tools.js";
import { Result } from "../components/result.js";
import { SearchField } from "../components/search-field.js";
import { Skeletons } from "../components/skeletons.js";
import { isTyping } from "../keys.js";
import { count, plural } from "../format.js";
import { indexing, isEmpty, status } from "../live.js";
import * as results from "../results.js";
import { isWide } from "../screen.js";
import { stylesheet } from "../stylesheet.js";

/** @typedef {import("../types.js").Hit} Hit */

const PREVIEW_MS = 220;
const HEIGHT = 132; // of a result, about
const AHEAD = 5; // so near the end the next ones are asked for

/** What the first sight of the page can do without. */
const Beside = later(
  async () => (await import("../components/note-pane.js")).NotePane,
  html`<aside class="note-pane" aria-label="Note"></aside>`,
);
const Welcome = later(async () => (await stylesheet("pages.css"), (await import("../components/welcome.js")).Welcome), null);
const Home = later(async () => (await stylesheet("home.css"), (await import("../components/home.js")).Home), null);
const Star = later(async () => (await import("../components/star.js")).Star, null);

export function SearchView() {
  const asked = results.hasQuestion.value;
  const hits = results.hits.value;
  const shown = results.shown.value;
  const wide = isWide.value;

  // Where there is room, the chosen note shows itself once typing rests.
  useEffect(() => {
    if (!wide || !hits.length) return;
    const timer = setTimeout(() => (results.shown.value = hits[results.selected.value] ?? null), PREVIEW_MS);
    return () => clearTimeout(timer);
  }, [wide, hits]);

  /** @param {number} index @param {{focus?: boolean}} [options] */
  const choose = (index, { focus = true } = {}) => {
    const hit = hits[index];
    if (!hit) return false;
    results.selected.value = index;
    if (wide) results.shown.value = hit;
    if (focus) focusOn(hit);
    if (index >= hits.length - AHEAD) results.showMore();
    return true;
  };
  /** @param {Hit} hit */
  const read = (hit) => {
    results.keepRecent();
    results.selected.value = Math.max(0, results.hits.peek().indexOf(hit));
    results.shown.value = hit;
    requestAnimationFrame(() => document.getElementById("note-body")?.focus({ preventScroll: true }));
  };
  const back = () => {
    if (!wide) results.shown.value = null;
    const hit = hits[results.selected.value];
    if (hit) requestAnimationFrame(() => focusOn(hit));
  };
  /** @param {string} key */
  const leaveField = (key) => {
    if (key === "ArrowDown") return choose(results.selected.value);
    const hit = hits[results.selected.value];
    if (key === "Enter" && hit) read(hit);
    return key === "Enter";
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const now = results.selected.value;
    const hit = hits[now];
    const inNote = /** @type {Element} */ (event.target).closest(".note-pane") !== null;
    const { key } = event;
    let done = true;
    if (key === "Escape") inNote ? back() : document.getElementById("q")?.focus();
    else if (key === "o" && hit) import("../components/open-note.js").then(({ openNote }) => openNote((inNote && shown) || hit));
    else if (key === "s" && hit) results.showSimilar({ path: hit.path, line: hit.line, title: hit.title });
    else if (inNote) done = false;
    else if (key === "ArrowDown" || key === "j") choose(Math.min(now + 1, hits.length - 1));
    else if (key === "ArrowUp" || key === "k") now === 0 ? document.getElementById("q")?.focus() : choose(now - 1);
    else if (key === "Home") choose(0);
    else if (key === "End") choose(hits.length - 1);
    else done = false;
    if (done) event.preventDefault();
  };

  if (isEmpty.value && !asked) return html`<main id="main" class="page"><${Welcome} /></main>`;
  const split = asked && wide;
  return html`
    <main id="main" class=${`search ${asked ? "asked" : "idle"} ${split ? "split" : ""} ${shown && !wide ? "reading" : ""}`}
      onKeyDown=${onKeyDown}>
      <section class="search-column" aria-label="Search">
        <div class="search-head">
          ${!asked && html`<h1 class="greeting">What are you looking for?</h1>`}
          <${SearchField} onLeave=${leaveField} />
          <${Chips} />
          ${asked && html`<${ResultTools}><${Star} /></${ResultTools}>`}
        </div>
        ${asked
          ? html`
            <${Notice} />
            <${LongList} items=${hits} marked=${results.selected.value} height=${HEIGHT} name="results" label="Results" busy=${results.busy.value}
              render=${(/** @type {Hit} */ hit, /** @type {number} */ index, /** @type {boolean} */ chosen) => html`<${Result} key=${hit.id} hit=${hit} chosen=${chosen} onRead=${read} onChoose=${() => follow(hit, index)} />`} />
            <${Ending} />`
          : html`<${Idle} />`}
      </section>
      ${asked && (wide || shown) && html`<${Beside} hit=${shown} onBack=${back} closable=${!wide} />`}
      <p class="visually-hidden" role="status">${spoken()}</p>
    </main>`;
}

/** What the focus came to is chosen. @param {Hit} hit @param {number} index */
function follow(hit, index) {
  results.selected.value = index;
  if (isWide.peek()) results.shown.value = hit;
}

/** Puts the focus on a hit, as soon as it is drawn. @param {Hit} hit */
function focusOn(hit, tries = 3) {
  const link = /** @type {HTMLElement|null} */ (document.querySelector(`.result[data-id="${hit.id}"] .result-link`));
  if (link) link.focus();
  else if (tries) requestAnimationFrame(() => focusOn(hit, tries - 1));
}

function spoken() {
  if (!results.answer.value) return "";
  const found = results.hits.value.length;
  return found === 0 ? "Nothing found" : found === 1 ? "1 result" : results.canShowMore.value ? `More than ${found} results` : `${found} results`;
}

/** What stands after the hits: more of them, a fault, or that there are none. */
function Ending() {
  const fault = results.fault.value;
  if (fault && fault.code !== "offline" && fault.code !== "bad_query")
    return html`<${Fault} fault=${fault} onRetry=${results.retry} />`;
  if (!results.answer.value) return fault ? null : html`<${Skeletons} />`;
  if (results.hits.value.length === 0 && !fault) return html`<${Nothing} />`;
  if (!results.canShowMore.value) return null;
  return html`<${More} />`;
}

/** The button that shows more, which presses itself as it comes near. */
function More() {
  const button = useRef(/** @type {HTMLElement|null} */ (null));
  const found = results.hits.value.length;
  useEffect(() => {
    if (!button.current) return undefined;
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && results.showMore(), { root: button.current.closest(".search-column"), rootMargin: "600px 0px" });
    watcher.observe(button.current);
    return () => watcher.disconnect();
  }, [found]);
  return html`<button ref=${button} type="button" class="button more" onClick=${results.showMore}>Show more</button>`;
}

function Nothing() {
  const work = indexing.value;
  return html`
    <div class="nothing">
      <p class="nothing-title">Nothing found</p>
      ${work
        ? html`<p class="soft">Your notes are still being read; results appear here as they come in.</p>`
        : html`<ul class="soft">
            <li>Try other words: the meaning counts, not only the spelling.</li>
            <li>Take a filter away, if there is one.</li>
            <li>See under <a href="#/sources">Sources</a> whether the folder is listed.</li>
          </ul>`}
    </div>`;
}

const HINTS = ["tag:", 'dt>="last month"', "file:", "type:org", "todo:TODO"];

function Idle() {
  return html`
    <div class="idle-hints">
      <p class="soft">Write as you would ask a friend, or narrow it down:</p>
      <p class="hint-row">
        ${HINTS.map(
          (hint) => html`<button key=${hint} type="button" class="chip offer-chip"
            onClick=${() => {
              results.setQuery(hint);
              requestAnimationFrame(() => {
                const field = /** @type {HTMLInputElement|null} */ (document.getElementById("q"));
                field?.focus();
                field?.click();
              });
            }}><code>${hint}</code></button>`,
        )}
      </p>
      ${results.recent.value.length > 0 &&
      html`<p class="soft">Lately:</p>
        <p class="hint-row">
          ${results.recent.value.map(
            (text) => html`<button key=${text} type="button" class="chip offer-chip" dir="auto" onClick=${() => {
              results.setQuery(text);
              document.getElementById("q")?.focus();
            }}><span>${text}</span></button>`,
          )}
        </p>`}
      <${Home} />
      <p class="soft keys-line"><kbd>↓</kbd> through results <kbd>Enter</kbd> to read <kbd>?</kbd> for all keys</p>
      ${status.value &&
      html`<p class="faint idle-foot">${plural(status.value.files, "note")}, ${count(status.value.entries)} sections. Nothing leaves this computer.</p>`}
    </div>`;
}
