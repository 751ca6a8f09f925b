/** The conversation on screen, and the stream that is adding to it. */
import { batch, signal } from "./vendor/preact.js";
import { ApiError, asApiError, call, stream, wasAborted } from "./api.js";
import { loadConversations } from "./conversations.js";
import { recall, remember } from "./memory.js";
import { address, go, route } from "./router.js";

/** @typedef {import("./types.js").MessageRow} MessageRow */

/**
 * @typedef {object} Turn  a message as it is shown: kept, or still being written
 * @property {string} id
 * @property {'user'|'assistant'} role
 * @property {string} text
 * @property {MessageRow["details"]} [details]
 * @property {MessageRow["feedback"]} [feedback]
 * @property {string} [doing]  what the daemon is at
 * @property {number} [part]  how much of that is done, 0 to 1; 0 is unknown
 * @property {boolean} [unsent]  a question that has not reached the daemon
 * @property {boolean} [writing]
 * @property {boolean} [stopped]
 * @property {ApiError} [fault]
 *
 * @typedef {import("./vendor/preact.js").Signal<Turn>} TurnSignal
 */

export const conversationId = signal("");
/** Each turn is a signal of its own: a word that comes in touches the answer it belongs to alone. */
export const turns = signal(/** @type {TurnSignal[]} */ ([]));
export const loading = signal(false);
export const chatFault = signal(/** @type {ApiError|null} */ (null));
export const writing = signal(false);
/** What stands in the composer; kept through reloads and outages. */
export const draft = signal(/** @type {string} */ (recall("draft", "")));
/** The question that is being changed in its place; "" for none. */
export const editing = signal("");
/** What a screen reader is told of the answer. */
export const said = signal("");

let aborter = new AbortController();

/** @param {string} text */
export function setDraft(text) {
  draft.value = text;
  remember("draft", text);
}

/** @param {string} id */
const fetchConversation = async (id) =>
  /** @type {import("./types.js").ConversationRow & {messages: MessageRow[]}} */ (
    await call("GET", `/conversations/${encodeURIComponent(id)}`)
  );

/** Shows a conversation; "" is a new one. @param {string} id */
export async function openConversation(id) {
  if (id === conversationId.value) return;
  stop();
  batch(() => {
    conversationId.value = id;
    turns.value = [];
    chatFault.value = null;
    editing.value = "";
    said.value = "";
    loading.value = id !== "";
  });
  if (!id) return;
  try {
    const found = await fetchConversation(id);
    if (conversationId.value === id) turns.value = found.messages.map((message) => signal(/** @type {Turn} */ (message)));
  } catch (fault) {
    if (conversationId.value === id) chatFault.value = asApiError(fault);
  } finally {
    if (conversationId.value === id) loading.value = false;
  }
}

export function stop() {
  aborter.abort();
}

/** The last question asked. */
export const lastQuestion = () => turns.value.findLast((turn) => turn.value.role === "user");

/**
 * Asks; the answer writes itself into `turns`. @param {string} message
 * @param {TurnSignal} [instead] a question whose place it takes: what was answered to it and followed goes
 */
export async function ask(message, instead) {
  if (writing.value || !message.trim()) return;
  const stamp = String(Date.now());
  const question = signal(/** @type {Turn} */ ({ id: `u${stamp}`, role: "user", text: message, unsent: true }));
  const answer = signal(
    /** @type {Turn} */ ({ id: `a${stamp}`, role: "assistant", text: "", writing: true, doing: "Searching your notes" }),
  );
  aborter = new AbortController();
  const at = instead ? turns.value.indexOf(instead) : -1;
  batch(() => {
    writing.value = true;
    chatFault.value = null;
    editing.value = "";
    turns.value = [...(at < 0 ? turns.value : turns.value.slice(0, at)), question, answer];
  });
  const body = {
    message,
    ...(conversationId.value ? { conversation_id: conversationId.value } : {}),
    // A question that never arrived is nowhere to be replaced.
    ...(at >= 0 && !instead?.value.unsent ? { replaces: instead?.value.id } : {}),
  };
  await receive(question, answer, body, aborter.signal);
}

