/** The form that adds a folder. */
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { addSource } from "../sources.js";
import { Fault } from "./fault.js";
import { Icon } from "./icon.js";
import { say } from "./toasts.js";

/** @param {string} text @returns {string[]} globs, one a line or between commas */
const globs = (text) => text.split(/[\n,]/).map((part) => part.trim()).filter(Boolean);

/** What can be added, and how each is named. */
const KINDS = [
  { name: "folder", label: "Folder", example: "/home/you/notes", hint: "An Obsidian vault, Org files, Logseq or any folder on this machine. New and changed files are found by themselves." },
  { name: "notion", label: "Notion", example: "/home/you/Downloads/Export.zip", hint: "In Notion: Settings, Export all workspace content, as Markdown & CSV or HTML. Give the path of the ZIP file as it is." },
  { name: "github", label: "Git repository", example: "owner/repository", hint: "A repository on GitHub, the address of another, or a local one. It is cloned by your own git and its keys; only then does it ask elsewhere." },
];

/** What the daemon calls a repository that is named the way GitHub shows it. @param {string} location @param {string} kind */
const named = (location, kind) => (kind === "github" && /^[\w.-]+\/[\w.-]+$/.test(location) ? `github:${location}` : location);

/** @param {{big?: boolean, onAdded?: () => void}} props */
export function AddSource({ big = false, onAdded }) {
  const form = useRef(/** @type {HTMLFormElement|null} */ (null));
  const [kind, setKind] = useState("folder");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));

  useEffect(() => {
    if (big) form.current?.querySelector("input")?.focus();
  }, [big]);

  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    if (!form.current || busy) return;
    const data = new FormData(form.current);
    const text = (/** @type {string} */ key) => String(data.get(key) ?? "").trim();
    const location = named(text("location").replace(/^["']|["']$/g, ""), kind);
    if (!location) return;
    setBusy(true);
    setFault(null);
    try {
      const include = globs(text("include"));
      const exclude = globs(text("exclude"));
      const source = await addSource({
        location,
        ...(text("name") ? { name: text("name") } : {}),
        ...(include.length ? { include } : {}),
        ...(exclude.length ? { exclude } : {}),
      });
      form.current?.reset();
      say(`Reading ${source?.name ?? location}. You can search while it goes on.`);
      onAdded?.();
    } catch (failure) {
      setFault(asApiError(failure));
    } finally {
      setBusy(false);
    }
  };

  const shown = KINDS.find((each) => each.name === kind);
  return html`
    <form ref=${form} class=${`add ${big ? "big" : ""}`} onSubmit=${submit}>
      <fieldset class="segments add-kinds">
        <legend class="visually-hidden">Kind of source</legend>
        ${KINDS.map(
          (each) => html`<label key=${each.name}><input type="radio" name="kind" value=${each.name} checked=${each.name === kind}
            onChange=${() => (setKind(each.name), setFault(null))} /><span>${each.label}</span></label>`,
        )}
      </fieldset>
      <div class="add-line">
        <span class="field-icon"><${Icon} name="sources" size=${20} /></span>
        <input name="location" class="add-input" required placeholder=${shown?.example} aria-label="Folder, Notion export or repository"
          autocomplete="off" spellcheck=${false} />
        <button class="button primary" type="submit" disabled=${busy}>${busy ? "Adding…" : "Add"}</button>
      </div>
      <p class="add-hint soft">${shown?.hint}</p>
      <details class="add-more">
        <summary>Name and patterns</summary>
        <div class="add-grid">
          <label>Name <input name="name" placeholder="taken from the folder" autocomplete="off" /></label>
          <label>Only these files <input name="include" placeholder="*.md, *.org" autocomplete="off" spellcheck=${false} /></label>
          <label>Never these <input name="exclude" placeholder="archive/**, *.log" autocomplete="off" spellcheck=${false} /></label>
        </div>
      </details>
      ${fault && html`<${Fault} fault=${fault} />`}
    </form>`;
}
