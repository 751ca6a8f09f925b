/** The words of an answer, as they come; its numbers lead to the notes. */
import { html, useLayoutEffect, useRef } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { tagFilter } from "../filters.js";
import { findNote } from "../notes.js";
import { ShownAnswer } from "../render/answer.js";
import { searchFor } from "../results.js";
import { hideCard, showCard } from "./cite-card.js";
import { say } from "./toasts.js";

/** @typedef {import("../types.js").Hit} Hit */
/** @typedef {(hit: Hit, quote?: string, opener?: HTMLElement) => void} OnCite */

/** @param {{turn: import("../conversation.js").Turn, onCite: OnCite}} props */
export function AnswerText({ turn, onCite }) {
  const root = useRef(/** @type {HTMLElement|null} */ (null));
  const shown = useRef(/** @type {ShownAnswer|null} */ (null));
  const { text, details = {}, writing = false } = turn;
  useLayoutEffect(() => {
    if (!root.current) return;
    shown.current ??= new ShownAnswer(root.current);
    shown.current.show(text, details, { writing });
  }, [text, writing, details.sources, details.citations]);

  /** What the number under an event stands for. @param {Event} event */
  const cited = (event) => {
    const mark = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest?.(".cite"));
    if (!mark) return null;
    const citation = details.citations?.[Number(mark.dataset.citation ?? NaN)];
    const hit = citation?.hit ?? details.sources?.find((source) => source.n === Number(mark.dataset.n));
    return hit ? { mark, hit, citation } : null;
  };
  /** @param {Event} event */
  const point = (event) => {
    const found = cited(event);
    if (found) showCard(found, event.type === "focusin");
  };
  /** @param {MouseEvent} event */
  const onClick = (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const found = cited(event);
    if (found) {
      hideCard();
      onCite(found.hit, found.citation?.status === "supported" ? found.citation.quote : "", found.mark);
    } else if (target.closest(".code-copy")) copyCode(/** @type {HTMLElement} */ (target.closest(".code-copy")));
    else follow(event, onCite);
  };
  return html`<div ref=${root} class="prose answer-text" dir="auto" onClick=${onClick}
    onMouseOver=${point} onFocusIn=${point} onMouseOut=${() => hideCard(true)} onFocusOut=${() => hideCard()}></div>`;
}

/** @param {HTMLElement} button */
async function copyCode(button) {
  const text = button.closest(".code-box")?.querySelector("code")?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text.replace(/\n$/, ""));
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  } catch {
    say("This browser does not let the page copy.", { bad: true });
  }
}

/** Links of an answer that mean a tag or a note. @param {MouseEvent} event @param {OnCite} onCite */
async function follow(event, onCite) {
  const link = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("a[href='#']"));
  if (!link) return;
  event.preventDefault();
  const { note, tag } = link.dataset;
  if (tag) searchFor(tagFilter(tag));
  if (!note) return;
  try {
    const hit = await findNote(note);
    if (hit) onCite(hit, "", link);
    else say(`There is no note called “${note}” in the index.`);
  } catch (fault) {
    say(asApiError(fault).message, { bad: true });
  }
}
