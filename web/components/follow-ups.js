/** Questions that go on from the last answer: the notes that were read but not quoted. */
import { html } from "../vendor/preact.js";
import { ask, turns } from "../conversation.js";

/** A heading that is a question already. */
const ASKS = /^(?:what|why|how|when|where|who|which)\b/i;

export function FollowUps() {
  const last = turns.value.at(-1)?.value;
  if (!last || last.role !== "assistant" || last.writing || last.fault || last.details?.answered === false) return null;
  const { sources = [], citations = [] } = last.details ?? {};
  const cited = new Set(citations.map((citation) => citation.n));
  const seen = new Set(sources.filter((hit) => cited.has(hit.n ?? 0)).map((hit) => hit.title));
  const asked = turns.value.map((turn) => turn.value.text);
  const questions = [...new Set(sources.map((hit) => hit.outline.at(-1) || hit.title))]
    .filter((title) => title && !seen.has(title) && title.length > 5 && title.length < 48)
    .map((title) => (/[?？]$/u.test(title) ? title : ASKS.test(title) ? `${title}?` : `What about ${title}?`))
    .filter((question) => !asked.includes(question))
    .slice(0, 3);
  if (!questions.length) return null;
  return html`
    <div class="follow-ups" role="group" aria-label="Go on with">
      ${questions.map((question) => html`<button key=${question} type="button" class="chip offer-chip" dir="auto"
        onClick=${() => (ask(question), document.getElementById("ask")?.focus())}><span>${question}</span></button>`)}
    </div>`;
}
