/** One question, which can be changed and asked again. */
import { html, useLayoutEffect, useRef } from "../vendor/preact.js";
import { ask, editing, writing } from "../conversation.js";
import { fit } from "./fit.js";
import { Icon } from "./icon.js";

/** @typedef {import("../conversation.js").TurnSignal} TurnSignal */

/** @param {{turn: TurnSignal}} props */
export function Question({ turn }) {
  const { id, text } = turn.value;
  if (editing.value === id) return html`<li class="turn question"><${Edit} turn=${turn} /></li>`;
  return html`
    <li class="turn question">
      <h2 class="question-text" dir="auto">${text}</h2>
      <button type="button" class="ghost small question-edit" aria-label="Change this question" title="Change and ask again" disabled=${writing.value}
        onClick=${() => (editing.value = id)}><${Icon} name="pencil" size=${15} /></button>
    </li>`;
}

/** @param {{turn: TurnSignal}} props */
function Edit({ turn }) {
  const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
    fit(area);
  }, []);
  const cancel = () => {
    editing.value = "";
    document.getElementById("ask")?.focus();
  };
  const send = () => {
    const text = field.current?.value.trim() ?? "";
    if (!text) return;
    ask(text, turn);
    document.getElementById("ask")?.focus();
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      cancel();
    }
  };
  return html`
    <form class="question-form" onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), send())}>
      <textarea ref=${field} rows="1" dir="auto" aria-label="The question, changed" defaultValue=${turn.value.text} onKeyDown=${onKeyDown}
        onInput=${(/** @type {InputEvent} */ event) => fit(/** @type {HTMLTextAreaElement} */ (event.target))}></textarea>
      <p class="question-buttons">
        <span class="soft">What was answered after it is replaced.</span>
        <button type="button" class="button small" onClick=${cancel}>Cancel</button>
        <button type="submit" class="button small primary">Ask</button>
      </p>
    </form>`;
}
