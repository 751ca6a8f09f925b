/** Which model answers, and another one in its place. */
import { html } from "../vendor/preact.js";

export const ModelPicker = () => html`<span class="picker"></span>`;
