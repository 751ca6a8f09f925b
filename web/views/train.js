/** Training: what a model would learn from the notes, the trainings, and what they made. */
import { html, useEffect } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { AdapterList } from "../components/adapter-list.js";
import { Fault } from "../components/fault.js";
import { Icon } from "../components/icon.js";
import { Nightly } from "../components/nightly.js";
import { Skeletons } from "../components/skeletons.js";
import { say } from "../components/toasts.js";
import { TrainNow } from "../components/train-now.js";
import { TrainObstacle } from "../components/train-obstacle.js";
import { TrainPlan } from "../components/train-plan.js";
import { TrainRunRow } from "../components/train-run.js";
import { changes, modelChanges } from "../live.js";
import { isUnfinished, loadModels } from "../models.js";
import { route } from "../router.js";
import { stylesheet } from "../stylesheet.js";
import { isTraining, loadTraining, look, obstacle, plan, planJob, runs, train, trainFault, work } from "../training.js";

await Promise.all([stylesheet("models.css"), stylesheet("settings.css"), stylesheet("train.css")]);

/** @param {Promise<unknown>} attempt */
const complaining = (attempt) => attempt.catch((fault) => say([asApiError(fault).message, asApiError(fault).hint].filter(Boolean).join(". "), { bad: true }));

/** Trains; where the machine is at work, that is asked about first. */
async function begin() {
  try {
    await train(false);
  } catch (failure) {
    const fault = asApiError(failure);
    if (fault.code !== "busy") return say([fault.message, fault.hint].filter(Boolean).join(". "), { bad: true });
    say(`${fault.message}.`.replace(/^./, (letter) => letter.toUpperCase()), { action: "Train all the same", onAction: () => complaining(train(true)) });
  }
}

export function TrainView() {
  useEffect(() => void Promise.all([loadTraining(), loadModels()]), [changes.value, modelChanges.value, work.value === null]);
  const wanted = route.value.id;
  const listed = runs.value;
  useEffect(() => {
    if (listed && wanted) document.getElementById(`run-${wanted}`)?.scrollIntoView({ block: "start" });
  }, [wanted, listed === null]);
  const problem = obstacle.value;
  const looking = Boolean(planJob.value && isUnfinished(planJob.value));
  const ended = (listed ?? []).filter((run) => run.state !== "running" || !isTraining.value);
  const fault = trainFault.value;
  return html`
    <main id="main" class="page train">
      <header class="page-head">
        <div><h1>Training</h1><p class="soft">Your chat model learns, on this machine, how you write and how to answer from your notes. Facts still come from the notes themselves.
          What was learned is used only if it answers better on notes it has never seen.</p></div>
      </header>
      ${fault && fault.code !== "offline" && html`<${Fault} fault=${fault} onRetry=${loadTraining} />`}
      ${!listed && !fault && html`<${Skeletons} count=${3} />`}
      ${listed &&
      html`
        ${problem && !isTraining.value && html`<${TrainObstacle} problem=${problem} />`}
        ${isTraining.value
          ? html`<${TrainNow} />`
          : html`<p class="train-buttons">
              <button type="button" class="button primary" disabled=${Boolean(problem)} onClick=${begin}><${Icon} name="model" size=${16} /> Train now</button>
              <button type="button" class="button" disabled=${looking} onClick=${() => complaining(look())}>${plan.value ? "Look again" : "See what would be learned"}</button></p>`}
        ${!isTraining.value && html`<${TrainPlan} />`}
        <${Nightly} />
        <section class="block" aria-labelledby="runs-title">
          <h2 id="runs-title">Trainings</h2>
          ${ended.length
            ? html`<ul class="runs">${ended.map((run) => html`<${TrainRunRow} key=${run.id + (wanted === run.id)} run=${run} open=${wanted === run.id} />`)}</ul>`
            : html`<p class="soft none-yet">None has ended yet.</p>`}
        </section>
        <${AdapterList} />`}
    </main>`;
}
