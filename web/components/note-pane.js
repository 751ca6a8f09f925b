/** The note itself: rendered, scrolled to the hit, with what can be done to it. */
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { asApiError, wasAborted } from "../api.js";
import { ago, fullDate, shortPath } from "../format.js";
import { markedWords } from "../highlight.js";
import { findNote, read } from "../notes.js";
import { blockAt, findQuote, findWords, paint } from "../render/locate.js";
import { tagFilter } from "../filters.js";
import { searchFor, showSimilar, shown } from "../results.js";
import { address } from "../router.js";
import { stylesheet } from "../stylesheet.js";
import { Fault } from "./fault.js";
import { Icon, typeIcon } from "./icon.js";
import { OpenNote } from "./open-note.js";
import { Rendered } from "./rendered.js";
import { Skeletons } from "./skeletons.js";
import { say } from "./toasts.js";

await stylesheet("note.css");

/** @typedef {import("../types.js").Hit} Hit */
/** @typedef {import("../notes.js").Reading} Reading */

/**
 * @param {{hit: Hit|null, quote?: string, closable?: boolean, full?: boolean, onBack: () => void,
 *   onOpen?: (hit: Hit) => void}} props
 */
export function NotePane({ hit, quote = "", closable = false, full = false, onBack, onOpen }) {
  const body = useRef(/** @type {HTMLElement|null} */ (null));
  const [note, setNote] = useState(/** @type {Reading|null} */ (null));
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  const [whole, setWhole] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (!hit) return setNote(null);
    if (note?.whole && note.path === hit.path && note.entry.modified === hit.modified && !fault) return undefined;
    const aborter = new AbortController();
    setFault(null);
    read(hit.id, { whole, signal: aborter.signal }).then(setNote, (failure) => {
      if (!wasAborted(failure)) setFault(asApiError(failure));
    });
    return () => aborter.abort();
  }, [hit?.id, hit?.path, hit?.modified, whole, attempt]);

  const locate = () => {
    const root = body.current?.querySelector(".prose");
    if (root instanceof HTMLElement && hit && note?.path === hit.path) show(body.current, root, hit, quote);
  };
  useEffect(locate, [note, hit?.id, hit?.line, quote]);
  useEffect(() => () => (paint("quote", []), paint("words", [])), []);

  /** @param {Hit} found */
  const open = (found) => (onOpen ?? ((/** @type {Hit} */ next) => (shown.value = next)))(found);
  /** @param {MouseEvent} event */
  const onClick = (event) => {
    const link = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("a[href='#']"));
    const jump = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("a[data-jump]"));
    if (!link && !jump) return;
    event.preventDefault();
    const { note: target, tag, heading } = link?.dataset ?? {};
    if (tag) searchFor(tagFilter(tag));
    else if (target) follow(target, open);
    else jumpTo(body.current, jump?.dataset.jump ?? heading ?? "");
  };

  if (!hit)
    return html`<aside class="note-pane empty" aria-label="Note">
      <div class="note-empty"><${Icon} name="text" size=${30} /><p>The note you choose is shown here.</p></div>
    </aside>`;
  const ready = note && note.path === hit.path;
  return html`
    <aside class=${`note-pane ${full ? "full" : ""}`} aria-label="Note">
      <header class="note-head">
        ${closable &&
        html`<button type="button" class="ghost" aria-label="Back" onClick=${onBack}><${Icon} name="back" /></button>`}
        <div class="note-name">
          <p class="note-title" dir="auto"><span class=${`type ${typeIcon(hit.type)}`}><${Icon} name=${typeIcon(hit.type)} /></span>
            <span class="clip">${note && ready ? note.title : hit.title}</span></p>
          <p class="note-path" title=${hit.path}>${shortPath(hit.path)}
            ${hit.modified && html`<span class="sep">·</span><time title=${fullDate(hit.modified)}>${ago(hit.modified)}</time>`}</p>
        </div>
        <div class="note-actions">
          ${note && ready && note.entries.length > 1 && html`<${Outline} note=${note} body=${body} />`}
          <button type="button" class="ghost" title="Find similar notes (s)" aria-label="Find similar notes"
            onClick=${() => showSimilar({ path: hit.path, line: hit.line, title: hit.title })}><${Icon} name="similar" /></button>
          ${!full &&
          html`<a class="ghost" href=${address("note", hit.id, { line: hit.line })} title="Full page" aria-label="Show on the full page"
            ><${Icon} name="expand" /></a>`}
          <${OpenNote} hit=${hit} />
        </div>
      </header>
      <div class="note-body" id="note-body" ref=${body} tabindex="0" role="region" aria-label="Text of the note" aria-busy=${!ready && !fault}>
        ${fault
          ? html`<${Fault} fault=${fault} onRetry=${() => setAttempt(attempt + 1)} />`
          : ready
            ? html`${!note.whole &&
                html`<p class="notice">A long file: this is the section you found.
                  <button type="button" class="link" onClick=${() => setWhole(true)}>Show all of it</button></p>`}
                <${Rendered} fragment=${note.fragment} onClick=${onClick} />`
            : html`<${Skeletons} count=${5} />`}
      </div>
    </aside>`;
}

