/** The files of a source, each with its state and, where it could not be read, why. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError, call } from "../api.js";
import { ago, count, fileName, fullDate, plural } from "../format.js";
import { changes, indexing } from "../live.js";
import { address } from "../router.js";
import { reindex } from "../sources.js";
import { Fault } from "./fault.js";
import { Icon, typeIcon } from "./icon.js";
import { Skeletons } from "./skeletons.js";
import { say } from "./toasts.js";

/** @typedef {import("../types.js").FileRow} SourceFile */
/** @typedef {{files: SourceFile[], total: number}} Files */

const PAGE = 100;
const TYPING_MS = 150;

/** @param {{source: import("../types.js").SourceRow}} props */
export function FileList({ source }) {
  const [words, setWords] = useState("");
  const [failed, setFailed] = useState(false);
  const [limit, setLimit] = useState(PAGE);
  const [found, setFound] = useState(/** @type {Files|null} */ (null));
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const query = { source: source.name, q: words, limit, ...(failed ? { state: "failed" } : {}) };
      call("GET", "/files", { query, signal: abort.signal }).then(
        (files) => (setFound(files), setFault(null)),
        (failure) => abort.signal.aborted || setFault(asApiError(failure)),
      );
    }, words ? TYPING_MS : 0);
    return () => (clearTimeout(timer), abort.abort());
  }, [source.name, words, failed, limit, changes.value, indexing.value === null]);
  const again = () =>
    reindex([source.name], true).then(
      () => say(`Reading every file of ${source.name} again.`),
      (failure) => say(asApiError(failure).message, { bad: true }),
    );
  return html`
    <div class="files">
      <div class="files-head">
        <input class="small-input" type="search" placeholder="Part of the path" aria-label=${`Part of the path in ${source.name}`} value=${words} dir="auto"
          onInput=${(/** @type {InputEvent} */ event) => (setLimit(PAGE), setWords(/** @type {HTMLInputElement} */ (event.target).value))} />
        ${(source.failed > 0 || failed) &&
        html`<button type="button" class="toggle" aria-pressed=${failed} onClick=${() => (setLimit(PAGE), setFailed(!failed))}>Failed only</button>`}
        ${source.failed > 0 && html`<button type="button" class="button small" onClick=${again}>Read all again</button>`}
      </div>
      ${fault && fault.code !== "offline" && html`<${Fault} fault=${fault} />`}
      ${!found && !fault && html`<${Skeletons} count=${1} />`}
      ${found && html`<p class="faint" role="status">${found.total ? plural(found.total, "file") : "No file has that in its path."}</p>`}
      <ul class="file-rows">${found?.files.map((file) => html`<${Row} key=${file.path} file=${file} root=${source.location} />`)}</ul>
      ${found && found.total > found.files.length &&
      html`<button type="button" class="button small" onClick=${() => setLimit(Math.min(limit + PAGE * 5, 10_000))}>Show more of ${count(found.total - found.files.length)}</button>`}
    </div>`;
}

/** @param {{file: SourceFile, root: string}} props */
function Row({ file, root }) {
  const inside = file.path.startsWith(root) ? file.path.slice(root.length).replace(/^[\\/]+/, "") : file.path;
  const bad = file.state === "failed";
  return html`
    <li class=${bad ? "file-bad" : ""}>
      <span class=${`type ${typeIcon(file.type)}`}><${Icon} name=${bad ? "warning" : typeIcon(file.type)} size=${15} /></span>
      <span class="file-name" title=${file.path} dir="auto">${file.entry === null ? inside || fileName(file.path) : html`<a href=${address("note", file.entry)}>${inside || fileName(file.path)}</a>`}
        ${file.message && html`<span class=${bad ? "bad-text" : "soft"}> ${file.message}</span>`}</span>
      <time class="faint" title=${fullDate(file.modified)}>${ago(file.modified)}</time>
    </li>`;
}
