/** Where questions are typed. It grows with them, and keeps them when the daemon is away. */
import { html, useLayoutEffect, useRef } from "../vendor/preact.js";
import { connection } from "../api.js";
import { ask, draft, setDraft, stop, writing } from "../conversation.js";
import { Icon } from "./icon.js";

export function Composer() {
  const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 220)}px`;
  }, [draft.value]);
  const send = () => {
    const text = draft.value.trim();
    if (!text || writing.value || connection.value === "offline") return;
    setDraft("");
    ask(text);
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      if (writing.value) stop();
      else field.current?.blur();
    }
  };
  return html`
    <form class="composer" onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), send())}>
      <textarea ref=${field} id="ask" rows="1" dir="auto" placeholder="Ask your notes" aria-label="Your question"
        value=${draft.value} autofocus onKeyDown=${onKeyDown}
        onInput=${(/** @type {InputEvent} */ event) => setDraft(/** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea>
      ${writing.value
        ? html`<button type="button" class="send" aria-label="Stop" title="Stop (Esc)" onClick=${stop}><${Icon} name="stop" size=${18} /></button>`
        : html`<button type="submit" class="send" aria-label="Ask" title="Ask (Enter)" disabled=${!draft.value.trim() || connection.value === "offline"}>
            <${Icon} name="send" size=${18} /></button>`}
    </form>`;
}
