/** One turn of a conversation. */
import { html, useEffect, useMemo, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { rate, retry } from "../conversation.js";
import { fileName, plural } from "../format.js";
import { renderAnswer } from "../render/answer.js";
import { address } from "../router.js";
import { Fault } from "./fault.js";
import { Icon, typeIcon } from "./icon.js";
import { Rendered } from "./rendered.js";
import { say } from "./toasts.js";

/** @typedef {import("../conversation.js").Turn} Turn */
/** @typedef {import("../types.js").Hit} Hit */
/** @typedef {(hit: Hit, quote?: string) => void} OnCite */

/** @param {{turn: Turn}} props */
export const Question = ({ turn }) => html`
  <li class="turn question"><h2 class="question-text" dir="auto">${turn.text}</h2></li>`;

/** @param {{turn: Turn, index: number, question: string, onCite: OnCite}} props */
export function AnswerTurn({ turn, index, question, onCite }) {
  const { details = {}, text, writing } = turn;
  const fragment = useMemo(
    () => (text ? renderAnswer(text, details) : null),
    [text, details.sources, details.citations],
  );
  const sources = details.sources ?? [];
  const absent = details.answered === false && sources.length > 0 && !details.citations?.length;
  /** @param {MouseEvent} event */
  const onClick = (event) => {
    const mark = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest(".cite"));
    if (!mark) return;
    const citation = details.citations?.[Number(mark.dataset.citation ?? NaN)];
    const source = sources.find((hit) => hit.n === Number(mark.dataset.n));
    const hit = citation?.hit ?? source;
    if (hit) onCite(hit, citation?.quote);
  };
  return html`
    <li class=${`turn answer ${absent ? "absent" : ""}`} aria-busy=${Boolean(writing)}>
      ${!text && writing && html`<p class="doing" role="status"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${turn.doing}</p>`}
      ${absent && html`<span class="absent-icon"><${Icon} name="search" size=${18} /></span>`}
      ${fragment && html`<${Rendered} fragment=${fragment} class="answer-text" onClick=${onClick} />`}
      ${turn.stopped && html`<p class="soft">Stopped.</p>`}
      ${turn.fault && html`<${Fault} fault=${turn.fault} onRetry=${() => retry(index)} />`}
      ${!writing && !absent && sources.length > 0 && html`<${SourcesPanel} sources=${sources} citations=${details.citations ?? []} onCite=${onCite} />`}
      ${!writing && !turn.fault && text && html`<${Actions} turn=${turn} index=${index} question=${question} />`}
    </li>`;
}

/** @param {{sources: Hit[], citations: import("../types.js").Citation[], onCite: OnCite}} props */
function SourcesPanel({ sources, citations, onCite }) {
  const cited = new Set(citations.map((citation) => citation.n));
  const [all, setAll] = useState(false);
  const first = sources.filter((hit) => cited.has(hit.n ?? 0));
  const shown = all || !first.length ? sources : first;
  return html`
    <section class="answer-sources" aria-label="Sources">
      <ol>
        ${shown.map(
          (hit) => html`<li key=${hit.n}>
            <button type="button" class="source-card" onClick=${() => onCite(hit, citations.find((c) => c.n === hit.n)?.quote)}>
              <span class=${`source-n ${cited.has(hit.n ?? 0) ? "cited" : ""}`}>${hit.n}</span>
              <span class="source-text">
                <span class="source-title" dir="auto">${hit.title || fileName(hit.path)}</span>
                <span class="source-path"><${Icon} name=${typeIcon(hit.type)} size=${13} /><span class="clip">line ${hit.line} · ${fileName(hit.path)}</span></span>
              </span>
            </button></li>`,
        )}
      </ol>
      ${!all && shown.length < sources.length &&
      html`<button type="button" class="link" onClick=${() => setAll(true)}>
        ${plural(sources.length - shown.length, "more note")} read</button>`}
    </section>`;
}

/** @param {{turn: Turn, index: number, question: string}} props */
function Actions({ turn, index, question }) {
  const [copied, setCopied] = useState(false);
  const [asking, setAsking] = useState(false);
  const value = turn.feedback?.value;
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(turn.text);
      setCopied(true);
    } catch {
      say("This browser does not let the page copy.", { bad: true });
    }
  };
  /** @param {'up'|'down'} thumb @param {string} [reason] */
  const thumb = (thumb, reason) =>
    rate(turn.id, thumb, reason).then(
      () => setAsking(thumb === "down" && !reason),
      (fault) => say(asApiError(fault).message, { bad: true }),
    );
  return html`
    <div class="turn-actions">
      <button type="button" class="ghost small" aria-label="Copy the answer" title="Copy" onClick=${copy}>
        <${Icon} name=${copied ? "check" : "copy"} size=${16} /></button>
      <button type="button" class="ghost small" aria-label="Ask again" title="Ask again" onClick=${() => retry(index)}>
        <${Icon} name="refresh" size=${16} /></button>
      <button type="button" class="ghost small" aria-label="Good answer" aria-pressed=${value === "up"} title="Good answer" onClick=${() => thumb("up")}>
        <${Icon} name="up" size=${16} /></button>
      <button type="button" class="ghost small" aria-label="Bad answer" aria-pressed=${value === "down"} title="Bad answer" onClick=${() => thumb("down")}>
        <${Icon} name="down" size=${16} /></button>
      <a class="link" href=${address("search", "", { q: question })}>Search instead</a>
      ${asking && html`<${Reason} onReason=${(/** @type {string} */ reason) => thumb("down", reason)} />`}
    </div>`;
}

const REASONS = ["Wrong note", "Wrong sentence", "It is in my notes", "Too long"];

/** @param {{onReason: (reason: string) => void}} props */
const Reason = ({ onReason }) => html`
  <p class="reasons">What was wrong?
    ${REASONS.map((reason) => html`<button key=${reason} type="button" class="chip offer-chip" onClick=${() => onReason(reason)}>${reason}</button>`)}
  </p>`;
