/** The files of a source, each with its state and, where it could not be read, why. */
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { asApiError, call } from "../api.js";
import { ago, count, fileName, fullDate, plural } from "../format.js";
import { changes, indexing } from "../live.js";
import { address } from "../router.js";
import { reindex } from "../sources.js";
import { Fault } from "./fault.js";
import { Icon, typeIcon } from "./icon.js";
import { LongList } from "./long-list.js";
import { Skeletons } from "./skeletons.js";
import { say } from "./toasts.js";

/** @typedef {import("../types.js").FileRow} FileRow */
/** @typedef {{files: FileRow[], total: number}} Files */

const PAGE = 100;
const NEXT_PAGE = 500;
const TYPING_MS = 150;
const HEIGHT = 34; // of a row, about

/** @param {{source: import("../types.js").SourceRow}} props */
export function FileList({ source }) {
  const [words, setWords] = useState("");
  const [failed, setFailed] = useState(false);
  const [found, setFound] = useState(/** @type {Files|null} */ (null));
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  const asked = `${source.name} ${failed} ${words}`;
  const now = useRef(asked);
  const walking = useRef(false);
  /** @param {number} limit @param {number} offset @param {AbortSignal} [signal] @returns {Promise<Files>} */
  const page = (limit, offset, signal) =>
    call("GET", "/files", { query: { source: source.name, q: words, limit, offset, ...(failed ? { state: "failed" } : {}) }, ...(signal ? { signal } : {}) });
  useEffect(() => {
    const abort = new AbortController();
    // Looked at again because notes changed, it stays as long as it was.
    const length = now.current === asked ? Math.max(PAGE, found?.files.length ?? 0) : PAGE;
    now.current = asked;
    const timer = setTimeout(() => {
      page(length, 0, abort.signal).then(
        (files) => (setFound(files), setFault(null)),
        (failure) => abort.signal.aborted || setFault(asApiError(failure)),
      );
    }, words ? TYPING_MS : 0);
    return () => (clearTimeout(timer), abort.abort());
  }, [asked, changes.value, indexing.value === null]);
  const more = async () => {
    if (!found || walking.current) return;
    walking.current = true;
    try {
      const next = await page(NEXT_PAGE, found.files.length);
      if (now.current === asked) setFound({ files: [...found.files, ...next.files], total: next.total });
    } catch (failure) {
      setFault(asApiError(failure));
    } finally {
      walking.current = false;
    }
  };
  /** @param {string[]} paths none: every file */
  const again = (paths) =>
    reindex([source.name], paths.length === 0, paths).then(
      () => say(paths.length ? `Reading ${fileName(paths[0] ?? "")} again.` : `Reading every file of ${source.name} again.`),
      (failure) => say(asApiError(failure).message, { bad: true }),
    );
  return html`
    <div class="files">
      <div class="files-head">
        <input class="small-input" type="search" placeholder="Part of the path" aria-label=${`Part of the path in ${source.name}`} value=${words} dir="auto"
          onInput=${(/** @type {InputEvent} */ event) => setWords(/** @type {HTMLInputElement} */ (event.target).value)} />
        ${(source.failed > 0 || failed) &&
        html`<button type="button" class="toggle" aria-pressed=${failed} onClick=${() => setFailed(!failed)}>Failed only</button>`}
        ${source.failed > 0 && html`<button type="button" class="button small" onClick=${() => again([])}>Read all again</button>`}
      </div>
      ${fault && fault.code !== "offline" && html`<${Fault} fault=${fault} />`}
      ${!found && !fault && html`<${Skeletons} count=${1} />`}
      ${found && html`<p class="faint" role="status">${found.total ? plural(found.total, "file") : "No file has that in its path."}</p>`}
      ${found && found.total > 0 &&
      html`<${LongList} items=${found.files} height=${HEIGHT} name="file-rows" label=${`Files of ${source.name}`}
        render=${(/** @type {FileRow} */ file) => html`<${Row} key=${file.path} file=${file} root=${source.location} onAgain=${again} />`} />`}
      ${found && found.total > found.files.length &&
      html`<${More} key=${found.files.length} rest=${found.total - found.files.length} onMore=${more} />`}
    </div>`;
}

/** The button that shows more; it presses itself as it comes near. @param {{rest: number, onMore: () => void}} props */
function More({ rest, onMore }) {
  const button = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    if (!button.current) return undefined;
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(), { root: button.current.closest("main"), rootMargin: "600px 0px" });
    watcher.observe(button.current);
    return () => watcher.disconnect();
  }, []);
  return html`<button ref=${button} type="button" class="button small" onClick=${onMore}>Show more of ${count(rest)}</button>`;
}

/** @param {{file: FileRow, root: string, onAgain: (paths: string[]) => void}} props */
function Row({ file, root, onAgain }) {
  const inside = file.path.startsWith(root) ? file.path.slice(root.length).replace(/^[\\/]+/, "") : file.path;
  const bad = file.state === "failed";
  return html`
    <li class=${bad ? "file-bad" : ""}>
      <span class=${`type ${typeIcon(file.type)}`}><${Icon} name=${bad ? "warning" : typeIcon(file.type)} size=${15} /></span>
      <span class="file-name" title=${file.path} dir="auto">${file.entry === null ? inside || fileName(file.path) : html`<a href=${address("note", file.entry)}>${inside || fileName(file.path)}</a>`}
        ${file.message && html`<span class=${bad ? "bad-text" : "soft"}> ${file.message}</span>`}</span>
      ${bad && html`<button type="button" class="link" aria-label=${`Try again: ${inside}`} onClick=${() => onAgain([file.path])}>Try again</button>`}
      <time class="faint" title=${fullDate(file.modified)}>${ago(file.modified)}</time>
    </li>`;
}
