/** A field whose value is kept elsewhere: what is being typed outlives news of that value. */
import { html, useState } from "../vendor/preact.js";

/**
 * @param {{value: string|number, onKeep: (text: string, field: HTMLInputElement) => unknown, [attribute: string]: unknown}} props
 *   `onKeep` is called with what was typed, once it is left or Enter is pressed; where it comes to
 *   false, what was typed stays to be mended
 */
export function KeptField({ value, onKeep, ...attributes }) {
  const [typed, setTyped] = useState(/** @type {string|null} */ (null));
  return html`<input ...${attributes} value=${typed ?? value}
    onInput=${(/** @type {Event} */ event) => setTyped(/** @type {HTMLInputElement} */ (event.target).value)}
    onChange=${async (/** @type {Event} */ event) => {
      const field = /** @type {HTMLInputElement} */ (event.target);
      const text = field.value;
      setTyped(null);
      if ((await onKeep(text, field)) === false) setTyped(text);
    }} />`;
}
