/** How the context of the model was spent on an answer, as a bar and in words. */
import { html } from "../vendor/preact.js";
import { count, plural } from "../format.js";

/** @typedef {{key: string, label: string, tokens: number}} Part */

const LABELS = /** @type {const} */ ({
  system: "instructions",
  turns: "conversation",
  passages: "passages",
  question: "question",
  answer: "answer",
});

/** @param {Record<string, any>} usage @returns {Part[]} */
function partsOf(usage) {
  const budget = usage.budget ?? {};
  const parts = Object.entries(LABELS).map(([key, label]) => ({ key, label, tokens: Number(budget[key] ?? 0) }));
  if (parts.every(({ key, tokens }) => key === "answer" || !tokens))
    return [
      { key: "passages", label: "prompt", tokens: Number(usage.prompt_tokens ?? 0) },
      { key: "answer", label: "answer", tokens: Number(usage.completion_tokens ?? 0) },
    ];
  return parts.map((part) => (part.key === "answer" && !part.tokens ? { ...part, tokens: Number(usage.completion_tokens ?? 0) } : part));
}

/** @param {{details: Record<string, any>}} props */
export function ContextBar({ details }) {
  const usage = details.usage;
  if (!usage?.context_tokens) return null;
  const parts = partsOf(usage).filter(({ tokens }) => tokens > 0);
  const used = parts.reduce((sum, { tokens }) => sum + tokens, 0);
  const total = Math.max(usage.context_tokens, used);
  const dropped = Number(usage.passages_dropped ?? 0);
  return html`
    <details class="context">
      <summary>
        <span class="context-bar" aria-hidden="true">
          ${parts.map(({ key, tokens }) => html`<i key=${key} class=${key} style=${{ flexGrow: tokens }}></i>`)}
          <i class="room" style=${{ flexGrow: Math.max(0, total - used) }}></i>
        </span>
        <span>${count(used)} of ${count(total)} tokens${dropped > 0 ? html`, <strong>${plural(dropped, "passage")} left out</strong>` : ""}</span>
      </summary>
      <dl>
        ${parts.map(({ key, label, tokens }) => html`<div key=${key}><dt><i class=${key} aria-hidden="true"></i>${label}</dt><dd>${count(tokens)}</dd></div>`)}
        <div><dt><i class="room" aria-hidden="true"></i>free</dt><dd>${count(total - used)}</dd></div>
      </dl>
      <p class="soft">${plural(usage.passages_used ?? 0, "passage")} read${dropped ? `; ${plural(dropped, "passage")} did not fit and ${dropped === 1 ? "was" : "were"} left out` : ""}.
        ${details.model ? html` Answered by <strong>${details.model}</strong>${details.took_ms ? ` in ${(details.took_ms / 1000).toFixed(1)} s` : ""}.` : ""}</p>
    </details>`;
}
