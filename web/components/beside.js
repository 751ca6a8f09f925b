/** The note that an answer cites: beside the answer where there is room, else on a sheet over it. */
import { html, useEffect, useRef } from "../vendor/preact.js";
import { isWide } from "../screen.js";
import { NotePane } from "./note-pane.js";

/** @typedef {import("../types.js").Hit} Hit */

/** @param {{hit: Hit, quote: string, onClose: () => void, onOpen: (hit: Hit) => void}} props */
export function Beside({ hit, quote, onClose, onOpen }) {
  const pane = html`<${NotePane} hit=${hit} quote=${quote} closable onBack=${onClose} onOpen=${onOpen} />`;
  return isWide.value ? pane : html`<${Sheet} onClose=${onClose}>${pane}<//>`;
}

/** @param {{onClose: () => void, children: unknown}} props */
function Sheet({ onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement|null} */ (null));
  useEffect(() => {
    const sheet = dialog.current;
    sheet?.showModal();
    return () => sheet?.close();
  }, []);
  return html`
    <dialog ref=${dialog} class="sheet" aria-label="Note"
      onCancel=${(/** @type {Event} */ event) => (event.preventDefault(), onClose())}
      onClick=${(/** @type {MouseEvent} */ event) => event.target === dialog.current && onClose()}>
      <div class="sheet-inner">${children}</div>
    </dialog>`;
}
