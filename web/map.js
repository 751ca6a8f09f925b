/** The map of notes: where each stands, as the daemon drew it, and which ones a search found. */
import { computed, signal } from "./vendor/preact.js";
import { asApiError, call } from "./api.js";
import { jobs } from "./live.js";

/** @typedef {import("./types.js").NoteMap} NoteMap */
/** @typedef {import("./types.js").MapGroup} Group */

const MOST_FOUND = 100;

export const noteMap = signal(/** @type {NoteMap|null} */ (null));
export const mapFault = signal(/** @type {import("./api.js").ApiError|null} */ (null));
/** Entries that the search on the map found; null when nothing is searched for. */
export const found = signal(/** @type {Set<number>|null} */ (null));
/** The group that is looked at more closely; -1 for all of them. */
export const chosenGroup = signal(-1);

/** The job that draws the map now, as far as it is. */
export const drawing = computed(() => {
  const known = noteMap.value?.job;
  const job = known ? (jobs.value[known.id] ?? known) : null;
  return job && ["queued", "running"].includes(job.state) ? job : null;
});
/** The job whose picture is ready to be asked for; a failed or stopped one has none. */
export const drawn = computed(() => {
  const known = noteMap.value?.job;
  return known && jobs.value[known.id]?.state === "done" ? known.id : "";
});
/** Why there is no new picture. */
export const drawingFault = computed(() => {
  const known = noteMap.value?.job;
  return (known && jobs.value[known.id]?.error) || null;
});

export async function loadMap() {
  try {
    noteMap.value = await call("GET", "/map");
    mapFault.value = null;
  } catch (fault) {
    mapFault.value = asApiError(fault);
  }
}

/** What a group is called. @param {Group} group */
export const groupName = (group) => group.words.join(", ") || "other notes";

let asked = 0;
/** Marks the notes that a search finds. @param {string} words */
export async function searchMap(words) {
  const mine = ++asked;
  if (!words.trim()) return void (found.value = null);
  try {
    const answer = /** @type {import("./types.js").Answer} */ (await call("GET", "/search", { query: { q: words, n: MOST_FOUND } }));
    if (mine === asked) found.value = marked(answer.hits);
  } catch {
    if (mine === asked) found.value = new Set();
  }
}

/** The points of hits: the entries, or where points are notes the notes. @param {import("./types.js").Hit[]} hits */
function marked(hits) {
  const map = noteMap.value;
  if (!map || map.kind === "section") return new Set(hits.map((hit) => hit.id));
  const paths = new Set(hits.map((hit) => hit.path));
  return new Set(map.ids.filter((_, at) => paths.has(map.paths[map.path[at] ?? -1] ?? "")));
}
