/** Keeps the page, or what is selected on it, among the notes. */
import { call } from "./daemon.js";
import { readTab } from "./page.js";

/** @param {number} [tabId] @returns {Promise<{path: string, name: string, found: boolean}>} */
export async function clip(tabId) {
  const page = await readTab(true, tabId);
  const { title, url, text, html, selected } = page;
  return call("POST", "/clips", { body: { title, url, whole: !selected, ...(html ? { html } : { text }) } });
}
