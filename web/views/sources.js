/** Sources: the folders that are searched; add, bring up to date, remove. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { AddSource } from "../components/add-source.js";
import { FileList } from "../components/file-list.js";
import { confirm } from "../components/confirm.js";
import { Fault } from "../components/fault.js";
import { Icon } from "../components/icon.js";
import { Skeletons } from "../components/skeletons.js";
import { say } from "../components/toasts.js";
import { ago, count, fullDate, plural } from "../format.js";
import { changes, indexing } from "../live.js";
import { addSource, loadSources, reindex, removeSource, sources, sourcesFault } from "../sources.js";

/** @typedef {import("../types.js").SourceRow} SourceRow */

const STATES = /** @type {Record<string, {tone: string, label: string}>} */ ({
  ready: { tone: "good", label: "Up to date" },
  indexing: { tone: "busy", label: "Indexing" },
  new: { tone: "busy", label: "Waiting" },
  offline: { tone: "warn", label: "Offline" },
  failed: { tone: "bad", label: "Failed" },
});

const ICONS = /** @type {Record<string, string>} */ ({ notion: "text", git: "code", github: "code" });

export function SourcesView() {
  useEffect(() => void loadSources(), [changes.value, indexing.value === null]);
  const all = sources.value;
  const fault = sourcesFault.value;
  return html`
    <main id="main" class="page">
      <header class="page-head">
        <div><h1>Sources</h1><p class="soft">Folders, Notion exports and git repositories that are searched. They are only read, never changed.</p></div>
        ${all && all.length > 0 &&
        html`<button type="button" class="button" onClick=${() => run(reindex([]), "Looking for changes in all sources.")}>
          <${Icon} name="refresh" size=${16} /> Check all</button>`}
      </header>
      <${AddSource} />
      ${fault && fault.code !== "offline" && html`<${Fault} fault=${fault} onRetry=${loadSources} />`}
      ${!all && !fault && html`<${Skeletons} count=${2} />`}
      ${all && all.length === 0 && html`<p class="nothing soft">No folder yet. Add the one your notes are in; a vault or an Org directory is fine.</p>`}
      <ul class="cards">${all?.map((source) => html`<${Card} key=${source.name} source=${source} />`)}</ul>
    </main>`;
}

/** @param {Promise<unknown>} work @param {string} said */
const run = (work, said) =>
  work.then(
    () => said && say(said),
    (fault) => say([asApiError(fault).message, asApiError(fault).hint].filter(Boolean).join(". "), { bad: true }),
  );

/** @param {SourceRow} source */
async function remove(source) {
  const sure = await confirm({
    title: `Remove “${source.name}”?`,
    text: `Its ${plural(source.files, "note")} will no longer be found. The files stay where they are; you can add the folder again.`,
    action: "Remove",
  });
  if (!sure) return;
  const { location, name, include = [], exclude = [] } = source;
  await run(
    removeSource(name).then(() =>
      say(`Removed ${name}.`, {
        action: "Undo",
        onAction: () => run(addSource({ location, name, include, exclude }), `${name} is back.`),
      }),
    ),
    "",
  );
}

/** @param {{source: SourceRow & {message?: string}}} props */
function Card({ source }) {
  const [open, setOpen] = useState(false);
  const state = STATES[source.state] ?? { tone: "quiet", label: source.state };
  const work = source.state === "indexing" ? indexing.value : null;
  const patterns = [
    ...(source.include ?? []).map((glob) => `only ${glob}`),
    ...(source.exclude ?? []).map((glob) => `not ${glob}`),
  ];
  return html`
    <li class="card">
      <div class="card-head">
        <span class="card-icon"><${Icon} name=${ICONS[source.kind] ?? "sources"} size=${20} /></span>
        <div class="card-name"><h2>${source.name}</h2><p class="card-path" title=${source.location}>${source.location}</p></div>
        <span class=${`pill ${state.tone}`}><span class="dot" aria-hidden="true"></span>${state.label}</span>
      </div>
      ${source.message && html`<p class="card-message">${source.message}</p>`}
      ${patterns.length > 0 && html`<p class="card-patterns">${patterns.map((text) => html`<code key=${text}>${text}</code>`)}</p>`}
      ${work && html`<progress max="1" value=${work.fraction ?? undefined} aria-label=${`Indexing ${source.name}`}></progress>`}
      <div class="card-foot">
        <p class="facts">
          <span><strong>${count(source.files)}</strong> files</span>
          <span><strong>${count(source.entries)}</strong> sections</span>
          ${source.failed > 0 && html`<span class="bad-text"><strong>${count(source.failed)}</strong> failed</span>`}
          ${source.last_indexed && html`<span class="soft" title=${fullDate(source.last_indexed)}>checked ${ago(source.last_indexed)}</span>`}
        </p>
        <span class="card-actions">
          <button type="button" class="button small" aria-expanded=${open} aria-label=${`Files of ${source.name}`} onClick=${() => setOpen(!open)}>
            <${Icon} name="list" size=${15} /> Files</button>
          <button type="button" class="button small" onClick=${() => run(reindex([source.name]), `Looking for changes in ${source.name}.`)}>
            <${Icon} name="refresh" size=${15} /> Check now</button>
          <button type="button" class="ghost" aria-label=${`Remove ${source.name}`} title="Remove" onClick=${() => remove(source)}>
            <${Icon} name="trash" size=${17} /></button>
        </span>
      </div>
      ${open && html`<${FileList} source=${source} />`}
    </li>`;
}
