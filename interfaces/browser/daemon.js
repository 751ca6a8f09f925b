/** Talks to the daemon on this machine: JSON calls, NDJSON streams, and one calm word when it is away. */

export const DEFAULT_ADDRESS = "http://127.0.0.1:42110";

/** What the daemon (or the lack of it) said, with the way out in `hint`. */
export class DaemonError extends Error {
  /** @param {string} code @param {string} message @param {string} [hint] */
  constructor(code, message, hint = "") {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** @param {unknown} fault @returns {DaemonError} any fault as one that can be shown */
export const asError = (fault) =>
  fault instanceof DaemonError ? fault : new DaemonError("failed", fault instanceof Error ? fault.message : String(fault));

/** @param {unknown} fault @returns {boolean} whether a request was merely given up */
export const wasAborted = (fault) => fault instanceof DOMException && fault.name === "AbortError";

/** @returns {Promise<string>} where the daemon is, as the options say */
export async function address() {
  const { address: kept } = await chrome.storage.local.get("address");
  return typeof kept === "string" && kept ? kept : DEFAULT_ADDRESS;
}

/** @returns {Promise<boolean>} whether the user has let this extension in */
export async function isConnected() {
  const { token } = await chrome.storage.local.get("token");
  return Boolean(token);
}

/**
 * An address as the options take it: loopback only, nothing after the port. DaemonError else.
 * @param {string} text
 */
export function loopback(text) {
  const given = text.trim() || DEFAULT_ADDRESS;
  let url;
  try {
    url = new URL(/^\w+:\/\//.test(given) ? given : `http://${given}`);
  } catch {
    url = null;
  }
  if (!url || url.protocol !== "http:" || !["127.0.0.1", "localhost"].includes(url.hostname))
    throw new DaemonError("usage", "The address is one of this machine", `It looks like ${DEFAULT_ADDRESS}.`);
  return url.origin;
}

/**
 * @typedef {object} Options
 * @property {Record<string, string|number|boolean>} [query]
 * @property {unknown} [body]
 * @property {AbortSignal} [signal]
 */

/** @param {string} method @param {string} path @param {Options} [options] @returns {Promise<any>} the JSON body */
export async function call(method, path, options = {}) {
  const text = await (await send(method, path, options)).text();
  return text ? JSON.parse(text) : null;
}

/**
 * The objects of an NDJSON stream as they arrive.
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
async function send(method, path, { query, body, signal }) {
  const { token } = await chrome.storage.local.get("token");
  const url = new URL(`/api/v1${path}`, await address());
  for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, String(value));
  /** @type {Record<string, string>} */
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
    });
  } catch (fault) {
    if (wasAborted(fault)) throw fault;
    throw new DaemonError("offline", "khoj_lite is not running", "Start it with `khoj-lite serve`.");
  }
  if (response.ok) return response;
  let fault = new DaemonError("failed", `khoj_lite answered ${response.status}`);
  try {
    const { error } = await response.json();
    fault = new DaemonError(error.code, error.message, error.hint);
  } catch {
    // Not from our daemon: the status has to do.
  }
  if (response.status === 401 && token) await chrome.storage.local.remove("token");
  throw fault;
}
