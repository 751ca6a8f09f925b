/** Models: who answers, what is here, what can be had. Nothing is fetched unless a button is pressed. */
import { html, useEffect } from "../vendor/preact.js";
import { changes, modelChanges } from "../live.js";
import { chatModels, here, inUse, loadModels, models, modelsFault, recommended } from "../models.js";
import { Fault } from "../components/fault.js";
import { ModelCard } from "../components/model-card.js";
import { OwnModel } from "../components/own-model.js";
import { Skeletons } from "../components/skeletons.js";
import { stylesheet } from "../stylesheet.js";

/** @typedef {import("../models.js").ModelRow} ModelRow */

await stylesheet("models.css");

export function ModelsView() {
  useEffect(() => void loadModels(), [changes.value, modelChanges.value]);
  const all = models.value;
  const best = recommended.value;
  const offered = chatModels.value.filter(({ state }) => state === "available" || state === "downloading");
  const first = inUse.value ? [] : here.value.length ? [] : best && best.state !== "installed" ? [best] : [];
  return html`
    <main id="main" class="page models">
      <div class="page-head"><div>
        <h1>Models</h1>
        <p class="soft">A chat model reads the passages that are found and writes the answer. It runs on this machine.</p>
      </div></div>
      ${modelsFault.value && html`<${Fault} fault=${modelsFault.value} onRetry=${loadModels} />`}
      ${all
        ? html`
            ${!inUse.value && html`<${WithoutModel} best=${best} />`}
            <${Section} title="Recommended" rows=${first} />
            <${Section} title="On this machine" rows=${here.value} />
            <${Section} title="To download" about="From Hugging Face, when you press the button and not before." rows=${offered.filter((row) => !first.includes(row))} />
            <${OwnModel} />
            <section class="block"><h2>Taught by your notes</h2>
              <p class="soft">A model on this machine can learn how you write and how to answer from your notes. <a href="#/train">Training</a></p></section>
            <${Section} title="For searching" about="These find notes by meaning; they do not answer." rows=${all.filter(({ kind }) => kind === "embedding")} />`
        : !modelsFault.value && html`<${Skeletons} count=${4} />`}
    </main>`;
}

/** What happens as long as there is none. @param {{best: ModelRow|null}} props */
const WithoutModel = ({ best }) => html`
  <section class="without" aria-label="Without a model">
    <h2>Answers quote your notes</h2>
    <p>Until you choose a model, an answer is made of sentences from your notes, word for word, each with its place.
      That is quick, needs no download and cannot invent anything.
      ${best ? html` A model can also sum up, compare and rephrase: <strong>${best.name}</strong> suits this machine.` : " No model of the list fits this machine's memory; a server of your own can answer instead."}</p>
  </section>`;

/** @param {{title: string, about?: string, rows: ModelRow[]}} props */
function Section({ title, about = "", rows }) {
  if (!rows.length) return null;
  return html`
    <section class="block">
      <h2>${title}</h2>
      ${about && html`<p class="soft">${about}</p>`}
      <ul class="model-list">${rows.map((row) => html`<${ModelCard} key=${row.name} model=${row} />`)}</ul>
    </section>`;
}
