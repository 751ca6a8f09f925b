/** What a model is and wants, in words. */
import { count } from "../format.js";

/** @typedef {import("../models.js").ModelRow} ModelRow */

const GB = 1_000_000_000;
const MB = 1_000_000;

/** "2.5 GB", "390 MB". @param {number} bytes */
export const bytes = (bytes) => (bytes >= GB ? `${(bytes / GB).toFixed(bytes >= 10 * GB ? 0 : 1)} GB` : `${Math.max(1, Math.round(bytes / MB))} MB`);

/** @param {ModelRow} model */
export const sizeOf = (model) => (model.size ? `${model.size_is_estimate ? "about " : ""}${bytes(model.size)}` : "");

/** @param {number} tokens */
export const contextOf = (tokens) => (tokens >= 1024 ? `${count(Math.round(tokens / 1024))}K tokens` : tokens ? `${count(tokens)} tokens` : "");

/** Whether this machine can run it, said and not only shown. @param {ModelRow} model */
export function fitOf({ fits, memory }) {
  const need = memory ? `needs about ${bytes(memory)} of memory` : "";
  if (fits === true) return { tone: "good", icon: "check", text: `Fits this machine${need ? `: ${need}` : ""}` };
  if (fits === false) return { tone: "warn", icon: "warning", text: `Too large for this machine${need ? `: ${need}` : ""}` };
  return null;
}

/** The last part of a long name: a path, `server:NAME`. @param {string} name */
export const shortName = (name) => (/^server:/.test(name) ? name.slice(7) : name.split(/[\\/]/).pop() || name).replace(/\.gguf$/i, "");
