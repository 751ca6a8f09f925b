/** Keeps the page true: follows the daemon's events, its status, and its coming and going. */
import { computed, signal } from "./vendor/preact.js";
import { call, connection, stream, wasAborted } from "./api.js";

/** @typedef {import("./types.js").Status} Status */

const RETRY_MS = [400, 800, 1500, 3000, 5000];
const REFRESH_MS = 400;
/** A stalled request must not leave the page without news. */
const PATIENCE_MS = 15_000;
/** While thousands of files come in, what is on screen is renewed at most this often. */
const RENEW_MS = 1500;

/** The daemon's own account of itself; null until it has answered once. */
export const status = signal(/** @type {Status|null} */ (null));

/** Counts what may have changed the answers on screen; views reload when it moves. */
export const changes = signal(0);

/** Counts what happened to the models: one was chosen, fetched or removed. */
export const modelChanges = signal(0);

/** The job events as they come, the newest by id. */
export const jobs = signal(/** @type {Record<string, import("./types.js").Job>} */ ({}));

/** How far indexing is: null when idle; `fraction` is null while the total is unknown. */
export const indexing = computed(() => {
  const index = status.value?.index;
  if (!index || !index.state || ["idle", "ready", "done", "offline"].includes(index.state)) return null;
  const { done = 0, total = 0, stage = "" } = index;
  return { stage: stage || index.state, done, total, fraction: total ? Math.min(1, done / total) : null };
});

/** The version that this page is of: what the daemon was when it was opened. */
let opened = "";
/** Whether the daemon is of another version than this page, which then is of yesterday. */
export const outdated = computed(() => {
  const now = status.value?.version ?? "";
  opened ||= now;
  return now !== "" && now !== opened;
});

/** Whether there is nothing to search yet. */
export const isEmpty = computed(() => {
  const now = status.value;
  if (!now) return false;
  return now.sources.length === 0 && now.files === 0;
});

let asking = false;
let again = false;
/** Asks for the status, at most one request at a time. */
export async function refreshStatus() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    status.value = await call("GET", "/status", { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    // `connection` says it already.
  } finally {
    asking = false;
    if (again) {
      again = false;
      setTimeout(refreshStatus, REFRESH_MS);
    }
  }
}

let waiting = 0;
function soon() {
  if (!waiting) waiting = setTimeout(() => ((waiting = 0), refreshStatus()), REFRESH_MS);
}

let renewing = 0;
function renew() {
  if (renewing) return;
  renewing = setTimeout(() => ((renewing = 0), (changes.value += 1)), RENEW_MS);
}

/** @param {Record<string, any>} event */
function take(event) {
  const kind = event.event;
  if (kind === "index") {
    const index = { state: "indexing", ...(event.index ?? event) };
    if (status.value) status.value = { ...status.value, index };
    if (["idle", "ready", "done"].includes(index.state)) soon();
  } else if (kind === "job") {
    const job = event.job ?? event;
    if (job.id) jobs.value = { ...jobs.value, [job.id]: job };
    soon();
  } else if (kind === "models") {
    modelChanges.value += 1;
  } else if (kind === "files" || kind === "sources" || kind === "missed") {
    renew();
    soon();
  }
}

/** Resolves when the page can be seen. Hidden pages let go of their stream: a browser opens only
 * six connections to one place, and many open tabs would use them all up. */
const inSight = () =>
  document.visibilityState === "visible"
    ? Promise.resolve()
    : new Promise((resume) => document.addEventListener("visibilitychange", resume, { once: true }));

/** Follows the events for as long as the page is open. */
export async function follow() {
  for (let attempt = 0; ; ) {
    await inSight();
    const wasAway = connection.value === "offline";
    const hidden = new AbortController();
    const hide = () => document.visibilityState === "hidden" && hidden.abort();
    document.addEventListener("visibilitychange", hide);
    try {
      await refreshStatus();
      if (connection.value === "online") {
        if (wasAway) changes.value += 1;
        for await (const event of stream("GET", "/events", { signal: hidden.signal })) {
          attempt = 0;
          take(event);
        }
      }
    } catch (fault) {
      if (!wasAborted(fault) && connection.value === "online") connection.value = "offline";
    } finally {
      document.removeEventListener("visibilitychange", hide);
    }
    if (hidden.signal.aborted) continue;
    const pause = RETRY_MS[Math.min(attempt++, RETRY_MS.length - 1)] ?? 5000;
    await new Promise((resume) => setTimeout(resume, pause));
  }
}
