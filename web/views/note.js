/** One note on the whole page. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError, call } from "../api.js";
import { Fault } from "../components/fault.js";
import { NotePane } from "../components/note-pane.js";
import { openNote } from "../components/open-note.js";
import { address, go, route } from "../router.js";

/** @typedef {import("../types.js").Hit} Hit */

export function NoteView() {
  const { id, params } = route.value;
  const line = Number(params.get("line")) || undefined;
  const [hit, setHit] = useState(/** @type {Hit|null} */ (null));
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  useEffect(() => {
    setFault(null);
    call("GET", `/entries/${id}`).then(
      (entry) => setHit({ ...entry, line: line ?? entry.line, snippet: "", highlights: [] }),
      (failure) => setFault(asApiError(failure)),
    );
  }, [id, line]);
  const back = () => (history.length > 1 ? history.back() : go("#/search"));
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key === "Escape") back();
    else if (event.key === "o" && hit) openNote(hit);
  };
  return html`
    <main id="main" class="reader" onKeyDown=${onKeyDown}>
      ${fault
        ? html`<div class="page"><${Fault} fault=${fault} /></div>`
        : html`<${NotePane} hit=${hit} full closable onBack=${back}
            onOpen=${(/** @type {Hit} */ found) => go(address("note", found.id, { line: found.line }))} />`}
    </main>`;
}
