/** The extension's ears: the address bar, the menu, the keys and the icon. */
import { address, asError } from "./daemon.js";
import { clip } from "./clip.js";
import { pageOf, search } from "./notes.js";
import { describe } from "./describe.js";
import { sentence } from "./dom.js";

const TYPING_MS = 60;
const SUGGESTED = 8;
const BADGE_MS = 4000;

chrome.runtime.onInstalled.addListener(() => {
  chrome.contextMenus.create({ id: "clip-page", title: "Keep this page among my notes", contexts: ["page"] });
  chrome.contextMenus.create({ id: "clip-selection", title: "Keep the selection among my notes", contexts: ["selection"] });
  chrome.contextMenus.create({ id: "search", title: "Search my notes for “%s”", contexts: ["selection"] });
  chrome.contextMenus.create({ id: "about", title: "My notes about this page", contexts: ["page"] });
});

chrome.action.onClicked.addListener((tab) => void openPanel(tab, "about"));

chrome.contextMenus.onClicked.addListener((info, tab) => {
  if (!tab) return;
  if (info.menuItemId === "search") void openPanel(tab, "search", info.selectionText ?? "");
  else if (info.menuItemId === "about") void openPanel(tab, "about");
  else void clipAndSay(tab.id);
});

chrome.commands.onCommand.addListener((command, tab) => {
  if (command === "clip") void clipAndSay(tab?.id);
});

/**
 * Opens the panel (in the same turn as the click: a browser wants that) and says what to show.
 * @param {chrome.tabs.Tab} tab @param {string} view @param {string} [words]
 */
async function openPanel(tab, view, words = "") {
  const opening = chrome.sidePanel.open({ windowId: tab.windowId });
  await chrome.storage.session.set({ wanted: { view, words, at: Date.now() } });
  await opening;
}

/** @param {number|undefined} tabId */
async function clipAndSay(tabId) {
  try {
    const made = await clip(tabId);
    await chrome.storage.session.set({ clipped: { name: made.name, at: Date.now() } });
    badge("✓", "#2b7a4b", `Kept as “${made.name}”`);
  } catch (fault) {
    const { message, hint } = asError(fault);
    badge("!", "#a5322a", sentence(message, hint));
  }
}

/** @param {string} text @param {string} color @param {string} title */
function badge(text, color, title) {
  void chrome.action.setBadgeBackgroundColor({ color });
  void chrome.action.setBadgeText({ text });
  void chrome.action.setTitle({ title });
  setTimeout(() => {
    void chrome.action.setBadgeText({ text: "" });
    void chrome.action.setTitle({ title: "Your notes" });
  }, BADGE_MS);
}

/* The address bar ------------------------------------------------------------------------ */
let typing = new AbortController();

chrome.omnibox.onInputChanged.addListener((words, suggest) => void suggestNotes(words, suggest));
chrome.omnibox.onInputEntered.addListener((words, disposition) => void enter(words, disposition));
chrome.omnibox.onInputCancelled.addListener(() => typing.abort());

/** @param {string} words @param {(suggestions: chrome.omnibox.SuggestResult[]) => void} suggest */
async function suggestNotes(words, suggest) {
  typing.abort();
  const mine = (typing = new AbortController());
  await new Promise((done) => setTimeout(done, TYPING_MS));
  if (mine.signal.aborted) return;
  try {
    const hits = await search(words, SUGGESTED, mine.signal);
    if (mine.signal.aborted) return;
    const say = words.trim() && !hits.length ? "No note has this. Enter searches on the page" : "Search your notes for <match>%s</match>";
    chrome.omnibox.setDefaultSuggestion({ description: say });
    suggest(await Promise.all(hits.map(async (hit) => ({ content: await pageOf(hit), description: describe(hit) }))));
  } catch (fault) {
    if (mine.signal.aborted) return;
    const { message, hint } = asError(fault);
    chrome.omnibox.setDefaultSuggestion({ description: describe({ title: message, snippet: hint }) });
    suggest([]);
  }
}

/** @param {string} words @param {string} disposition */
async function enter(words, disposition) {
  const home = await address();
  const url = words.startsWith(`${home}/#/note/`) ? words : `${home}/#/search?q=${encodeURIComponent(words)}`;
  if (disposition === "currentTab") await chrome.tabs.update({ url });
  else await chrome.tabs.create({ url, active: disposition === "newForegroundTab" });
}
