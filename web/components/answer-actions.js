/** What can be done with an answer: copied, asked for again, judged. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { rate, retry } from "../conversation.js";
import { address } from "../router.js";
import { Icon } from "./icon.js";
import { say } from "./toasts.js";

const REASONS = ["Wrong note", "Wrong sentence", "It is in my notes", "Not what I asked", "Too long"];

/** @param {{turn: import("../conversation.js").TurnSignal, question: string}} props */
export function AnswerActions({ turn, question }) {
  const [copied, setCopied] = useState(false);
  const [asking, setAsking] = useState(false);
  const value = turn.value.feedback?.value;
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(turn.value.text);
      setCopied(true);
    } catch {
      say("This browser does not let the page copy.", { bad: true });
    }
  };
  /** @param {'up'|'down'} thumb @param {string} [reason] */
  const judge = (thumb, reason) =>
    rate(turn, thumb === value && !reason ? "none" : thumb, reason).then(
      () => setAsking(thumb === "down" && value !== "down" && !reason),
      (fault) => say(asApiError(fault).message, { bad: true }),
    );
  return html`
    <div class="turn-actions">
      <button type="button" class="ghost small" aria-label="Copy the answer" title="Copy" onClick=${copy}>
        <${Icon} name=${copied ? "check" : "copy"} size=${16} /></button>
      <button type="button" class="ghost small" aria-label="Ask again" title="Ask again" onClick=${() => retry(turn)}>
        <${Icon} name="refresh" size=${16} /></button>
      <button type="button" class="ghost small" aria-label="Good answer" aria-pressed=${value === "up"} title="Good answer" onClick=${() => judge("up")}>
        <${Icon} name="up" size=${16} /></button>
      <button type="button" class="ghost small" aria-label="Bad answer" aria-pressed=${value === "down"} title="Bad answer" onClick=${() => judge("down")}>
        <${Icon} name="down" size=${16} /></button>
      <a class="link" href=${address("search", "", { q: question })}>Search instead</a>
      ${asking && html`<${Reason} onReason=${(/** @type {string} */ reason) => (reason ? judge("down", reason) : setAsking(false))} />`}
    </div>`;
}

/** @param {{onReason: (reason: string) => void}} props  "" for none */
function Reason({ onReason }) {
  /** @param {SubmitEvent} event */
  const send = (event) => {
    event.preventDefault();
    onReason(String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("reason") ?? "").trim());
  };
  return html`
    <form class="reasons" onSubmit=${send}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && (event.stopPropagation(), onReason(""))}>
      <span>What was wrong?</span>
      ${REASONS.map((reason) => html`<button key=${reason} type="button" class="chip offer-chip" onClick=${() => onReason(reason)}>${reason}</button>`)}
      <input name="reason" class="small-input" maxlength="500" placeholder="In your words" aria-label="What was wrong, in your words" />
    </form>`;
}
