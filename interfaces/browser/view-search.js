/** Search as you type. */
import { wasAborted } from "./daemon.js";
import { hitItem } from "./hit.js";
import { search } from "./notes.js";
import { $, show } from "./dom.js";

const TYPING_MS = 60;
/** After this long without an answer it is said that one is waited for. */
const WAITING_MS = 1500;

/** @param {(fault: unknown) => void} tell @param {() => void} calm @returns {(words: string) => void} */
export function startSearch(tell, calm) {
  const field = /** @type {HTMLInputElement} */ ($("q"));
  let typing = new AbortController();
  let waiting = 0;
  const look = async () => {
    typing.abort();
    const { signal } = (typing = new AbortController());
    await new Promise((done) => setTimeout(done, TYPING_MS));
    if (signal.aborted) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => show($("search-wait"), true), WAITING_MS);
    try {
      const hits = await search(field.value, 20, signal);
      $("search-hits").replaceChildren(...hits.map((hit) => hitItem(hit)));
      show($("search-none"), Boolean(field.value.trim()) && !hits.length);
      calm();
    } catch (fault) {
      if (!wasAborted(fault)) tell(fault);
    }
    if (typing.signal !== signal) return;
    clearTimeout(waiting);
    show($("search-wait"), false);
  };
  field.addEventListener("input", () => void look());
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const first = /** @type {HTMLElement|null} */ ($("search-hits").querySelector("a"));
    first?.click();
  });
  return (words) => {
    if (words) field.value = words;
    field.focus();
    if (field.value) void look();
  };
}
