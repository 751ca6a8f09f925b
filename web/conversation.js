/** The conversation on screen, and the stream that is adding to it. */
import { batch, signal } from "./vendor/preact.js";
import { ApiError, asApiError, call, stream, wasAborted } from "./api.js";
import { recall, remember } from "./memory.js";
import { address, go, route } from "./router.js";

/** @typedef {import("./types.js").MessageRow} MessageRow */
/** @typedef {import("./types.js").ConversationRow} ConversationRow */

/**
 * @typedef {object} Turn  a message as it is shown: kept, or still being written
 * @property {string} id
 * @property {'user'|'assistant'} role
 * @property {string} text
 * @property {MessageRow["details"]} [details]
 * @property {MessageRow["feedback"]} [feedback]
 * @property {string} [doing]  what the daemon is at, while there is no text yet
 * @property {boolean} [writing]
 * @property {boolean} [stopped]
 * @property {ApiError} [fault]
 */

export const conversations = signal(/** @type {ConversationRow[]|null} */ (null));
export const conversationId = signal("");
export const turns = signal(/** @type {Turn[]} */ ([]));
export const loading = signal(false);
export const chatFault = signal(/** @type {ApiError|null} */ (null));
export const writing = signal(false);
/** What stands in the composer; kept through reloads and outages. */
export const draft = signal(/** @type {string} */ (recall("draft", "")));

let aborter = new AbortController();

/** @param {string} text */
export function setDraft(text) {
  draft.value = text;
  remember("draft", text);
}

export async function loadConversations() {
  try {
    const found = /** @type {{conversations: ConversationRow[]}} */ (await call("GET", "/conversations"));
    conversations.value = found.conversations;
  } catch (fault) {
    if (asApiError(fault).status) chatFault.value = asApiError(fault);
  }
}

/** Shows a conversation; "" is a new one. @param {string} id */
export async function openConversation(id) {
  if (id === conversationId.value) return;
  stop();
  batch(() => {
    conversationId.value = id;
    turns.value = [];
    chatFault.value = null;
    loading.value = id !== "";
  });
  if (!id) return;
  try {
    const found = /** @type {{messages: MessageRow[]}} */ (await call("GET", `/conversations/${encodeURIComponent(id)}`));
    if (conversationId.value === id) turns.value = found.messages;
  } catch (fault) {
    if (conversationId.value === id) chatFault.value = asApiError(fault);
  } finally {
    loading.value = false;
  }
}

export function stop() {
  aborter.abort();
}

/** Changes the answer being written. @param {Partial<Turn>} change */
function amend(change) {
  const all = turns.value;
  const last = all.at(-1);
  if (last?.role === "assistant") turns.value = [...all.slice(0, -1), { ...last, ...change }];
}

/** Asks; the answer writes itself into `turns`. @param {string} message */
export async function ask(message) {
  if (writing.value || !message.trim()) return;
  aborter = new AbortController();
  const { signal: abort } = aborter;
  const stamp = String(Date.now());
  batch(() => {
    writing.value = true;
    chatFault.value = null;
    turns.value = [
      ...turns.value,
      { id: `u${stamp}`, role: "user", text: message },
      { id: `a${stamp}`, role: "assistant", text: "", writing: true, doing: "Searching your notes" },
    ];
  });
  try {
    const body = { message, ...(conversationId.value ? { conversation_id: conversationId.value } : {}) };
    for await (const event of stream("POST", "/chat", { body, signal: abort })) take(event);
    const last = turns.value.at(-1);
    if (last?.writing && !last.text && !last.fault)
      throw new ApiError("cut_off", "The answer broke off", "Ask again; if it happens again, look under Status.", 0);
  } catch (fault) {
    if (wasAborted(fault)) amend({ stopped: true });
    else amend({ fault: asApiError(fault) });
  } finally {
    batch(() => {
      amend({ writing: false, doing: "" });
      writing.value = false;
    });
    loadConversations();
  }
}

/** @param {Record<string, any>} event */
function take(event) {
  const last = turns.value.at(-1);
  const details = last?.details ?? {};
  switch (event.event) {
    case "conversation":
      conversationId.value = event.id;
      amend({ id: event.message_id ?? last?.id });
      if (route.peek().view === "chat") go(address("chat", event.id), { replace: true });
      break;
    case "status":
      amend({ doing: event.text });
      break;
    case "sources":
      amend({ details: { ...details, sources: event.sources } });
      break;
    case "token":
      amend({ text: (last?.text ?? "") + event.text });
      break;
    case "citations":
      amend({ details: { ...details, citations: event.citations } });
      break;
    case "done":
      amend({ details: { ...details, ...event }, writing: false });
      break;
    case "error":
      amend({ fault: new ApiError(event.error.code, event.error.message, event.error.hint ?? "", 500) });
      break;
  }
}

/** Asks the last question again. @param {number} index of the answer */
export function retry(index) {
  const question = turns.value.slice(0, index).findLast((turn) => turn.role === "user");
  if (question) ask(question.text);
}

/** @param {string} id @param {'up'|'down'} value @param {string} [reason] */
export async function rate(id, value, reason) {
  await call("POST", `/messages/${encodeURIComponent(id)}/feedback`, { body: { value, ...(reason ? { reason } : {}) } });
  turns.value = turns.value.map((turn) => (turn.id === id ? { ...turn, feedback: { value, ...(reason ? { reason } : {}) } } : turn));
}

/** @param {string} id @param {string} title */
export async function rename(id, title) {
  await call("PATCH", `/conversations/${encodeURIComponent(id)}`, { body: { title } });
  await loadConversations();
}

/** @param {string} id */
export async function forget(id) {
  await call("DELETE", `/conversations/${encodeURIComponent(id)}`);
  if (conversationId.value === id) {
    await openConversation("");
    go(address("chat"), { replace: true });
  }
  await loadConversations();
}
