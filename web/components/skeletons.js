/** Grey shapes where something is about to stand. */
import { html } from "../vendor/preact.js";

/** @param {{count?: number}} props */
export const Skeletons = ({ count = 4 }) => html`
  <div class="skeletons" aria-hidden="true">
    ${Array.from({ length: count }, (_, index) => html`
      <div class="skeleton" key=${index}><i></i><i></i><i></i></div>`)}
  </div>`;
