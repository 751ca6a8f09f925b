/** One answer: what the daemon is at, the words, what they rest on, and what can be done with them. */
import { html } from "../vendor/preact.js";
import { retry } from "../conversation.js";
import { AnswerActions } from "./answer-actions.js";
import { AnswerSources } from "./answer-sources.js";
import { AnswerText } from "./answer-text.js";
import { ChatFault } from "./chat-fault.js";
import { withCode } from "./fault.js";
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
      html`<p class="doing"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span><span>${doing || "Writing"}</span>
        ${(turn.part ?? 0) > 0 && html`<progress aria-label="How far it is" max="1" value=${turn.part}></progress>`}</p>`}
      ${!writing && html`<${Bearing} details=${details} text=${text} />`}
      ${(turn.stopped || (details.stopped && !details.error)) && html`<p class="stopped"><${Icon} name="stop" size=${14} /> Stopped.${" "}
        <button type="button" class="link" onClick=${() => retry(signal)}>Ask again</button></p>`}
      ${(turn.fault ?? details.error) && !writing && html`<${ChatFault} fault=${turn.fault ?? details.error} onRetry=${() => retry(signal)} />`}
      ${!writing && !absent && sources.length > 0 && html`<${AnswerSources} details=${details} onCite=${onCite} />`}
      ${!writing && !turn.fault && text && html`<${AnswerActions} turn=${signal} question=${question} />`}
    </li>`;
}

/**
 * A word on what the answer rests on, where that is not plain.
 * @param {{details: NonNullable<import("../types.js").MessageRow["details"]>, text: string}} props
 */
function Bearing({ details, text }) {
  const { citations = [], sources = [], fallback, usage } = details;
  const byModel = details.model && details.model !== "extractive";
  const bad = citations.filter(({ status }) => status === "unsupported").length;
  return html`
    ${fallback && html`<p class="quoted">Your notes are quoted, because ${lower(fallback.message)}. <span class="soft">${withCode(fallback.hint)}</span> <a href="#/models">Models</a></p>`}
    ${usage?.finish === "length" && html`<p class="bearing"><${Icon} name="warning" size=${15} />
      <span>The answer was cut where its room ended. Ask “go on”, or set <code>chat.max_tokens</code> higher.</span></p>`}
    ${byModel && text && details.answered !== false && details.supported === false && (sources.length
      ? html`<p class="bearing strong"><${Icon} name="warning" size=${16} />
          <span><strong>Not supported by your notes.</strong> The model wrote this, but no passage it was given says so.</span></p>`
      : html`<p class="bearing"><${Icon} name="model" size=${15} /><span>From what the model knows. Your notes were not read.</span></p>`)}
    ${bad > 0 && details.supported !== false && html`<p class="bearing"><${Icon} name="warning" size=${15} />
      <span>${bad === 1 ? "One sentence is" : `${bad} sentences are`} not borne out by the note cited, and marked${" "}
        <span class="cite unsupported" aria-hidden="true">n</span>.</span></p>`}`;
}

/** @param {string} text */
const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
