/** Keys that work everywhere: going from view to view, the search field, the list of shortcuts. */
import { signal } from "./vendor/preact.js";
import { searchAddress } from "./results.js";
import { go } from "./router.js";

/** Whether the list of shortcuts is open. */
export const helpOpen = signal(false);

const GOES = /** @type {Record<string, string>} */ ({ s: "search", c: "chat", o: "sources", m: "models", t: "status", p: "map", r: "train", e: "settings" });
const SEQUENCE_MS = 1200;

/** @type {{keys: string[], does: string, group: string}[]} */
export const SHORTCUTS = [
  { group: "Anywhere", keys: ["/"], does: "Search; in chat, ask" },
  { group: "Anywhere", keys: ["Ctrl", "K"], does: "Search, from inside a field too" },
  { group: "Anywhere", keys: ["g", "s"], does: "Go to search" },
  { group: "Anywhere", keys: ["g", "c"], does: "Go to chat" },
  { group: "Anywhere", keys: ["g", "o"], does: "Go to sources" },
  { group: "Anywhere", keys: ["g", "m"], does: "Go to models" },
  { group: "Anywhere", keys: ["g", "t"], does: "Go to status" },
  { group: "Anywhere", keys: ["g", "p"], does: "Go to the map" },
  { group: "Anywhere", keys: ["g", "r"], does: "Go to training" },
  { group: "Anywhere", keys: ["g", "e"], does: "Go to settings" },
  { group: "Anywhere", keys: ["?"], does: "Show these shortcuts" },
  { group: "Results", keys: ["↓"], does: "Next result (j)" },
  { group: "Results", keys: ["↑"], does: "Previous result (k)" },
  { group: "Results", keys: ["Enter"], does: "Read the note" },
  { group: "Results", keys: ["o"], does: "Open in your editor" },
  { group: "Results", keys: ["s"], does: "Find similar notes" },
  { group: "Results", keys: ["Esc"], does: "Back" },
  { group: "Chat", keys: ["Enter"], does: "Ask" },
  { group: "Chat", keys: ["Shift", "Enter"], does: "New line" },
  { group: "Chat", keys: ["Esc"], does: "Stop the answer" },
  { group: "Chat", keys: ["↑"], does: "Change the last question" },
  { group: "Chat", keys: ["n"], does: "New conversation" },
];

/** @param {EventTarget|null} target @returns {boolean} whether keys typed there are text */
export const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Goes to the search view with the cursor in its field. */
export function focusSearch() {
  go(searchAddress());
  requestAnimationFrame(() => {
    const field = /** @type {HTMLInputElement|null} */ (document.getElementById("q"));
    field?.focus();
    field?.select();
  });
}

let pending = 0;

/** @param {KeyboardEvent} event */
function onKey(event) {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    focusSearch();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    const ask = document.getElementById("ask");
    if (ask) ask.focus();
    else focusSearch();
  } else if (event.key === "?") {
    event.preventDefault();
    helpOpen.value = !helpOpen.value;
  } else if (pending && GOES[event.key]) {
    event.preventDefault();
    event.stopPropagation();
    go(event.key === "s" ? searchAddress() : `#/${GOES[event.key]}`);
  }
  clearTimeout(pending);
  pending = event.key === "g" ? setTimeout(() => (pending = 0), SEQUENCE_MS) : 0;
}

export function listenForKeys() {
  // In the capture phase, so that `g c` is not eaten by a view that uses the second letter.
  addEventListener("keydown", onKey, { capture: true });
}
