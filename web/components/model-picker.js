/** Which model answers, and another one in its place. */
import { html, useEffect, useRef } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { modelChanges } from "../live.js";
import { choosing, here, inUse, loadModels, models, recommended, use } from "../models.js";
import { Icon } from "./icon.js";
import { shortName } from "./model-words.js";
import { say } from "./toasts.js";

export function ModelPicker() {
  const menu = useRef(/** @type {HTMLDetailsElement|null} */ (null));
  useEffect(() => {
    loadModels();
  }, [modelChanges.value]);
  useEffect(() => {
    const close = (/** @type {Event} */ event) => {
      if (menu.current?.open && !menu.current.contains(/** @type {Node} */ (event.target))) menu.current.open = false;
    };
    addEventListener("pointerdown", close);
    return () => removeEventListener("pointerdown", close);
  }, []);
  if (!models.value) return html`<span></span>`;
  const current = inUse.value;
  /** @param {string} name */
  const choose = (name) => {
    if (menu.current) menu.current.open = false;
    document.getElementById("ask")?.focus();
    use(name).catch((fault) => say(asApiError(fault).message, { bad: true }));
  };
  const name = current ? shortName(current.name) : "Quotes, no model";
  return html`
    <details class="picker menu" ref=${menu}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Escape" || !menu.current?.open) return;
        event.preventDefault();
        menu.current.open = false;
        menu.current.querySelector("summary")?.focus();
      }}>
      <summary aria-label=${`Answered by: ${name}`} title="Who answers">
        <${Icon} name=${current ? "model" : "quote"} size=${15} /><span class="clip">${choosing.value ? "Choosing…" : name}</span></summary>
      <ul class="menu-list">
        <${Choice} name="" label="Quotes from your notes, no model" chosen=${!current} onChoose=${choose} />
        ${here.value.map((model) => html`<${Choice} key=${model.name} name=${model.name} label=${shortName(model.name)} chosen=${model === current} onChoose=${choose} />`)}
        <li><a class="menu-item menu-more" href="#/models">${here.value.length || !recommended.value ? "All models" : `Get a model: ${recommended.value.name} suits this machine`}</a></li>
      </ul>
    </details>`;
}

/** @param {{name: string, label: string, chosen: boolean, onChoose: (name: string) => void}} props */
const Choice = ({ name, label, chosen, onChoose }) => html`
  <li><button type="button" class="menu-item" aria-pressed=${chosen} title=${name || label} onClick=${() => onChoose(name)}>
    <span class="tick">${chosen && html`<${Icon} name="check" size=${14} />`}</span>${label}</button></li>`;
