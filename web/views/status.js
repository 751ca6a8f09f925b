/** Status: what is indexed, what is going on, and which files could not be read. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError, call } from "../api.js";
import { Doctor } from "../components/doctor.js";
import { Fault, sentence } from "../components/fault.js";
import { Icon } from "../components/icon.js";
import { askForEditor } from "../components/open-note.js";
import { Skeletons } from "../components/skeletons.js";
import { say } from "../components/toasts.js";
import { editor, EDITORS } from "../editor.js";
import { ago, count, duration, fileName, fullDate, moment, plural } from "../format.js";
import { changes, indexing, jobs as liveJobs, refreshStatus, status } from "../live.js";
import { reindex } from "../sources.js";

/** @typedef {import("../types.js").Status} Status */
/** @typedef {import("../types.js").FileRow} FileRow */
/** @typedef {import("../types.js").Job} Job */

export function StatusView() {
  useEffect(() => void refreshStatus(), []);
  const now = status.value;
  return html`
    <main id="main" class="page">
      <header class="page-head">
        <div><h1>Status</h1><p class="soft">${now ? summary(now) : "Asking the daemon…"}</p></div>
        <button type="button" class="button" onClick=${check}><${Icon} name="refresh" size=${16} /> Check for changes</button>
      </header>
      <${Work} />
      ${now ? html`<${Numbers} now=${now} />` : html`<${Skeletons} count=${2} />`}
      <${FailedFiles} />
      <${Jobs} />
      <${Doctor} />
      ${now && html`<${About} now=${now} />`}
    </main>`;
}

/** Reads these files again. @param {FileRow[]} files */
const again = (files) =>
  reindex([], false, files.map(({ path }) => path)).then(
    () => say(files.length === 1 ? `Reading ${fileName(files[0]?.path ?? "")} again.` : "Reading them again."),
    (fault) => say(asApiError(fault).message, { bad: true }),
  );

const check = () =>
  reindex([]).then(
    () => say("Looking for changes in all sources."),
    (fault) => say(asApiError(fault).message, { bad: true }),
  );

/** @param {Status} now */
function summary(now) {
  if (indexing.value) return "Reading your notes. What has been read is found already.";
  if (now.pending) return `${plural(now.pending, "section")} can be found by words already, by meaning soon.`;
  if (!now.files) return "There is nothing to search yet.";
  return "Everything is indexed.";
}

function Work() {
  const work = indexing.value;
  if (!work) return null;
  return html`
    <section class="card work" aria-label="Indexing">
      <div class="work-head"><h2>${STAGES[work.stage] ?? sentence(work.stage)}</h2>
        <p>${work.total ? `${count(work.done)} of ${count(work.total)}` : "counting…"}</p></div>
      <progress max="1" value=${work.fraction ?? undefined} aria-label="Progress"></progress>
    </section>`;
}

/** @param {{now: Status}} props */
const Numbers = ({ now }) => html`
  <dl class="numbers">
    <div><dt>Notes</dt><dd>${count(now.files)}</dd></div>
    <div><dt>Sections</dt><dd>${count(now.entries)}</dd></div>
    <div><dt>Found by meaning</dt><dd>${now.entries ? `${Math.floor((100 * now.embedded) / now.entries)}%` : "–"}</dd></div>
    <div class=${now.failed ? "bad" : ""}><dt>Failed</dt><dd>${count(now.failed)}</dd></div>
  </dl>`;

function FailedFiles() {
  const [files, setFiles] = useState(/** @type {FileRow[]|null} */ (null));
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  const [words, setWords] = useState("");
  const failed = status.value?.failed ?? 0;
  useEffect(() => {
    const timer = setTimeout(() => {
      call("GET", "/files", { query: { state: "failed", q: words } }).then(
        (found) => (setFiles(found.files), setFault(null)),
        (failure) => setFault(asApiError(failure)),
      );
    }, words ? 120 : 0);
    return () => clearTimeout(timer);
  }, [words, failed, changes.value]);
  if (fault && fault.code !== "offline") return html`<${Fault} fault=${fault} />`;
  if (!files || (files.length === 0 && !words)) return null;
  return html`
    <section class="block" aria-labelledby="failed-title">
      <div class="block-head"><h2 id="failed-title">Files that could not be read</h2>
        ${(failed > 8 || words) &&
        html`<input class="small-input" type="search" placeholder="Part of the path" aria-label="Part of the path" value=${words}
          onInput=${(/** @type {InputEvent} */ event) => setWords(/** @type {HTMLInputElement} */ (event.target).value)} />`}
      </div>
      <p class="soft">Everything else is indexed. A file is tried again as soon as it changes.${" "}
        <button type="button" class="link" onClick=${() => again(files)}>Try them again now</button></p>
      <ul class="failed">
        ${files.map(
          (file) => html`<li key=${file.path}>
            <p class="failed-path"><strong>${fileName(file.path)}</strong> <span title=${file.path}>${file.path}</span></p>
            <p class="failed-why"><${Icon} name="warning" size=${14} /> ${file.message || file.code}
              <button type="button" class="link" aria-label=${`Try again: ${fileName(file.path)}`} onClick=${() => again([file])}>Try again</button></p>
          </li>`,
        )}
        ${files.length === 0 && html`<li class="soft">No failed file has that in its path.</li>`}
      </ul>
    </section>`;
}