/** The headings of the note, to go to. @param {{note: Reading, body: {current: HTMLElement|null}}} props */
function Outline({ note, body }) {
  const list = useRef(/** @type {HTMLDetailsElement|null} */ (null));
  useEffect(() => {
    const close = (/** @type {Event} */ event) => {
      if (list.current?.open && !list.current.contains(/** @type {Node} */ (event.target))) list.current.open = false;
    };
    addEventListener("pointerdown", close);
    return () => removeEventListener("pointerdown", close);
  }, []);
  return html`
    <details class="menu" ref=${list}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Escape" || !list.current?.open) return;
        event.stopPropagation();
        list.current.open = false;
      }}>
      <summary class="ghost" title="Outline" aria-label="Outline"><${Icon} name="list" /></summary>
      <ul class="menu-list">
        ${note.entries.slice(0, 400).map(
          (entry) => html`
            <li key=${entry.id}>
              <button type="button" class=${`menu-item depth-${Math.min(entry.outline.length, 5)}`} dir="auto"
                onClick=${() => {
                  const root = body.current?.querySelector(".prose");
                  if (root instanceof HTMLElement) scrollTo(body.current, blockAt(root, entry.line), true);
                  if (list.current) list.current.open = false;
                }}>${entry.outline.at(-1) ?? entry.title ?? note.title}</button>
            </li>`,
        )}
      </ul>
    </details>`;
}

/** @param {HTMLElement|null} scroller @param {HTMLElement} root @param {Hit} hit @param {string} quote */
function show(scroller, root, hit, quote) {
  for (const old of root.querySelectorAll(".n-here")) old.classList.remove("n-here");
  const found = quote ? findQuote(root, quote) : null;
  const block = found
    ? /** @type {HTMLElement|null} */ (found.startContainer.parentElement?.closest("[data-line]") ?? null)
    : blockAt(root, hit.line);
  paint("quote", found ? [found] : []);
  paint("words", found ? [] : findWords(root, markedWords(hit)));
  block?.classList.add("n-here");
  // Closed drawers would hide the place.
  for (let part = block?.parentElement; part && part !== root; part = part.parentElement)
    if (part instanceof HTMLDetailsElement) part.open = true;
  if (scroller) scrollTo(scroller, found ?? block, false);
}

/** @param {HTMLElement|null} scroller @param {Range|HTMLElement|null} target @param {boolean} smooth */
function scrollTo(scroller, target, smooth) {
  if (!scroller || !target) return;
  const top = target.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroller.scrollTo({ top: Math.max(0, top - scroller.clientHeight / 5), behavior: smooth && !calm ? "smooth" : "instant" });
}

/** @param {HTMLElement|null} body @param {string} name */
function jumpTo(body, name) {
  if (!body || !name) return;
  const wanted = name.toLowerCase().replace(/-/g, " ");
  const anchor = body.querySelector(`[data-anchor="${CSS.escape(name)}"]`);
  const heading = [...body.querySelectorAll("h1,h2,h3,h4,h5,h6")].find((element) =>
    (element.textContent ?? "").toLowerCase().replace(/-/g, " ").includes(wanted),
  );
  scrollTo(body, /** @type {HTMLElement|null} */ (anchor ?? heading ?? null), true);
}

/** @param {string} target @param {(hit: Hit) => void} open */
async function follow(target, open) {
  try {
    const hit = await findNote(target);
    if (hit) open(hit);
    else say(`There is no note called “${target}” in the index.`);
  } catch (fault) {
    say(asApiError(fault).message, { bad: true });
  }
}
