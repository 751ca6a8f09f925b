/** The adapters: which one answers, which could, and getting them in, out and away. */
import { html, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { ago, count, fullDate, plural } from "../format.js";
import { adapters, exportAdapter, forget, importAdapter, isTraining, removeAdapter, rollBack, useAdapters } from "../training.js";
import { confirm } from "./confirm.js";
import { Icon } from "./icon.js";
import { KeptField } from "./kept-field.js";
import { bytes } from "./model-words.js";
import { say } from "./toasts.js";

/** @typedef {import("../training.js").Adapter} Adapter */

const STATES = /** @type {Record<string, {tone: string, label: string}>} */ ({
  "in use": { tone: "good", label: "In use" },
  candidate: { tone: "busy", label: "Not used yet" },
  retired: { tone: "quiet", label: "Used before" },
  rejected: { tone: "quiet", label: "Rejected" },
});

/** Does it, and says how it went. @param {Promise<unknown>} work @param {string} [said] @returns {Promise<boolean>} */
const tried = (work, said = "") =>
  work.then(
    () => (said && say(said), true),
    (fault) => (say([asApiError(fault).message, asApiError(fault).hint].filter(Boolean).join(". "), { bad: true }), false),
  );

export function AdapterList() {
  const known = adapters.value;
  if (!known) return null;
  const stale = known.adapters.filter((adapter) => adapter.stale);
  return html`
    <section class="block" aria-labelledby="adapters-title">
      <div class="block-head"><h2 id="adapters-title">Adapters</h2>
        <span class="block-actions">
          ${known.adapters.length > 0 && html`<button type="button" class="button small" onClick=${() => tried(rollBack(), "What was in use before answers again.")}><${Icon} name="back" size=${15} /> Roll back</button>`}
          ${known.in_use && html`<button type="button" class="button small" onClick=${() => tried(useAdapters([]), "Answers are given without an adapter from now on.")}>Use none</button>`}
        </span></div>
      <p class="soft">A small file beside the model that changes how it answers. It is never altered: a training makes a new one, and the way back stays open.</p>
      ${stale.length > 0 && html`<${Stale} stale=${stale} />`}
      ${known.adapters.length
        ? html`<ul class="adapter-list">${known.adapters.map((adapter) => html`<${Row} key=${adapter.id} adapter=${adapter} />`)}</ul>`
        : html`<p class="soft none-yet">None yet. The first training makes one, or take one in that was exported elsewhere.</p>`}
      <${Import} />
    </section>`;
}

/** @param {{stale: Adapter[]}} props */
function Stale({ stale }) {
  const ask = async () => {
    const sure = await confirm({
      title: "Forget the deleted notes?",
      text: `${stale.length === 1 ? "The adapter that has" : `The ${stale.length} adapters that have`} learned from notes that are gone ${stale.length === 1 ? "is" : "are"} deleted for good, with what was kept of those trainings. Then a new one is trained without them.`,
      action: "Forget and train anew",
    });
    if (sure) await tried(forget(), "Forgetting. The new training shows above.");
  };
  return html`<div class="notice warn stale"><p>${stale.length === 1 ? "One adapter has" : `${stale.length} adapters have`} learned from notes that are gone since. The next training goes without them; to be rid of it now, forget.</p>
    <button type="button" class="button small" disabled=${isTraining.value} onClick=${ask}>Forget and train anew</button></div>`;
}

/** @param {{adapter: Adapter}} props */
function Row({ adapter }) {
  const [exporting, setExporting] = useState(false);
  const state = STATES[adapter.state] ?? { tone: "quiet", label: adapter.state };
  const others = (adapters.value?.uses ?? []).filter(({ id }) => id !== adapter.id);
  const fits = (adapters.value?.adapters ?? []).some((each) => each.state === "in use" && each.base_hash === adapter.base_hash);
  const remove = async () => {
    const sure = await confirm({
      title: `Remove ${adapter.id}?`,
      text: `The adapter is deleted for good${adapter.state === "in use" ? "; answers go on without it" : ""}. Export it first to keep a copy.`,
      action: "Remove",
    });
    if (sure) await tried(removeAdapter(adapter), `${adapter.id} is gone.`);
  };
  const facts = [adapter.base_name, bytes(adapter.size), `rank ${count(adapter.rank)}`, adapter.saw ? `learned from ${plural(adapter.saw, "note")}` : "", adapter.run ? "" : "imported"];
  const used = adapter.state === "in use";
  return html`
    <li class=${`adapter ${used ? "in-use" : ""}`} data-id=${adapter.id}>
      <div class="adapter-head"><h3>${adapter.run ? html`<a href=${`#/train/${adapter.run}`}>${adapter.id}</a>` : adapter.id}</h3>
        <span class=${`pill ${state.tone}`}><span class="dot" aria-hidden="true"></span>${state.label}</span>
        ${adapter.stale && html`<span class="pill warn" title="A note it has learned from is gone since"><span class="dot" aria-hidden="true"></span>Stale</span>`}
        <time class="faint" title=${fullDate(adapter.created)}>${ago(adapter.created)}</time></div>
      <p class="facts">${facts.filter(Boolean).map((fact) => html`<span key=${fact}>${fact}</span>`)}</p>
      ${!adapter.here && html`<p class="bad-text">Its file is gone from this machine.</p>`}
      <p class="adapter-actions">
        ${used
          ? html`<${Weight} adapter=${adapter} />
              <button type="button" class="button small" onClick=${() => tried(useAdapters(others), `${adapter.id} is not used any more.`)}>Stop using it</button>`
          : html`<button type="button" class=${`button small ${adapter.state === "candidate" ? "primary" : ""}`} disabled=${!adapter.here}
                onClick=${() => tried(useAdapters([{ id: adapter.id, weight: 1 }]), `${adapter.id} is in use from now on.`)}>${adapter.state === "rejected" ? "Use all the same" : "Use"}</button>
              ${others.length > 0 && fits && adapter.here && html`<button type="button" class="button small" onClick=${() => tried(useAdapters([...others, { id: adapter.id, weight: 1 }]), `${adapter.id} is used beside the others.`)}>Use too</button>`}`}
        <button type="button" class="button small" aria-expanded=${exporting} disabled=${!adapter.here} onClick=${() => setExporting(!exporting)}>Export</button>
        <button type="button" class="ghost small" aria-label=${`Remove ${adapter.id}`} title="Remove for good" onClick=${remove}><${Icon} name="trash" size=${15} /></button>
      </p>
      ${exporting && html`<${Export} adapter=${adapter} onDone=${() => setExporting(false)} />`}
    </li>`;
}

/** How strongly an adapter counts. @param {{adapter: Adapter}} props */
function Weight({ adapter }) {
  const uses = adapters.value?.uses ?? [];
  /** @param {string} text @param {HTMLInputElement} field */
  const set = (text, field) => {
    const weight = Number(text);
    if (!text || !field.reportValidity() || weight === adapter.weight) return;
    tried(useAdapters(uses.map((use) => (use.id === adapter.id ? { ...use, weight } : use))), `${adapter.id} counts ${weight} from now on.`);
  };
  return html`<label class="weight" title="1 is as it was trained; less is fainter">Weight
    <${KeptField} type="number" class="small-input" min="0.05" max="4" step="0.05" value=${adapter.weight ?? 1} onKeep=${set} /></label>`;
}

/** @param {{adapter: Adapter, onDone: () => void}} props */
function Export({ adapter, onDone }) {
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const path = pathIn(event);
    if (path && (await tried(exportAdapter(adapter.id, path), `Written to ${path}, with its card inside.`))) onDone();
  };
  return html`<form class="path-form" onSubmit=${submit}>
    <label class="soft" for=${`to-${adapter.id}`}>Into a new file on this machine</label>
    <div class="add-line"><input id=${`to-${adapter.id}`} name="path" class="add-input" required placeholder=${`/home/you/${adapter.id}.gguf`} autocomplete="off" spellcheck=${false} />
      <button class="button small primary" type="submit">Write</button></div></form>`;
}

function Import() {
  const [open, setOpen] = useState(false);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const path = pathIn(event);
    if (path && (await tried(importAdapter(path), "It was checked and is kept, and not used yet."))) setOpen(false);
  };
  if (!open) return html`<p><button type="button" class="button small" onClick=${() => setOpen(true)}><${Icon} name="plus" size=${15} /> Import an adapter</button></p>`;
  return html`<form class="path-form" onSubmit=${submit}>
    <label class="soft" for="adapter-path">The file of an adapter that was exported, on this machine</label>
    <div class="add-line"><input id="adapter-path" name="path" class="add-input" required placeholder="/home/you/mine.gguf" autocomplete="off" spellcheck=${false}
        ref=${(/** @type {HTMLElement|null} */ field) => field && document.activeElement === document.body && field.focus()} />
      <button class="button small primary" type="submit">Import</button></div></form>`;
}

/** The path that a form holds, without quotes around it. @param {SubmitEvent} event */
const pathIn = (event) =>
  String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("path") ?? "").trim().replace(/^["']|["']$/g, "");
