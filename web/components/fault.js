/** What went wrong and what to do about it. */
import { html } from "../vendor/preact.js";
import { Icon } from "./icon.js";

/** @param {{fault: {message: string, hint: string}, onRetry?: () => void}} props */
export const Fault = ({ fault, onRetry }) => html`
  <div class="fault" role="alert">
    <span class="fault-icon"><${Icon} name="warning" /></span>
    <div>
      <p class="fault-message">${sentence(fault.message)}</p>
      ${fault.hint && html`<p class="soft">${withCode(fault.hint)}</p>`}
      ${onRetry && html`<button class="button small" type="button" onClick=${onRetry}>Try again</button>`}
    </div>
  </div>`;

/** @param {string} text */
export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Text in which `commands` are set as code. @param {string} text */
export const withCode = (text) =>
  text.split("`").map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));
