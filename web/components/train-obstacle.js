/** What stands in the way of a training, with the very step that removes it. */
import { html, useEffect } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { inUse, isUnfinished, loadModels, pull, pullOf, stopJob } from "../models.js";
import { loadTraining } from "../training.js";
import { Command } from "./command.js";
import { Fault, sentence, withCode } from "./fault.js";
import { Icon } from "./icon.js";
import { bytes } from "./model-words.js";
import { say } from "./toasts.js";

const MB = 1_000_000;

/** @param {{problem: import("../types.js").Fault}} props */
export function TrainObstacle({ problem }) {
  const model = inUse.value;
  const local = model !== null && model.origin !== "server";
  const fetchable = local && model.trainable && model.base !== "" && !model.base_here;
  return html`
    <section class="obstacle" aria-labelledby="obstacle-title">
      <span class="obstacle-icon"><${Icon} name="warning" size=${20} /></span>
      <div>
        <h2 id="obstacle-title">${sentence(problem.message)}</h2>
        ${fetchable
          ? html`<${Weights} model=${model} />`
          : html`<p class="soft">${withCode(problem.hint)}</p>
              ${/pip install/.test(problem.hint) && html`<${Command} text=${problem.hint.replace(/^.*?(pip install)/, "$1")} />`}
              ${!local && html`<p><a class="button small primary" href="#/models">Choose a model</a></p>`}`}
      </div>
    </section>`;
}

/** @param {{model: import("../models.js").ModelRow}} props */
function Weights({ model }) {
  const job = pullOf(model.name);
  useEffect(() => {
    if (job?.state === "done") Promise.all([loadModels(), loadTraining()]);
  }, [job?.state]);
  const fault = job?.state === "failed" && job.error;
  const busy = Boolean(job && isUnfinished(job));
  const { done = 0, total = 0, stage = "", detail = "" } = job?.progress ?? {};
  const begin = () => pull(model.name, { forTraining: true }).catch((failure) => say(asApiError(failure).message, { bad: true }));
  return html`
    <p class="soft">A quantised model answers, but cannot be trained; an adapter for it is trained on the weights it was made from:
      <strong>${model.base}</strong>, from Hugging Face. They are fetched once, when you say so.</p>
    ${fault && html`<${Fault} fault=${fault} />`}
    ${busy
      ? html`<div class="download">
          <progress aria-label="Fetching the weights" value=${total ? done : undefined} max=${total || undefined}></progress>
          <p><span class="soft">${total ? `${bytes(done * MB)} of ${bytes(total * MB)}` : sentence(detail || stage || "waiting")}</span>
            <button type="button" class="link" onClick=${() => job && stopJob(job.id)}>Stop</button></p></div>`
      : html`<p><button type="button" class="button small primary" onClick=${begin}><${Icon} name="save" size=${15} /> ${fault ? "Try again" : "Fetch the weights"}</button></p>
          <${Command} text=${`khoj-lite model pull ${model.name} --for-training`} />`}`;
}
