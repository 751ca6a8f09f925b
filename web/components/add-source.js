/** The form that adds a folder. */
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { addSource } from "../sources.js";
import { Fault } from "./fault.js";
import { Icon } from "./icon.js";
import { say } from "./toasts.js";

/** @param {string} text @returns {string[]} globs, one a line or between commas */
const globs = (text) => text.split(/[\n,]/).map((part) => part.trim()).filter(Boolean);

/** @param {{big?: boolean, onAdded?: () => void}} props */
export function AddSource({ big = false, onAdded }) {
  const form = useRef(/** @type {HTMLFormElement|null} */ (null));
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
    const location = text("location").replace(/^["']|["']$/g, "");
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

  return html`
    <form ref=${form} class=${`add ${big ? "big" : ""}`} onSubmit=${submit}>
      <div class="add-line">
        <span class="field-icon"><${Icon} name="sources" size=${20} /></span>
        <input name="location" class="add-input" required placeholder="/home/you/notes, Export.zip or github:owner/repo" aria-label="Folder, Notion export or repository"
          autocomplete="off" spellcheck=${false} />
        <button class="button primary" type="submit" disabled=${busy}>${busy ? "Adding…" : "Add"}</button>
      </div>
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
