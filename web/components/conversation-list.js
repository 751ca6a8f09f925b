/** Earlier conversations: found, gone to, renamed, written to a file, forgotten. */
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { conversationId } from "../conversation.js";
import { conversations, conversationsFault, exportAddress, forget, loadConversations, looksFor, rename, showMore, takeBack, total } from "../conversations.js";
import { ago, count } from "../format.js";
import { address, go } from "../router.js";
import { Fault } from "./fault.js";
import { Icon } from "./icon.js";
import { say } from "./toasts.js";

/** @typedef {import("../types.js").ConversationRow} ConversationRow */

const TYPING_MS = 150;

/** @param {{onGo: () => void}} props */
export function ConversationList({ onGo }) {
  const all = conversations.value;
  const words = looksFor.value.trim();
  useEffect(() => {
    const timer = setTimeout(loadConversations, words ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [words]);
  return html`
    <nav class="conversations" aria-label="Conversations">
      <a class="button new-chat" href="#/chat" onClick=${onGo}><${Icon} name="plus" size=${16} /> New conversation</a>
      <input class="small-input" type="search" placeholder="Find a conversation" aria-label="Find a conversation"
        value=${looksFor.value} onInput=${(/** @type {InputEvent} */ event) => (looksFor.value = /** @type {HTMLInputElement} */ (event.target).value)} />
      <ul>
        ${(all ?? []).map((row) => html`<${Row} key=${row.id} row=${row} onGo=${onGo} />`)}
      </ul>
      ${all && total.value > all.length && html`<button type="button" class="link" onClick=${showMore}>Show more of ${count(total.value)}</button>`}
      ${all?.length === 0 &&
      html`<p class="soft none">${words ? `No conversation speaks of “${words}”.` : "What you ask is kept here, on this machine only."}</p>`}
      ${conversationsFault.value && html`<${Fault} fault=${conversationsFault.value} onRetry=${loadConversations} />`}
    </nav>`;
}

/** @param {{row: ConversationRow, onGo: () => void}} props */
function Row({ row, onGo }) {
  const [renaming, setRenaming] = useState(false);
  const title = row.title || "Untitled";
  const complain = (/** @type {unknown} */ fault) => say(asApiError(fault).message, { bad: true });
  const remove = () => {
    forget(row.id);
    const here = row.id === conversationId.value;
    if (here) go("#/chat");
    say(`“${title}” is deleted.`, {
      action: "Undo",
      onAction: () => {
        takeBack(row.id);
        if (here) go(address("chat", row.id));
      },
    });
  };
  if (renaming)
    return html`<${NewTitle} title=${row.title} onTitle=${(/** @type {string} */ text) => {
      setRenaming(false);
      if (text && text !== row.title) rename(row.id, text).catch(complain);
    }} />`;
  return html`
    <li class="conversation">
      <a href=${address("chat", row.id)} onClick=${onGo} aria-current=${row.id === conversationId.value ? "page" : undefined} title=${title}>
        <span class="conversation-title" dir="auto">${title}</span>
        <span class="conversation-date">${ago(row.updated)}</span>
      </a>
      <span class="conversation-actions">
        <a class="ghost small" href=${exportAddress(row.id)} download="" aria-label=${`Save ${title} as Markdown`} title="Save as Markdown"
          ><${Icon} name="save" size=${14} /></a>
        <button type="button" class="ghost small" aria-label=${`Rename ${title}`} title="Rename" onClick=${() => setRenaming(true)}><${Icon} name="pencil" size=${14} /></button>
        <button type="button" class="ghost small" aria-label=${`Delete ${title}`} title="Delete" onClick=${remove}><${Icon} name="trash" size=${14} /></button>
      </span>
    </li>`;
}

/** @param {{title: string, onTitle: (text: string) => void}} props  "" to leave it */
function NewTitle({ title, onTitle }) {
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const done = useRef(false);
  useLayoutEffect(() => field.current?.select(), []);
  /** @param {string} text */
  const end = (text) => {
    if (!done.current) onTitle(text);
    done.current = true;
  };
  return html`
    <li class="conversation"><form onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), end(field.current?.value.trim() ?? ""))}>
      <input ref=${field} class="small-input" defaultValue=${title} aria-label="Title" maxlength="80" dir="auto"
        onBlur=${() => end(field.current?.value.trim() ?? "")}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && (event.stopPropagation(), end(""))} />
    </form></li>`;
}
