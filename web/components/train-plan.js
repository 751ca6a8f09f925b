/** What would be learned: how much of what, samples, and what is left out and why. */
import { html } from "../vendor/preact.js";
import { count, fileName, plural } from "../format.js";
import { plan, planJob } from "../training.js";
import { isUnfinished, stopJob } from "../models.js";
import { Fault, sentence } from "./fault.js";

/** @typedef {import("../training.js").Plan} Plan */

const KINDS = /** @type {Record<string, {name: string, means: string}>} */ ({
  grounded: { name: "Questions with an answer", means: "about your notes, answered by quoting them word for word" },
  unanswerable: { name: "Questions without one", means: "where the right answer is that your notes do not say" },
  writing: { name: "Your own writing", means: "continued, for your terms, style and languages" },
  chat: { name: "Answers you liked", means: "chats with a thumb up; those with a thumb down are kept out" },
  general: { name: "General rows", means: "written by the project, against forgetting" },
});
const PARTS = /** @type {const} */ ([["train", "Learned"], ["validation", "Watched"], ["test", "Judged by"]]);

export function TrainPlan() {
  const job = planJob.value;
  if (!job) return null;
  if (isUnfinished(job)) {
    const { stage = "", done = 0, total = 0 } = job.progress;
    return html`
      <section class="card work" aria-label="Looking at your notes">
        <div class="work-head"><h2>${sentence(stage || "looking at your notes")}</h2><p class="soft">${total ? `${count(done)} of ${count(total)}` : ""}</p></div>
        <progress max=${total || undefined} value=${total ? done : undefined} aria-label="Looking at your notes"></progress>
        <p class="plan-stop"><button type="button" class="link" onClick=${() => stopJob(job.id)}>Stop</button></p>
      </section>`;
  }
  if (job.error) return html`<${Fault} fault=${job.error} />`;
  const now = plan.value;
  return now ? html`<${Shown} plan=${now} />` : null;
}

/** @param {{plan: Plan}} props */
function Shown({ plan: now }) {
  const kinds = Object.keys(KINDS).filter((kind) => PARTS.some(([part]) => now.counts[part]?.[kind]));
  const masked = Object.entries(now.masked);
  const asked = now.shares.unanswerable ?? 0;
  const written = now.by_model?.asked ?? 0;
  return html`
    <section class="block plan" aria-labelledby="plan-title">
      <h2 id="plan-title">What would be learned</h2>
      <p class="soft">${plural(now.rows, "row")} from ${plural(Object.values(now.notes).reduce((a, b) => a + b, 0), "note")}. A note is wholly learned, watched or judged by, never two of them.
        Of the questions learned, ${percent(asked)} have no answer in your notes; ${percent(now.shares.general ?? 0)} of all rows are general ones.</p>
      <div class="table-scroll"><table class="figures">
        <thead><tr><th scope="col">Rows</th>${PARTS.map(([part, label]) => html`<th key=${part} scope="col">${label}</th>`)}</tr></thead>
        <tbody>
          <tr><th scope="row">Notes</th>${PARTS.map(([part]) => html`<td key=${part}>${count(now.notes[part])}</td>`)}</tr>
          ${kinds.map((kind) => html`<tr key=${kind}><th scope="row">${KINDS[kind]?.name}<span class="soft">${KINDS[kind]?.means}</span></th>
            ${PARTS.map(([part]) => html`<td key=${part}>${count(now.counts[part]?.[kind])}</td>`)}</tr>`)}
        </tbody></table></div>
      ${written > 0 && html`<p class="soft">The chat model was asked to write ${plural(written, "question")}; ${count(now.by_model?.kept ?? 0)} came with words that stand in the note and were kept.</p>`}
      <h3>Masked</h3>
      <p>${masked.length ? masked.map(([what, number]) => `${what}: ${count(number)}`).join(", ") : "No address, number or key was found."}
        <span class="soft"> They are blotted out before anything is learned.</span></p>
      <h3>Left out</h3>
      ${now.left_out.length
        ? html`<ul class="left-out">${now.left_out.map((each) => html`<li key=${each.what + each.reason}>
            <p><strong>${plural(each.count, each.what)}</strong>: ${each.reason}</p>
            ${each.examples.length > 0 && html`<p class="faint">${each.examples.map((text) => (text.startsWith("/") ? fileName(text) : `“${text}”`)).join(", ")}</p>`}</li>`)}</ul>`
        : html`<p class="soft">Nothing.</p>`}
      <p class="soft">A note with <code>no-train: true</code> or the tag <code>no-train</code>, and a folder with a file <code>.khojnotrain</code>, are never learned from.</p>
      <details class="more-details"><summary>Samples of what would be learned</summary>
        <ul class="samples">${now.samples.map((sample, index) => html`<li key=${index}>
          <p class="faint">${KINDS[sample.kind]?.name ?? sample.kind}${sample.note ? html` · <span title=${sample.note}>${fileName(sample.note)}</span>` : ""}</p>
          ${sample.question && html`<p dir="auto"><strong>${sample.question}</strong></p>`}
          <p class="sample-text" dir="auto">${sample.text}</p></li>`)}</ul></details>
    </section>`;
}

/** @param {number} share */
const percent = (share) => `${Math.round(share * 100)} %`;
