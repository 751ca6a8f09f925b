/** The conversations that are kept: found, renamed, written to a file, forgotten. */
import { signal } from "./vendor/preact.js";
import { asApiError, call } from "./api.js";
import { conversationMarkdown } from "./conversation-markdown.js";

/** @typedef {import("./types.js").ConversationRow} ConversationRow */
/** @typedef {import("./types.js").MessageRow} MessageRow */

/** How long forgetting can be taken back. */
export const UNDO_MS = 10_000;

export const conversations = signal(/** @type {ConversationRow[]|null} */ (null));
export const conversationsFault = signal(/** @type {import("./api.js").ApiError|null} */ (null));
/** Words that a conversation must hold to be listed. */
export const looksFor = signal("");
/** Those that are about to be forgotten, and when. */
const going = /** @type {Map<string, number>} */ (new Map());

export async function loadConversations() {
  const words = looksFor.value.trim();
  try {
    const found = /** @type {{conversations: ConversationRow[]}} */ (
      await call("GET", "/conversations", { query: { q: words } })
    );
    if (words !== looksFor.value.trim()) return;
    conversations.value = found.conversations.filter(({ id }) => !going.has(id));
    conversationsFault.value = null;
  } catch (fault) {
    if (asApiError(fault).status) conversationsFault.value = asApiError(fault);
  }
}

/** @param {string} id @param {string} title */
export async function rename(id, title) {
  await call("PATCH", `/conversations/${encodeURIComponent(id)}`, { body: { title } });
  await loadConversations();
}

/** Takes a conversation off the list at once, and forgets it for good when nobody takes it back. @param {string} id */
export function forget(id) {
  conversations.value = (conversations.value ?? []).filter((row) => row.id !== id);
  going.set(id, setTimeout(() => forgetNow(id), UNDO_MS));
}

/** @param {string} id */
export function takeBack(id) {
  clearTimeout(going.get(id));
  going.delete(id);
  loadConversations();
}

/** @param {string} id */
async function forgetNow(id) {
  if (!going.has(id)) return;
  clearTimeout(going.get(id));
  try {
    await call("DELETE", `/conversations/${encodeURIComponent(id)}`, { keepalive: true });
  } catch (fault) {
    if (asApiError(fault).status !== 404) conversationsFault.value = asApiError(fault);
  }
  going.delete(id);
  await loadConversations();
}

// What was to be forgotten is forgotten, also when the page closes before its time.
addEventListener("pagehide", () => [...going.keys()].forEach((id) => void forgetNow(id)));

/** Hands a conversation over as a Markdown file. @param {string} id */
export async function exportConversation(id) {
  const found = /** @type {ConversationRow & {messages: MessageRow[]}} */ (
    await call("GET", `/conversations/${encodeURIComponent(id)}`)
  );
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([conversationMarkdown(found)], { type: "text/markdown" }));
  link.download = `${found.title.replace(/[^\p{L}\p{N}]+/gu, " ").trim().slice(0, 60) || "conversation"}.md`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
