/** The search on screen: what is asked, what came back, which hit is chosen. */
import { batch, computed, effect, signal, untracked } from "./vendor/preact.js";
import { asApiError, call, connection, wasAborted } from "./api.js";
import { changes } from "./live.js";
import { recall, remember } from "./memory.js";
import { address, go, route } from "./router.js";

/** @typedef {import("./types.js").Hit} Hit */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {'hybrid'|'semantic'|'lexical'} Mode */
/** @typedef {{path: string, line: number, title: string}} Like */

const DEBOUNCE_MS = 70;
const PAGE = 20;
const NEXT_PAGE = 100;
const MOST = 200; // as many as the daemon gives at once

/** The address that the page was opened with may hold a question already. */
const opened = route.peek().view === "search" ? route.peek().params : new URLSearchParams();

export const query = signal(opened.get("q") ?? "");
export const mode = signal(/** @type {Mode} */ (recall("mode", "hybrid")));
export const explain = signal(recall("explain", false));
/** When set, the list shows notes like this one instead of a search. */
export const like = signal(likeIn(opened));

export const answer = signal(/** @type {Answer|null} */ (null));
export const fault = signal(/** @type {import("./api.js").ApiError|null} */ (null));
export const busy = signal(false);
/** Index of the chosen hit in the list. */
export const selected = signal(0);
/** The hit whose note is shown beside. */
export const shown = signal(/** @type {Hit|null} */ (null));

export const hits = computed(() => answer.value?.hits ?? []);
export const hasQuestion = computed(() => query.value.trim() !== "" || like.value !== null);
/** How far into the ranking the hits go; null once its end has come. */
const reached = signal(/** @type {number|null} */ (null));
export const canShowMore = computed(() => reached.value !== null && !like.value);

let aborter = new AbortController();
let timer = 0;

function ask() {
  aborter.abort();
  aborter = new AbortController();
  const { signal: abort } = aborter;
  const similar = like.value;
  busy.value = true;
  if (!similar && route.peek().view === "search")
    go(address("search", "", { q: query.value }), { replace: true });
  // Asked again because notes changed, what has been walked to stays.
  const wanted = walked === ranking() ? Math.min(MOST, Math.max(PAGE, hits.peek().length)) : PAGE;
  const asked = similar
    ? call("GET", "/similar", {
        query: { path: similar.path, line: similar.line, n: wanted, explain: explain.value },
        signal: abort,
      })
    : askFor(wanted, 0, abort);
  asked.then(
    (found) => batch(() => show(found, wanted)),
    (failure) => {
      if (wasAborted(failure)) return;
      batch(() => {
        busy.value = false;
        fault.value = asApiError(failure);
        if (fault.value.status && fault.value.code !== "bad_query") answer.value = null;
      });
    },
  );
}

/** A page of the search. @param {number} n @param {number} offset @param {AbortSignal} abort @returns {Promise<Answer>} */
const askFor = (n, offset, abort) =>
  call("GET", "/search", {
    query: { q: query.value, n, offset: offset || undefined, mode: mode.value, prefix: 1, explain: explain.value || undefined },
    signal: abort,
  });

/** What an address asks for notes like; null when it holds a search. @param {URLSearchParams} params @returns {Like|null} */
function likeIn(params) {
  const path = params.get("like");
  return path ? { path, line: Number(params.get("line") ?? 1), title: params.get("title") ?? path } : null;
}

/** The address of the search as it is now. */
export const searchAddress = () =>
  address("search", "", like.value ? { like: like.value.path, line: like.value.line, title: like.value.title } : { q: query.value });

/** What the hits on the screen answer. A new question begins at its best hit; the same one, asked
 * again because notes changed, stays at the note that is being read. */
let answered = "";
/** The ranking that `reached` counts in: the same question is ranked otherwise in another mode. */
let walked = "";
const ranking = () => `${mode.value} ${searchAddress()}`;

