/** An answer that failed: what happened, and the way out as a button. */
import { html } from "../vendor/preact.js";
import { Icon } from "./icon.js";
import { sentence, withCode } from "./fault.js";

/** @type {Record<string, {label: string, place: string}>} */
const WAYS_OUT = {
  model_missing: { label: "Choose a model", place: "#/models" },
  model_failed: { label: "Look at the models", place: "#/models" },
  not_found: { label: "Start a new conversation", place: "#/chat" },
  cut_off: { label: "Look at the status", place: "#/status" },
};

/** @param {{fault: {code: string, message: string, hint: string}, onRetry?: () => void}} props */
export function ChatFault({ fault, onRetry }) {
  const way = WAYS_OUT[fault.code];
  return html`
    <div class="fault" role="alert">
      <span class="fault-icon"><${Icon} name="warning" /></span>
      <div>
        <p class="fault-message">${sentence(fault.message)}</p>
        ${fault.hint && html`<p class="soft">${withCode(fault.hint)}</p>`}
        <p class="fault-ways">
          ${onRetry && html`<button class="button small" type="button" onClick=${onRetry}>Try again</button>`}
          ${way && html`<a class="button small" href=${way.place}>${way.label}</a>`}
        </p>
      </div>
    </div>`;
}
