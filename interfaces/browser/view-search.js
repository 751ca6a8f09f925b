/** Search as you type. */
import { wasAborted } from "./daemon.js";
import { hitItem } from "./hit.js";
import { search } from "./notes.js";
import { $, show } from "./dom.js";

const TYPING_MS = 60;

/** @param {(fault: unknown) => void} tell @param {() => void} calm @returns {(words: string) => void} */
export function startSearch(tell, calm) {
  const field = /** @type {HTMLInputElement} */ ($("q"));
  let typing = new AbortController();
  const look = async () => {
    typing.abort();
    const { signal } = (typing = new AbortController());
    await new Promise((done) => setTimeout(done, TYPING_MS));
    if (signal.aborted) return;
    try {
      const hits = await search(field.value, 20, signal);
      $("search-hits").replaceChildren(...hits.map((hit) => hitItem(hit)));
      show($("search-none"), Boolean(field.value.trim()) && !hits.length);
      calm();
    } catch (fault) {
      if (!wasAborted(fault)) tell(fault);
    }
  };
  field.addEventListener("input", () => void look());
  return (words) => {
    if (words) field.value = words;
    field.focus();
    if (field.value) void look();
  };
}
