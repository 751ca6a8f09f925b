/** Talks to the daemon: JSON calls, NDJSON streams, and one word on whether it is there. */
import { signal } from "./vendor/preact.js";

const BASE = "/api/v1";

/** @typedef {'connecting'|'online'|'offline'|'unauthorized'} Connection */

/** Whether the daemon answers. Views read it; only this file and live.js write it. */
export const connection = signal(/** @type {Connection} */ ("connecting"));

/** What the daemon (or the lack of it) said, with the way out in `hint`. */
export class ApiError extends Error {
  /** @param {string} code @param {string} message @param {string} hint @param {number} status */
  constructor(code, message, hint, status) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.status = status;
  }
}

/** @param {unknown} fault @returns {boolean} whether a request was merely given up */
export const wasAborted = (fault) => fault instanceof DOMException && fault.name === "AbortError";

/** @param {unknown} fault @returns {ApiError} any fault as one that can be shown */
export function asApiError(fault) {
  if (fault instanceof ApiError) return fault;
  return new ApiError("failed", fault instanceof Error ? fault.message : String(fault), "", 0);
}

/**
 * @typedef {object} Options
 * @property {Record<string, string|number|boolean|undefined>} [query]
 * @property {unknown} [body]
 * @property {AbortSignal} [signal]
 * @property {boolean} [keepalive]  goes out even when the page closes
 */

/**
 * The parsed JSON body of one call.
 * @template T
 * @param {string} method @param {string} path @param {Options} [options]
 * @returns {Promise<T>}
 */
export async function call(method, path, options = {}) {
  const response = await send(method, path, options);
  const text = await response.text();
  return /** @type {T} */ (text ? JSON.parse(text) : null);
}

/**
 * The objects of an NDJSON stream, one by one as they arrive.
 * @param {string} method @param {string} path @param {Options} [options]
 * @returns {AsyncGenerator<Record<string, any>>}
 */
export async function* stream(method, path, options = {}) {
  const response = await send(method, path, options);
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim()) yield JSON.parse(line);
    }
    if (rest.trim()) yield JSON.parse(rest);
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** @param {string} method @param {string} path @param {Options} options */
async function send(method, path, { query, body, signal: abort, keepalive = false }) {
  const url = new URL(BASE + path, location.origin);
  for (const [key, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== "") url.searchParams.set(key, String(value));
  /** @type {RequestInit} */
  const init = { method, credentials: "same-origin", signal: abort ?? null, keepalive };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  let response;
  try {
    response = await fetch(url, init);
  } catch (fault) {
    if (wasAborted(fault)) throw fault;
    connection.value = "offline";
    throw new ApiError("offline", "khoj_lite is not running", "Start it with `khoj-lite serve`.", 0);
  }
  if (response.ok) {
    connection.value = "online";
    return response;
  }
  if (response.status === 401) connection.value = "unauthorized";
  throw await errorOf(response);
}

/** @param {Response} response */
async function errorOf(response) {
  try {
    const { error } = await response.json();
    return new ApiError(error.code, error.message, error.hint ?? "", response.status);
  } catch {
    const message = `The daemon answered ${response.status} ${response.statusText}`.trim();
    return new ApiError("failed", message, "", response.status);
  }
}