/** What the daemon is at, as people say it. */
const STAGES = /** @type {Record<string, string>} */ ({ listing: "Looking for files", comparing: "Looking for changes", reading: "Reading files", embedding: "Learning what they mean", saving: "Keeping it" });

const TONES = /** @type {Record<string, string>} */ ({ done: "good", running: "busy", queued: "quiet", failed: "bad", cancelled: "quiet" });
const KINDS = /** @type {Record<string, string>} */ ({ index: "Index", map: "Map", pull: "Download", measure: "Measure", train: "Training", forget: "Forgetting" });

function Jobs() {
  const [listed, setListed] = useState(/** @type {Job[]} */ ([]));
  const ended = Object.values(liveJobs.value).filter((job) => job.state !== "running").length;
  useEffect(() => {
    call("GET", "/jobs").then((found) => setListed(found.jobs), () => {});
  }, [ended]);
  const known = new Map(listed.map((job) => [job.id, job]));
  for (const job of Object.values(liveJobs.value)) known.set(job.id, { ...known.get(job.id), ...job });
  const all = [...known.values()].sort((a, b) => Number(moment(b.created)) - Number(moment(a.created))).slice(0, 8);
  if (!all.length) return null;
  const cancel = (/** @type {Job} */ job) =>
    call("DELETE", `/jobs/${job.id}`).catch((fault) => say(asApiError(fault).message, { bad: true }));
  return html`
    <section class="block" aria-labelledby="jobs-title">
      <h2 id="jobs-title">Recent work</h2>
      <ul class="jobs">
        ${all.map(
          (job) => html`<li key=${job.id}>
            <span class=${`pill ${TONES[job.state] ?? "quiet"}`}><span class="dot" aria-hidden="true"></span>${job.state}</span>
            <span class="job-what">${KINDS[job.kind] ?? job.kind}${outcome(job)}</span>
            <time class="soft" title=${fullDate(job.created)}>${ago(job.created)}</time>
            ${["queued", "running"].includes(job.state) &&
            html`<button type="button" class="button small" onClick=${() => cancel(job)}>Stop</button>`}
          </li>`,
        )}
      </ul>
    </section>`;
}

/** @param {Job} job */
function outcome(job) {
  if (job.error) return `: ${job.error.message}`;
  if (job.state === "running" && job.progress?.total) return `: ${job.progress.stage}, ${count(job.progress.done)} of ${count(job.progress.total)}`;
  const files = /** @type {Record<string, number>|undefined} */ (job.result?.files);
  if (!files) return "";
  const parts = ["added", "changed", "renamed", "removed", "failed"].filter((key) => files[key]).map((key) => `${count(files[key])} ${key}`);
  return `: ${parts.length ? parts.join(", ") : "nothing had changed"}`;
}

/** @param {string} name */
const editorName = (name) =>
  EDITORS.find((each) => each.name === name)?.label ?? (name === "copy" ? "nothing: the path is copied" : "not chosen yet");

/** `name@revision/precision` without what only the index needs. @param {string} name */
const modelName = (name) => name.replace(/@[^/]*/, "").replace("/", " · ") || "being prepared";

/** @param {{now: Status}} props */
function About({ now }) {
  const watcher = now.watcher;
  const rows = [
    ["Watching for changes", watcher ? (watcher.alive ? "yes" : "no: changes are found every few minutes") : "–"],
    ["Embedding model", modelName(String(now.model?.name ?? ""))],
    ["Memory", now.memory_mb ? `${count(Math.round(now.memory_mb))} MB` : "–"],
    ["Running for", now.uptime_s !== undefined ? duration(now.uptime_s) : "–"],
    ["Version", now.version],
    ...(now.nightly ? [["Training", html`<a href="#/train">${now.nightly}</a>`]] : []),
  ];
  return html`
    <section class="block" aria-labelledby="about-title">
      <h2 id="about-title">This daemon</h2>
      <dl class="about">${rows.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    </section>
    <section class="block" aria-labelledby="browser-title">
      <h2 id="browser-title">This browser</h2>
      <dl class="about"><div><dt>Opens notes with</dt>
        <dd>${editorName(editor.value)}${" "}<button type="button" class="link" onClick=${askForEditor}>Change</button></dd></div></dl>
    </section>`;
}
