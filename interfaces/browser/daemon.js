/** Talks to the daemon on this machine: JSON calls, NDJSON streams, and one calm word when it is away. */

export const DEFAULT_ADDRESS = "http://127.0.0.1:42110";
/** A search takes milliseconds; a machine that is busy indexing may take seconds. */
const PATIENCE_S = 20;
/** A daemon that is being started again is away for about as long. */
const RESTART_MS = 1500;
const AGAIN_MS = 250;

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

/** What stands at the address when it is not the daemon that this extension was made for. */
const garbled = () =>
  new DaemonError("garbled", "What answered is not khoj_lite, or another version of it", "Look at the address in the extension's options.");

/** An answer that ends before it is whole. */
export const brokenOff = () =>
  new DaemonError("offline", "The answer broke off", "khoj_lite may be starting again: ask once more in a moment.");

/** @returns {Promise<string>} what to do where the daemon is of another version than this extension; "" where it is not */
export async function otherVersion() {
  const own = chrome.runtime.getManifest().version;
  const { version } = await call("GET", "/health");
  const series = (/** @type {unknown} */ text) => String(text).split(".").slice(0, 2).join(".");
  return series(version) === series(own)
    ? ""
    : `khoj_lite is version ${version}, this extension ${own}. Run \`khoj-lite browser install\`, then press the extension's round arrow at chrome://extensions.`;
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
  const { response, end } = await send(method, path, options);
  try {
    const text = await response.text().catch((fault) => {
      throw cause(fault, options.signal);
    });
    return text ? parsed(text) : null;
  } finally {
    end();
  }
}

/**
 * The objects of an NDJSON stream as they arrive.
 * @param {string} method @param {string} path @param {Options} [options]
 * @returns {AsyncGenerator<Record<string, any>>}
 */
export async function* stream(method, path, options = {}) {
  const { response, end } = await send(method, path, options);
  end(); // an answer may take its time, once it has begun
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim()) yield parsed(line);
    }
    if (rest.trim()) yield parsed(rest);
  } catch (fault) {
    if (fault instanceof DaemonError || wasAborted(fault)) throw fault;
    throw brokenOff();
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * Why nothing came: the caller gave up, the time was up, or nobody is there.
 * @param {unknown} fault @param {AbortSignal|undefined} signal the caller's
 */
function cause(fault, signal) {
  if (signal?.aborted) return fault;
  return wasAborted(fault)
    ? new DaemonError("slow", `khoj_lite said nothing for ${PATIENCE_S} seconds`, "It may be busy: try again in a moment.")
    : new DaemonError("offline", "khoj_lite is not running", "Start it with `khoj-lite serve`.");
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw garbled();
  }
}

/**
 * The beginning of an answer. `end` ends the watch over how long it takes.
 * @param {string} method @param {string} path @param {Options} options
 */
async function send(method, path, { query, body, signal }) {
  const { token } = await chrome.storage.local.get("token");
  const url = new URL(`/api/v1${path}`, await address());
  for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, String(value));
  /** @type {Record<string, string>} */
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const late = new AbortController();
  const watch = setTimeout(() => late.abort(), PATIENCE_S * 1000);
  const end = () => clearTimeout(watch);
  /** @type {RequestInit} */
  const init = {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
  };
  let response;
  for (const gone = Date.now() + RESTART_MS; !response; ) {
    try {
      response = await fetch(url, init);
    } catch (fault) {
      if (method !== "GET" || wasAborted(fault) || Date.now() >= gone) {
        end();
        throw cause(fault, signal);
      }
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
  if (response.ok) return { response, end };
  end();
  throw await refusal(response, token);
}

/**
 * What a refusal says. A token that is none any more is forgotten.
 * @param {Response} response @param {unknown} token
 */
async function refusal(response, token) {
  let fault = garbled();
  try {
    const { error } = await response.json();
    if (typeof error.message === "string") fault = new DaemonError(error.code, error.message, error.hint);
  } catch {
    return fault; // not from a daemon of ours, so that it says nothing about the token
  }
  if (response.status === 401 && token) await chrome.storage.local.remove("token");
  return fault;
}