/** @param {TurnSignal} question @param {TurnSignal} answer @param {Record<string, unknown>} body @param {AbortSignal} abort */
async function receive(question, answer, body, abort) {
  const arriving = new Arriving(question, answer);
  try {
    for await (const event of stream("POST", "/chat", { body, signal: abort })) arriving.take(event);
    arriving.flush();
    const { text, fault, details } = answer.value;
    if (!text && !fault && !details?.model)
      throw new ApiError("cut_off", "The answer broke off", "Ask again; if it happens again, look under Status.", 0);
  } catch (fault) {
    arriving.flush();
    if (wasAborted(fault)) amend(answer, { stopped: true });
    else amend(answer, { fault: asApiError(fault) });
  } finally {
    batch(() => {
      amend(answer, { writing: false, doing: "" });
      writing.value = false;
      said.value = closingWords(answer.value);
    });
    loadConversations();
  }
}

/** @param {TurnSignal} turn @param {Partial<Turn>} change */
const amend = (turn, change) => (turn.value = { ...turn.value, ...change });

/** Takes the events of one answer; words are shown with the next frame, however many come. */
class Arriving {
  /** @param {TurnSignal} question @param {TurnSignal} answer */
  constructor(question, answer) {
    this.question = question;
    this.answer = answer;
    this.words = "";
    this.frame = 0;
  }

  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (this.words) amend(this.answer, { text: this.answer.value.text + this.words, doing: "" });
    this.words = "";
  }

  /** @param {Record<string, any>} event */
  take(event) {
    if (event.event === "token") {
      this.words += event.text;
      this.frame ||= requestAnimationFrame(() => this.flush());
      return;
    }
    this.flush();
    const details = this.answer.value.details ?? {};
    switch (event.event) {
      case "conversation":
        amend(this.answer, { id: event.message_id ?? this.answer.value.id });
        amend(this.question, { id: event.question_id ?? this.question.value.id, unsent: false });
        if (conversationId.value === event.id) break;
        conversationId.value = event.id;
        loadConversations();
        if (route.peek().view === "chat") go(address("chat", event.id), { replace: true });
        break;
      case "status":
        amend(this.answer, { doing: event.text, part: event.total ? event.done / event.total : 0 });
        said.value = event.text;
        break;
      case "sources":
        amend(this.answer, { details: { ...details, sources: event.sources } });
        break;
      case "citations":
        amend(this.answer, { details: { ...details, citations: event.citations } });
        break;
      case "done":
        amend(this.answer, { details: { ...details, ...event }, writing: false });
        break;
      case "error":
        amend(this.answer, { fault: new ApiError(event.error.code, event.error.message, event.error.hint ?? "", 500) });
        break;
    }
  }
}

/** What is said of an answer once it stands. @param {Turn} turn */
function closingWords({ text, fault, stopped, details }) {
  if (fault) return fault.message;
  if (stopped) return "Stopped.";
  const cited = new Set((details?.citations ?? []).map(({ n }) => n)).size;
  return `${text.replace(/[*_`>#|]/g, "").slice(0, 1200)} ${cited ? `${cited === 1 ? "One source" : `${cited} sources`}.` : ""}`;
}

/** Asks the question of an answer again, in its place. @param {TurnSignal} answer */
export function retry(answer) {
  const at = turns.value.indexOf(answer);
  const question = turns.value.slice(0, at).findLast((turn) => turn.value.role === "user");
  if (question) ask(question.value.text, question);
}

/** @param {TurnSignal} turn @param {'up'|'down'|'none'} value @param {string} [reason] */
export async function rate(turn, value, reason = "") {
  await call("POST", `/messages/${encodeURIComponent(turn.value.id)}/feedback`, { body: { value, ...(reason ? { reason } : {}) } });
  amend(turn, { feedback: value === "none" ? null : { value, reason } });
}
