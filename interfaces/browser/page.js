/** What stands in the tab that the user looks at; read only when they ask for it. */
import { DaemonError } from "./daemon.js";

/** @typedef {{title: string, url: string, text: string, html: string, selected: boolean}} Page */

const MOST_HTML = 4_500_000;

/** @param {boolean} html whether the page's HTML is wanted too @param {number} [tabId] @returns {Promise<Page>} */
export async function readTab(html, tabId) {
  const id = tabId ?? (await chrome.tabs.query({ active: true, lastFocusedWindow: true }))[0]?.id;
  if (id === undefined) throw new DaemonError("no_page", "There is no page here");
  try {
    const [read] = await chrome.scripting.executeScript({ target: { tabId: id }, func: readPage, args: [html, MOST_HTML] });
    if (read?.result) return read.result;
  } catch {
    // The browser says no in many ways, all of which mean this:
  }
  throw new DaemonError(
    "no_page",
    "This page cannot be read yet",
    "Click the icon of khoj_lite beside the address to show it this page. The browser's own pages stay closed.",
  );
}

/**
 * Runs in the tab. @param {boolean} withHtml @param {number} most @returns {Page}
 */
function readPage(withHtml, most) {
  const selection = getSelection();
  const said = selection ? String(selection).trim() : "";
  const main = /** @type {HTMLElement|null} */ (document.querySelector("main, article, [role=main]")) ?? document.body;
  let html = "";
  if (withHtml && said && selection) {
    const holder = document.createElement("div");
    for (let n = 0; n < selection.rangeCount; n++) holder.append(selection.getRangeAt(n).cloneContents());
    html = holder.innerHTML;
  } else if (withHtml) {
    html = document.documentElement.outerHTML;
  }
  return {
    title: document.title,
    url: location.href,
    text: (said || main?.innerText || "").slice(0, 200_000),
    html: html.length > most ? "" : html,
    selected: Boolean(said),
  };
}
