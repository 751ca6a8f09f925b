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
const MOST = 200; // as many as the daemon gives

/** The address that the page was opened with may hold a question already. */
const opened = route.peek().view === "search" ? route.peek().params : new URLSearchParams();

export const query = signal(opened.get("q") ?? "");
export const mode = signal(/** @type {Mode} */ (recall("mode", "hybrid")));
export const explain = signal(recall("explain", false));
/** When set, the list shows notes like this one instead of a search. */
export const like = signal(likeIn(opened));
export const limit = signal(PAGE);

export const answer = signal(/** @type {Answer|null} */ (null));
export const fault = signal(/** @type {import("./api.js").ApiError|null} */ (null));
export const busy = signal(false);
/** Index of the chosen hit in the list. */
export const selected = signal(0);
/** The hit whose note is shown beside. */
export const shown = signal(/** @type {Hit|null} */ (null));

export const hits = computed(() => answer.value?.hits ?? []);
export const hasQuestion = computed(() => query.value.trim() !== "" || like.value !== null);
export const canShowMore = computed(
  () => hits.value.length >= limit.value && limit.value < MOST && !like.value,
);

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
  /** @type {Promise<Answer>} */
  const asked = similar
    ? call("GET", "/similar", {
        query: { path: similar.path, line: similar.line, n: limit.value, explain: explain.value },
        signal: abort,
      })
    : call("GET", "/search", {
        query: {
          q: query.value,
          n: limit.value,
          mode: mode.value,
          prefix: 1,
          explain: explain.value || undefined,
        },
        signal: abort,
      });
  asked.then(
    (found) => batch(() => show(found)),
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

/** @param {Answer} found */
function show(found) {
  const asked = searchAddress();
  const same = asked === answered && shown.value;
  const kept = same ? found.hits.findIndex((hit) => hit.id === shown.value?.id) : -1;
  answered = asked;
  answer.value = found;
  fault.value = null;
  busy.value = false;
  selected.value = Math.max(kept, 0);
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
  const parts = [query.value, mode.value, explain.value, like.value, limit.value, changes.value];
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
    limit.value = PAGE;
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
    limit.value = PAGE;
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

export function showMore() {
  limit.value = Math.min(MOST, limit.value + PAGE);
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
