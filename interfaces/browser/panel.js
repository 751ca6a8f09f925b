/** The side panel: which view stands in it, and what it has to say. */
import { asError, isConnected, otherVersion } from "./daemon.js";
import { clip } from "./clip.js";
import { startAbout } from "./view-about.js";
import { startAsk } from "./view-ask.js";
import { startConnect } from "./view-connect.js";
import { startSearch } from "./view-search.js";
import { $, sentence, show } from "./dom.js";

/** @typedef {(words: string) => void} Opened */
/** @typedef {{view: string, words: string, at: number}} Wanted */

/** @param {unknown} fault one calm message for whatever failed; nothing takes it away */
function tell(fault) {
  const { code, message, hint } = asError(fault);
  const at = $("fault");
  at.textContent = sentence(message, hint);
  show(at, true);
  if (code === "unauthorized") void start();
}

const calm = () => show($("fault"), false);

/** @type {Record<string, Opened>} */
const views = { search: startSearch(tell, calm), about: startAbout(tell, calm), ask: startAsk(tell, calm) };

/** @param {string} name @param {string} [words] */
function go(name, words = "") {
  for (const each of Object.keys(views)) {
    show($(`view-${each}`), each === name);
    $(`tab-${each}`).setAttribute("aria-selected", String(each === name));
  }
  calm();
  views[name]?.(words);
}

for (const tab of document.querySelectorAll("[data-view]"))
  tab.addEventListener("click", () => go(tab.getAttribute("data-view") ?? "search"));

$("clip").addEventListener("click", async () => {
  const button = /** @type {HTMLButtonElement} */ ($("clip"));
  calm();
  say("Keeping it…");
  button.disabled = true;
  try {
    kept((await clip()).name);
  } catch (fault) {
    show($("said"), false);
    tell(fault);
  } finally {
    button.disabled = false;
  }
});

/** @param {string} name of the note that was made */
const kept = (name) => say(`Kept as “${name}”.`);

/** @param {string} words */
function say(words) {
  $("said").textContent = words;
  show($("said"), true);
}

/** Says once, above everything, that daemon and extension may not fit. */
async function compareVersions() {
  const words = await otherVersion().catch(() => ""); // what was asked for says what is wrong
  $("version").textContent = words;
  show($("version"), words !== "");
}

chrome.storage.session.onChanged.addListener((changes) => {
  const wanted = /** @type {Wanted|undefined} */ (changes.wanted?.newValue);
  const clipped = /** @type {{name: string}|undefined} */ (changes.clipped?.newValue);
  if (wanted && !$("notes").hidden) {
    void chrome.storage.session.remove("wanted");
    go(wanted.view, wanted.words);
  }
  if (clipped) kept(clipped.name);
});

async function start() {
  const connected = await isConnected();
  show($("connect"), !connected);
  show($("notes"), connected);
  if (!connected) return;
  void compareVersions();
  const { wanted } = /** @type {{wanted?: Wanted}} */ (await chrome.storage.session.get("wanted"));
  await chrome.storage.session.remove("wanted");
  const fresh = wanted && Date.now() - wanted.at < 10_000;
  go(wanted && fresh ? wanted.view : "search", wanted && fresh ? wanted.words : "");
}

startConnect(start);
void start();
