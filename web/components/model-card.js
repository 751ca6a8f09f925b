/** One model: what it is, whether it fits, and what can be done with it. */
import { html } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { choosing, current, isUnfinished, pull, pullOf, removeModel, stopJob, use } from "../models.js";
import { confirm } from "./confirm.js";
import { Fault, sentence, withCode } from "./fault.js";
import { Icon } from "./icon.js";
import { Measure } from "./measure.js";
import { bytes, contextOf, fitOf, shortName, sizeOf } from "./model-words.js";
import { say } from "./toasts.js";

/** @typedef {import("../models.js").ModelRow} ModelRow */

const MB = 1_000_000;

/** @param {Promise<unknown>} work */
const complaining = (work) => work.catch((fault) => say(asApiError(fault).message, { bad: true }));

/** @param {{model: ModelRow}} props */
export function ModelCard({ model }) {
  const fit = fitOf(model);
  const facts = [sizeOf(model), contextOf(model.context_tokens), model.license, model.origin === "catalogue" ? "" : originOf(model.origin)];
  const job = pullOf(model.name);
  const fault = job?.state === "failed" && job.error;
  return html`
    <li class=${`model ${model.state === "in use" ? "in-use" : ""}`} data-name=${model.name}>
      <div class="model-head">
        <h3 title=${model.path || model.name}>${shortName(model.name)}</h3>
        ${model.state === "in use" && html`<span class="badge good"><${Icon} name="check" size=${13} /> In use</span>`}
        ${model.recommended && html`<span class="badge">Recommended for this machine</span>`}
      </div>
      ${model.about && html`<p class="model-about">${model.about}</p>`}
      <p class="facts">${facts.filter(Boolean).map((fact) => html`<span key=${fact}>${fact}</span>`)}</p>
      ${fit && html`<p class=${`standing ${fit.tone}`}><${Icon} name=${fit.icon} size=${14} /> <span>${fit.text}</span></p>`}
      ${model.problem && html`<p class="standing warn"><${Icon} name="warning" size=${14} /> <span>${sentence(model.problem)}</span></p>`}
      ${model.state === "in use" && html`<${Plan} />`}
      ${job && isUnfinished(job) && html`<${Download} name=${model.name} job=${job} />`}
      ${fault && html`<${Fault} fault=${{ ...fault, hint: fault.hint ?? "" }} onRetry=${() => complaining(pull(model.name))} />`}
      <${Buttons} model=${model} busy=${Boolean(job && isUnfinished(job))} />
    </li>`;
}

/** How the model in use is loaded, or what is wrong with it. */
function Plan() {
  const now = current.value;
  if (now?.problem)
    return html`<p class="standing warn"><${Icon} name="warning" size=${14} /> <span>${sentence(now.problem)}. ${now.hint && withCode(now.hint)}</span></p>`;
  return html`
    ${now?.plan?.summary && html`<p class="model-plan soft">${now.plan.summary}</p>`}
    ${(now?.plan?.warnings ?? []).map((text) => html`<p key=${text} class="standing warn"><${Icon} name="warning" size=${14} /> <span>${sentence(text)}</span></p>`)}
    ${now?.plan && html`<${Measure} name=${now.name} />`}`;
}

/** @param {string} origin */
const originOf = (origin) => (origin === "file" ? "a file of yours" : origin === "server" ? "on your server" : `found in ${origin}`);

/** @param {{name: string, job: import("../types.js").Job}} props */
function Download({ name, job }) {
  const { done = 0, total = 0, stage = "", detail = "" } = job.progress ?? {};
  const words = total ? `${bytes(done * MB)} of ${bytes(total * MB)}` : job.state === "queued" ? "waiting its turn" : sentence(detail || stage);
  return html`
    <div class="download">
      <progress aria-label=${`Downloading ${name}`} value=${total ? done : undefined} max=${total || undefined}></progress>
      <p><span class="soft">${words}</span>
        <button type="button" class="link" onClick=${() => complaining(stopJob(job.id))}>Stop</button></p>
    </div>`;
}

/** @param {{model: ModelRow, busy: boolean}} props */
function Buttons({ model, busy }) {
  const { name, kind, state, origin } = model;
  const remove = async () => {
    const sure = await confirm({
      title: `Remove ${shortName(name)}?`,
      text: `Its file (${sizeOf(model) || "the model"}) is deleted from this machine. It can be downloaded again.`,
      action: "Remove",
    });
    if (sure) await complaining(removeModel(name));
  };
  if (busy || state === "downloading") return null;
  const waits = choosing.value === name;
  return html`
    <p class="model-buttons">
      ${state === "available" &&
      html`<button type="button" class=${`button small ${model.recommended ? "primary" : ""}`} onClick=${() => complaining(pull(name))}>
        <${Icon} name="save" size=${15} /> Download${model.size ? ` ${bytes(model.size)}` : ""}</button>`}
      ${state === "installed" && kind === "chat" &&
      html`<button type="button" class="button small primary" disabled=${Boolean(choosing.value)} onClick=${() => complaining(use(name))}>${waits ? "Choosing…" : "Use"}</button>`}
      ${state === "in use" && kind === "chat" &&
      html`<button type="button" class="button small" disabled=${Boolean(choosing.value)} onClick=${() => complaining(use(""))}>Stop using it</button>`}
      ${origin === "catalogue" && state !== "available" && (kind === "chat" || state !== "in use") &&
      html`<button type="button" class="ghost small" aria-label=${`Remove ${shortName(name)}`} title="Remove from this machine" onClick=${remove}><${Icon} name="trash" size=${15} /></button>`}
    </p>`;
}
