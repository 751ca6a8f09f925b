/** Short messages at the foot of the page, each with at most one action. */
import { html, signal } from "../vendor/preact.js";
import { Icon } from "./icon.js";

/** @typedef {{id: number, text: string, bad?: boolean, action?: string, onAction?: () => void}} Toast */

const STAY_MS = 6000;
const toasts = signal(/** @type {Toast[]} */ ([]));
let next = 1;

/** @param {number} id */
const drop = (id) => (toasts.value = toasts.value.filter((toast) => toast.id !== id));

/** Says something. @param {string} text @param {Omit<Toast, "id"|"text">} [more] */
export function say(text, more = {}) {
  const id = next++;
  toasts.value = [...toasts.value.slice(-2), { id, text, ...more }];
  setTimeout(() => drop(id), more.action ? STAY_MS * 2 : STAY_MS);
}

export const Toasts = () => html`
  <div class="toasts" role="status" aria-live="polite">
    ${toasts.value.map(
      (toast) => html`
        <div class=${`toast ${toast.bad ? "bad" : ""}`} key=${toast.id}>
          <span>${toast.text}</span>
          ${toast.action &&
          html`<button type="button" class="toast-action" onClick=${() => (drop(toast.id), toast.onAction?.())}>
            ${toast.action}</button>`}
          <button type="button" class="ghost small" aria-label="Dismiss" onClick=${() => drop(toast.id)}>
            <${Icon} name="close" size=${14} /></button>
        </div>`,
    )}
  </div>`;
