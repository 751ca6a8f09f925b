/** How the search is done, how many it found, and what the daemon remarks. */
import { html } from "../vendor/preact.js";
import { count, plural } from "../format.js";
import { sentence } from "./fault.js";
import * as results from "../results.js";

const MODES = /** @type {const} */ ([
  { name: "hybrid", label: "Both", hint: "By meaning and by words" },
  { name: "semantic", label: "Meaning", hint: "By meaning only" },
  { name: "lexical", label: "Words", hint: "By words only" },
]);

/** @param {{children?: unknown}} props */
export function ResultTools({ children }) {
  const answer = results.answer.value;
  return html`
    <div class="tools">
      <p class="tools-count soft">
        ${answer && answer.hits.length > 0 &&
        html`${results.canShowMore.value ? `${count(answer.hits.length)}+ results` : plural(answer.hits.length, "result")} <span class="faint">· ${Math.max(1, Math.round(answer.took_ms))} ms</span>`}
      </p>
      ${!results.like.value &&
      html`<fieldset class="segments">
        <legend class="visually-hidden">Search by</legend>
        ${MODES.map(
          (mode) => html`<label key=${mode.name} title=${mode.hint}>
            <input type="radio" name="mode" value=${mode.name} checked=${results.mode.value === mode.name}
              onChange=${() => results.setMode(mode.name)} /><span>${mode.label}</span></label>`,
        )}
      </fieldset>`}
      <button type="button" class="toggle" aria-pressed=${results.explain.value} onClick=${results.toggleExplain}>Explain</button>
      ${children}
    </div>`;
}

/** A remark on the search, or a filter that cannot be read yet. */
export function Notice() {
  const fault = results.fault.value;
  if (fault?.code === "bad_query")
    return html`<p class="notice warn" role="status">${sentence(fault.message)}. <span class="soft">${fault.hint}</span></p>`;
  const notice = results.answer.value?.notice;
  return notice ? html`<p class="notice" role="status">${notice}</p>` : null;
}
