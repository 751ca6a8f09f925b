/** What an answer rests on: the notes it cites, those that were only read, and how the context was spent. */
import { html, useState } from "../vendor/preact.js";
import { fileName, plural } from "../format.js";
import { placeOf } from "./cite-card.js";
import { ContextBar } from "./context-bar.js";
import { Icon, typeIcon } from "./icon.js";

/** @typedef {import("../types.js").Hit} Hit */

/** @param {{details: NonNullable<import("../types.js").MessageRow["details"]>, onCite: import("./answer-text.js").OnCite}} props */
export function AnswerSources({ details, onCite }) {
  const { sources = [], citations = [] } = details;
  const [all, setAll] = useState(false);
  /** @type {Map<number, string>} */
  const standing = new Map();
  for (const { n, status } of citations) if (standing.get(n) !== "supported") standing.set(n, status);
  const cited = sources.filter((hit) => standing.has(hit.n ?? 0));
  const first = cited.length ? cited : sources.slice(0, 3);
  const shown = all ? sources : first;
  return html`
    <section class="answer-sources" aria-label="Sources">
      <ol>
        ${shown.map(
          (hit) => html`<li key=${hit.n}>
            <button type="button" class="source-card" onClick=${(/** @type {MouseEvent} */ event) =>
              onCite(hit, citations.find((c) => c.n === hit.n && c.status === "supported")?.quote, /** @type {HTMLElement} */ (event.currentTarget))}>
              <span class=${`source-n ${standing.get(hit.n ?? 0) ?? ""}`}>${hit.n}</span>
              <span class="source-text">
                <span class="source-title" dir="auto">${hit.title || fileName(hit.path)}</span>
                <span class="source-path"><${Icon} name=${typeIcon(hit.type)} size=${13} /><span class="clip">${placeOf(hit)}</span></span>
              </span>
            </button></li>`,
        )}
      </ol>
      ${sources.length > first.length &&
      html`<button type="button" class="link" aria-expanded=${all} onClick=${() => setAll(!all)}>
        ${all ? "Only those cited" : `${plural(sources.length - first.length, "more passage")} read`}</button>`}
      <${ContextBar} details=${details} />
    </section>`;
}
