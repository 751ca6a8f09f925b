/** Where questions are typed. It grows with them, and keeps them when the daemon is away. */
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { connection, wasAborted } from "../api.js";
import { ask, draft, editing, lastQuestion, setDraft, stop, turns, writing } from "../conversation.js";
import { Commands, commandsFor, notesFor } from "./commands.js";
import { fit } from "./fit.js";
import { Icon } from "./icon.js";
import { ModelPicker } from "./model-picker.js";

export function Composer() {
  const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  const [pick, setPick] = useState({ among: "", at: 0 });
  const [closed, setClosed] = useState("");
  const text = draft.value;
  const [notes, setNotes] = useState(/** @type {import("./commands.js").Command[]} */ ([]));
  const commands = commandsFor(text);
  const offers = closed === text ? [] : commands.length ? commands : notes;
  // Other offers begin with their first.
  const among = offers.map(({ insert }) => insert).join("\n");
  const chosen = pick.among === among ? pick.at : 0;
  useLayoutEffect(() => {
    if (field.current) fit(field.current);
  }, [text]);
  useEffect(() => {
    const aborter = new AbortController();
    notesFor(text, aborter.signal).then(setNotes, (fault) => wasAborted(fault) || setNotes([]));
    return () => aborter.abort();
  }, [text]);
  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) field.current?.focus();
  }, []);

  const away = connection.value === "offline";
  const send = () => {
    const question = text.trim();
    if (!question || writing.value || away) return;
    setDraft("");
    ask(question);
  };
  /** @param {{insert: string}} offer */
  const take = (offer) => {
    setDraft(offer.insert);
    field.current?.focus();
  };
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const offer = offers[chosen];
    if (event.isComposing) return;
    if (offers.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setPick({ among, at: (chosen + (event.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length });
    } else if (offer && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey && offer.insert.trim() !== text.trim()) {
      event.preventDefault();
      take(offer);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && !text && !writing.value) {
      const last = lastQuestion();
      if (!last) return;
      event.preventDefault();
      editing.value = last.value.id;
    } else if (event.key === "Escape" && offers.length) {
      event.stopPropagation();
      setClosed(text);
    }
  };
  return html`
    <form class="composer" onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), send())}>
      <${Commands} offers=${offers} chosen=${chosen} onTake=${take} />
      <textarea ref=${field} id="ask" rows="1" dir="auto" placeholder=${turns.value.length ? "Ask a follow-up" : "Ask your notes"}
        aria-label="Your question" value=${text} onKeyDown=${onKeyDown} role="combobox" aria-expanded=${offers.length > 0}
        aria-controls="commands" aria-autocomplete="list" aria-activedescendant=${offers.length ? `command-${chosen}` : undefined}
        onInput=${(/** @type {InputEvent} */ event) => setDraft(/** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea>
      <div class="composer-foot">
        <${ModelPicker} />
        ${writing.value
          ? html`<button type="button" class="send stop" aria-label="Stop" title="Stop (Esc)" onClick=${stop}><${Icon} name="stop" size=${18} /></button>`
          : html`<button type="submit" class="send" aria-label="Ask" title="Ask (Enter)" disabled=${!text.trim() || away}>
              <${Icon} name="send" size=${18} /></button>`}
      </div>
    </form>`;
}
