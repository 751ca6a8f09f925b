/** The list of keyboard shortcuts, a modal dialog. */
import { html, useEffect, useRef } from "../vendor/preact.js";
import { helpOpen, SHORTCUTS } from "../keys.js";
import { Icon } from "./icon.js";

const GROUPS = [...new Set(SHORTCUTS.map((shortcut) => shortcut.group))];

export function Shortcuts() {
  const dialog = useRef(/** @type {HTMLDialogElement|null} */ (null));
  const open = helpOpen.value;
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  return html`
    <dialog ref=${dialog} class="dialog" aria-labelledby="shortcuts-title"
      onClose=${() => (helpOpen.value = false)}
      onClick=${(/** @type {MouseEvent} */ event) => event.target === dialog.current && dialog.current?.close()}>
      ${open &&
      html`<div class="dialog-body">
        <header class="dialog-head">
          <h2 id="shortcuts-title">Keyboard</h2>
          <button class="ghost" type="button" aria-label="Close" onClick=${() => dialog.current?.close()}>
            <${Icon} name="close" /></button>
        </header>
        <div class="shortcut-groups">
          ${GROUPS.map(
            (group) => html`
              <section key=${group}>
                <h3>${group}</h3>
                <dl>
                  ${SHORTCUTS.filter((shortcut) => shortcut.group === group).map(
                    (shortcut) => html`
                      <div key=${shortcut.does}>
                        <dt>${shortcut.does}</dt>
                        <dd>${shortcut.keys.map((key) => html`<kbd key=${key}>${key}</kbd>`)}</dd>
                      </div>`,
                  )}
                </dl>
              </section>`,
          )}
        </div>
      </div>`}
    </dialog>`;
}
