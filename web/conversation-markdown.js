/** A conversation as a Markdown note: what was asked, what was answered, and from where. */
import { moment } from "./format.js";

/** @typedef {import("./types.js").ConversationRow} ConversationRow */
/** @typedef {import("./types.js").MessageRow} MessageRow */

/** @param {ConversationRow & {messages: MessageRow[]}} conversation */
export function conversationMarkdown({ title, created, messages }) {
  const day = moment(created)?.toISOString().slice(0, 10) ?? "";
  const parts = [`# ${title}`, day && `Asked on ${day}.`];
  for (const message of messages) {
    if (message.role === "user") parts.push(`## ${message.text.trim().replace(/\s*\n\s*/g, " ")}`);
    else parts.push(message.text.trim(), sources(message));
  }
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

/** The notes that an answer cites, each with its line. @param {MessageRow} message */
function sources({ details }) {
  const cited = new Set((details?.citations ?? []).map(({ n }) => n));
  return (details?.sources ?? [])
    .filter((hit) => cited.has(hit.n ?? 0))
    .map((hit) => `${hit.n}. ${hit.title} (\`${hit.path}\`, ${hit.page ? `page ${hit.page}` : `line ${hit.line}`})`)
    .join("\n");
}