/** @param {Answer} found @param {number} wanted */
function show(found, wanted) {
  const asked = searchAddress();
  const again = asked === answered;
  const before = shown.value;
  const more = found.hits.length === wanted;
  const known = new Set(found.hits.map(({ id }) => id));
  const rest = walked === ranking() && more ? hits.peek().slice(wanted).filter(({ id }) => !known.has(id)) : [];
  const at = again && before ? [...found.hits, ...rest].findIndex((hit) => hit.id === before.id) : -1;
  answered = asked;
  walked = ranking();
  answer.value = rest.length ? { ...found, hits: [...found.hits, ...rest] } : found;
  if (!rest.length) reached.value = more ? wanted : null;
  fault.value = null;
  busy.value = false;
  selected.value = Math.max(at, 0);
}

let walking = false;
/** Adds the next hits to those on screen. */
export async function showMore() {
  const from = reached.value;
  if (walking || from === null || busy.value) return;
  walking = true;
  const { signal: abort } = aborter;
  try {
    const found = await askFor(NEXT_PAGE, from, abort);
    if (abort.aborted || !answer.value) return;
    const known = new Set(hits.value.map(({ id }) => id));
    const now = answer.value;
    batch(() => {
      answer.value = { ...now, hits: [...now.hits, ...found.hits.filter(({ id }) => !known.has(id))] };
      reached.value = found.hits.length === NEXT_PAGE ? from + NEXT_PAGE : null;
    });
  } catch (failure) {
    if (!wasAborted(failure)) fault.value = asApiError(failure);
  } finally {
    walking = false;
  }
}

function clear() {
  aborter.abort();
  if (route.peek().view === "search") go(address("search"), { replace: true });
  batch(() => {
    answer.value = null;
    fault.value = null;
    busy.value = false;
    shown.value = null;
    selected.value = 0;
  });
}

// One effect asks again whenever the question changes; a pause lets typing go on.
effect(() => {
  const parts = [query.value, mode.value, explain.value, like.value, changes.value];
  clearTimeout(timer);
  if (!parts[0] && !like.value) untracked(clear);
  else if (query.value.trim() || like.value) timer = setTimeout(ask, DEBOUNCE_MS);
});

effect(() => {
  if (connection.value === "online" && untracked(() => fault.value?.code === "offline")) untracked(ask);
});

/** Sets the question, as typed. @param {string} text */
export function setQuery(text) {
  batch(() => {
    query.value = text;
    like.value = null;
  });
}

/** Goes to the search view with a question of its own. @param {string} text */
export function searchFor(text) {
  setQuery(text);
  go(address("search", "", { q: text }));
}

/** Shows notes like this one. @param {Like} note */
export function showSimilar(note) {
  batch(() => {
    like.value = note;
  });
  go(address("search", "", { like: note.path, line: note.line, title: note.title }));
}

/** @param {Mode} value */
export function setMode(value) {
  mode.value = value;
  remember("mode", value);
}

export function toggleExplain() {
  explain.value = !explain.value;
  remember("explain", explain.value);
}

/** Questions that led to a note, the last first; kept in this browser only. */
export const recent = signal(/** @type {string[]} */ (recall("recent", [])));
const RECENT = 4;

export function keepRecent() {
  const text = query.value.trim();
  if (text.length < 3 || like.value) return;
  recent.value = [text, ...recent.value.filter((each) => each !== text)].slice(0, RECENT);
  remember("recent", recent.value);
}

/** Asks the same again. */
export function retry() {
  ask();
}

// The address may change under us: a link, the back button, a bookmark.
effect(() => {
  const { view, params } = route.value;
  if (view !== "search") return;
  untracked(() =>
    batch(() => {
      const wanted = likeIn(params);
      if (wanted?.path !== like.value?.path || wanted?.line !== like.value?.line) like.value = wanted;
      const text = params.get("q") ?? "";
      if (text !== query.value && (text || !wanted)) query.value = text;
    }),
  );
});
