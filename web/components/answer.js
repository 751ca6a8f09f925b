/** One answer: what the daemon is at, the words, what they rest on, and what can be done with them. */
import { html } from "../vendor/preact.js";
import { retry } from "../conversation.js";
import { AnswerActions } from "./answer-actions.js";
import { AnswerSources } from "./answer-sources.js";
import { AnswerText } from "./answer-text.js";
import { ChatFault } from "./chat-fault.js";
import { Icon } from "./icon.js";

/** @typedef {import("./answer-text.js").OnCite} OnCite */

/** @param {{turn: import("../conversation.js").TurnSignal, question: string, onCite: OnCite}} props */
export function Answer({ turn: { value: turn }, turn: signal, question, onCite }) {
  const { details = {}, text, writing, doing } = turn;
  const sources = details.sources ?? [];
  const absent = details.answered === false && sources.length > 0 && !details.citations?.length;
  return html`
    <li class=${`turn answer${absent ? " absent" : ""}${writing ? " writing" : ""}`} aria-busy=${Boolean(writing)}>
      ${absent && html`<span class="absent-icon"><${Icon} name="search" size=${18} /></span>`}
      <${AnswerText} turn=${turn} onCite=${onCite} />
      ${writing && (doing || !text) &&
      html`<p class="doing"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span><span>${doing || "Writing"}</span></p>`}
      ${!writing && html`<${Bearing} details=${details} text=${text} />`}
      ${turn.stopped && html`<p class="stopped"><${Icon} name="stop" size=${14} /> Stopped.${" "}
        <button type="button" class="link" onClick=${() => retry(signal)}>Ask again</button></p>`}
      ${turn.fault && html`<${ChatFault} fault=${turn.fault} onRetry=${() => retry(signal)} />`}
      ${!writing && !absent && sources.length > 0 && html`<${AnswerSources} details=${details} onCite=${onCite} />`}
      ${!writing && !turn.fault && text && html`<${AnswerActions} turn=${signal} question=${question} />`}
    </li>`;
}

/**
 * A word of warning where the notes do not bear the answer out.
 * @param {{details: NonNullable<import("../types.js").MessageRow["details"]>, text: string}} props
 */
function Bearing({ details, text }) {
  const citations = details.citations ?? [];
  if (!text || details.answered === false || !details.sources?.length) return null;
  const bad = citations.filter(({ status }) => status === "unsupported").length;
  if (citations.length > bad) return bad ? html`<p class="bearing"><${Icon} name="warning" size=${15} />
    ${bad === 1 ? "One sentence is" : `${bad} sentences are`} not borne out by the note cited: marked <span class="cite unsupported">n</span>.</p>` : null;
  return html`
    <p class="bearing strong"><${Icon} name="warning" size=${16} />
      <span><strong>Not supported by your notes.</strong> The model wrote this without a passage that says so.</span></p>`;
}
