/** How the context of the model was spent on an answer, as a bar and in words. */
import { html } from "../vendor/preact.js";
import { count, plural } from "../format.js";
import { shortName } from "./model-words.js";

/** @typedef {{key: string, label: string, tokens: number}} Part */

/** The parts of a prompt by the names in `usage`. */
const LABELS = { system: "instructions", turns: "conversation", passages: "passages", question: "question" };

/** @param {Record<string, any>} usage @returns {Part[]} */
function partsOf(usage) {
  const planned = Object.entries(LABELS).map(([key, label]) => ({ key, label, tokens: Number(usage[`${key}_tokens`] ?? 0) }));
  const known = planned.some(({ tokens }) => tokens > 0);
  const written = Number(usage.completion_tokens ?? 0);
  return [
    ...(known ? planned : [{ key: "passages", label: "prompt", tokens: Number(usage.prompt_tokens ?? 0) }]),
    { key: "answer", label: "answer", tokens: written },
    { key: "kept", label: "kept for a longer answer", tokens: Math.max(0, Number(usage.answer_tokens ?? 0) - written) },
  ];
}

/** @param {{details: Record<string, any>}} props */
export function ContextBar({ details }) {
  const usage = details.usage;
  if (!usage?.context_tokens) return null;
  const parts = partsOf(usage).filter(({ tokens }) => tokens > 0);
  const planned = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  const used = parts.reduce((sum, { key, tokens }) => (key === "kept" ? sum : sum + tokens), 0);
  const total = Math.max(usage.context_tokens, planned);
  const dropped = Number(usage.passages_dropped ?? 0);
  return html`
    <details class="context">
      <summary>
        <span class="context-bar" aria-hidden="true">
          ${parts.map(({ key, tokens }) => html`<i key=${key} class=${key} style=${{ flexGrow: tokens }}></i>`)}
          <i class="room" style=${{ flexGrow: Math.max(0, total - planned) }}></i>
        </span>
        <span>${count(used)} of ${count(total)} tokens${dropped > 0 ? html`, <strong>${plural(dropped, "passage")} left out</strong>` : ""}</span>
      </summary>
      <dl>
        ${parts.map(({ key, label, tokens }) => html`<div key=${key}><dt><i class=${key} aria-hidden="true"></i>${label}</dt><dd>${count(tokens)}</dd></div>`)}
        <div><dt><i class="room" aria-hidden="true"></i>free</dt><dd>${count(total - planned)}</dd></div>
      </dl>
      <p class="soft">${plural(usage.passages_used ?? 0, "passage")} read${dropped ? `; ${plural(dropped, "passage")} did not fit and ${dropped === 1 ? "was" : "were"} left out` : ""}.
        ${usage.turns_dropped ? ` ${plural(usage.turns_dropped, "earlier question")} no longer fit.` : ""}
        ${details.model ? html` Answered by <strong title=${details.model}>${shortName(details.model)}</strong>${details.took_ms ? ` in ${(details.took_ms / 1000).toFixed(1)} s` : ""}.` : ""}
        ${usage.reused_tokens ? ` ${count(usage.reused_tokens)} tokens were still in its memory.` : ""}</p>
    </details>`;
}
