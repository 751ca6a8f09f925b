/** Before the first question: what answers are made of, and what a model would add. */
import { html } from "../vendor/preact.js";
import { here, inUse, models, recommended } from "../models.js";
import { bytes } from "./model-words.js";

export function NoModelYet() {
  if (!models.value || inUse.value) return null;
  const best = recommended.value;
  return html`
    <p class="no-model">
      Answers quote your notes word for word. A chat model on this machine would also sum up and compare:${" "}
      ${here.value.length
        ? html`<a href="#/models">choose one of the ${here.value.length} that ${here.value.length === 1 ? "is" : "are"} here</a>.`
        : best
          ? html`<a href="#/models">${best.name}${best.size ? `, ${bytes(best.size)},` : ""} suits this machine</a>. Nothing is downloaded until you say so.`
          : html`<a href="#/models">see what there is</a>.`}
    </p>`;
}
