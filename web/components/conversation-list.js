/** Earlier conversations: go to one, rename it, forget it. */
import { html, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { conversationId, conversations, forget, rename } from "../conversation.js";
import { ago } from "../format.js";
import { address } from "../router.js";
import { confirm } from "./confirm.js";
import { Icon } from "./icon.js";
import { say } from "./toasts.js";

/** @typedef {import("../types.js").ConversationRow} ConversationRow */

/** @param {{onGo: () => void}} props */
export function ConversationList({ onGo }) {
  const [words, setWords] = useState("");
  const all = conversations.value ?? [];
  const wanted = words.toLowerCase();
  const shown = all.filter((row) => row.title.toLowerCase().includes(wanted));
  return html`
    <nav class="conversations" aria-label="Conversations">
      <a class="button new-chat" href="#/chat" onClick=${onGo}><${Icon} name="plus" size=${16} /> New conversation</a>
      ${all.length > 8 &&
      html`<input class="small-input" type="search" placeholder="Find a conversation" aria-label="Find a conversation"
        value=${words} onInput=${(/** @type {InputEvent} */ event) => setWords(/** @type {HTMLInputElement} */ (event.target).value)} />`}
      <ul>
        ${shown.map((row) => html`<${Row} key=${row.id} row=${row} onGo=${onGo} />`)}
      </ul>
      ${conversations.value && all.length === 0 && html`<p class="soft none">What you ask is kept here, on this machine only.</p>`}
    </nav>`;
}

/** @param {{row: ConversationRow, onGo: () => void}} props */
function Row({ row, onGo }) {
  const [editing, setEditing] = useState(false);
  const title = row.title || "Untitled";
  /** @param {Event} event */
  const save = async (event) => {
    event.preventDefault();
    const text = /** @type {HTMLInputElement} */ (/** @type {Element} */ (event.currentTarget).querySelector("input")).value.trim();
    setEditing(false);
    if (!text || text === row.title) return;
    await rename(row.id, text).catch((fault) => say(asApiError(fault).message, { bad: true }));
  };
  const remove = async () => {
    const sure = await confirm({
      title: "Delete this conversation?",
      text: `“${title}” and its answers are forgotten. Your notes stay as they are.`,
      action: "Delete",
    });
    if (sure) await forget(row.id).catch((fault) => say(asApiError(fault).message, { bad: true }));
  };
  if (editing)
    return html`<li class="conversation"><form onSubmit=${save}>
      <input class="small-input" value=${row.title} aria-label="Title" autofocus ref=${(/** @type {HTMLInputElement|null} */ input) => input?.focus()}
        onBlur=${(/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).form?.requestSubmit()}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && (event.stopPropagation(), setEditing(false))} />
    </form></li>`;
  return html`
    <li class="conversation">
      <a href=${address("chat", row.id)} onClick=${onGo} aria-current=${row.id === conversationId.value ? "page" : undefined} title=${title}>
        <span class="conversation-title" dir="auto">${title}</span>
        <span class="conversation-date">${ago(row.updated)}</span>
      </a>
      <span class="conversation-actions">
        <button type="button" class="ghost small" aria-label=${`Rename ${title}`} onClick=${() => setEditing(true)}><${Icon} name="pencil" size=${14} /></button>
        <button type="button" class="ghost small" aria-label=${`Delete ${title}`} onClick=${remove}><${Icon} name="trash" size=${14} /></button>
      </span>
    </li>`;
}
