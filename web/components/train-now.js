/** The training that goes on: how far it is, its curves as they grow, and a way to stop it. */
import { html, useEffect } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { count, plural } from "../format.js";
import { stopJob } from "../models.js";
import { details, loadRun, loadTraining, running, work } from "../training.js";
import { sentence } from "./fault.js";
import { LearningCurves } from "./learning-curves.js";
import { say } from "./toasts.js";
import { Verdict } from "./train-run.js";

const RENEW_MS = 1500;

export function TrainNow() {
  const job = work.value;
  const run = running.value;
  // Steps come in many a second or one a minute, and those of the night come as no job at all.
  useEffect(() => {
    const renew = async () => {
      if (document.visibilityState === "hidden") return;
      await loadTraining();
      if (running.value) await loadRun(running.value.id).catch(() => {});
    };
    renew();
    const timer = setInterval(renew, RENEW_MS);
    return () => clearInterval(timer);
  }, []);
  const { stage = "", done = 0, total = 0, detail = "" } = job?.progress ?? {};
  const known = run ? details.value[run.id] : undefined;
  const curves = /** @type {import("../training.js").Curves} */ (known?.curves ?? {});
  const stop = () => job && stopJob(job.id).then(loadTraining, (fault) => say(asApiError(fault).message, { bad: true }));
  return html`
    <section class="card work" aria-labelledby="now-title">
      <div class="work-head">
        <h2 id="now-title">${sentence(stage || run?.stage || "training")}</h2>
        <p class="soft">${total ? `${count(done)} of ${count(total)}` : ""}${detail ? `${total ? ", " : ""}${detail}` : ""}</p>
      </div>
      <progress max=${total || undefined} value=${total ? done : undefined} aria-label="Training"></progress>
      <${LearningCurves} curves=${curves} live />
      ${(curves.validation ?? []).length > 2 && html`<${Verdict} curves=${curves} soFar />`}
      <div class="card-foot">
        <p class="soft">${run?.notes ? `Learning from ${plural(run.notes, "note")}. ` : ""}${job ? "Stopped, the next training goes on from here." : "It was begun by night or in a terminal."}</p>
        ${job && html`<button type="button" class="button small" onClick=${stop}>Stop</button>`}
      </div>
    </section>`;
}
