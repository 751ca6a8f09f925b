/** Measuring the model in use on the person's own notes, and what came of it. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { isUnfinished, loadJobs, loadMeasurements, measure, measureJob, measurements, stopJob } from "../models.js";
import { Fault } from "./fault.js";
import { Measured } from "./measurement.js";
import { shortName } from "./model-words.js";

/** @param {{name: string}} props */
export function Measure({ name }) {
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  const job = measureJob.value;
  const ended = job?.state === "done" ? job.id : "";
  useEffect(() => void loadJobs().catch(() => {}), [name]);
  useEffect(() => void loadMeasurements().catch(() => {}), [name, ended]);
  const begin = () => {
    setFault(null);
    measure().catch((failure) => setFault(asApiError(failure)));
  };
  if (job && isUnfinished(job)) {
    const { done = 0, total = 0, stage = "", detail = "" } = job.progress ?? {};
    return html`
      <div class="download">
        <progress aria-label="Measuring" value=${total ? done : undefined} max=${total || undefined}></progress>
        <p><span class="soft">${[stage, detail].filter(Boolean).join(": ")}</span>
          <button type="button" class="link" onClick=${() => stopJob(job.id)}>Stop measuring</button></p>
      </div>`;
  }
  const failed = fault ?? (job?.state === "failed" && job.error ? { ...job.error, hint: job.error.hint ?? "" } : null);
  // A file is measured under its own name, not under its path.
  const known = measurements.value.find(({ model }) => model === name || model === shortName(name));
  return html`
    ${known && html`<${Measured} measurement=${known} />`}
    ${failed && html`<${Fault} fault=${failed} />`}
    <p class="measure"><button type="button" class="button small" onClick=${begin}>${known ? "Measure again" : "Measure on my notes"}</button>
      ${!known && html`<span class="soft">How well it uses a long context, on your longest notes. Takes minutes.</span>`}</p>`;
}
