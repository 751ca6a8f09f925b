/** A command to run in a terminal, with a button that copies it. */
import { html, useState } from "../vendor/preact.js";
import { Icon } from "./icon.js";

/** @param {{text: string}} props */
export function Command({ text }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1600);
  };
  return html`
    <div class="command">
      <code>${text}</code>
      <button class="ghost" type="button" onClick=${copy} aria-label=${`Copy: ${text}`}>
        <${Icon} name=${copied ? "check" : "copy"} size=${16} />
      </button>
    </div>`;
}
