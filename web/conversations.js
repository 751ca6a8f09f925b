/** The conversations that are kept: found, renamed, written to a file, forgotten. */
import { signal } from "./vendor/preact.js";
import { asApiError, call } from "./api.js";

/** @typedef {import("./types.js").ConversationRow} ConversationRow */

/** How long forgetting can be taken back. */
export const UNDO_MS = 10_000;

export const conversations = signal(/** @type {ConversationRow[]|null} */ (null));
/** How many there are that hold the words looked for, listed or not. */
export const total = signal(0);
export const conversationsFault = signal(/** @type {import("./api.js").ApiError|null} */ (null));
/** Words that a conversation must hold to be listed. */
export const looksFor = signal("");
const PAGE = 100;
let limit = PAGE;

/** Those that are about to be forgotten, and when. */
const going = /** @type {Map<string, number>} */ (new Map());

export async function loadConversations() {
  const words = looksFor.value.trim();
  try {
    const found = /** @type {{conversations: ConversationRow[], total: number}} */ (
      await call("GET", "/conversations", { query: { q: words, limit } })
    );
    if (words !== looksFor.value.trim()) return;
    conversations.value = found.conversations.filter(({ id }) => !going.has(id));
    total.value = found.total - going.size;
    conversationsFault.value = null;
  } catch (fault) {
    if (asApiError(fault).status) conversationsFault.value = asApiError(fault);
  }
}

export function showMore() {
  limit += PAGE;
  return loadConversations();
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

/** Where a conversation is to be had as a Markdown file. @param {string} id */
export const exportAddress = (id) => `/api/v1/conversations/${encodeURIComponent(id)}/export`;
