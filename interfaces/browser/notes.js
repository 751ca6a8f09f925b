/** Finding notes: by words, and for a page. */
import { address, call } from "./daemon.js";

/**
 * @typedef {object} Hit
 * @property {number} id @property {string} title @property {string[]} outline @property {string} path
 * @property {string} uri @property {number} line @property {string} snippet
 * @property {[number, number][]} highlights @property {string} source
 */

/** @param {string} words @param {number} n @param {AbortSignal} [signal] @returns {Promise<Hit[]>} */
export async function search(words, n, signal) {
  if (!words.trim()) return [];
  const query = { q: words, n, prefix: true };
  return (await call("GET", "/search", signal ? { query, signal } : { query })).hits;
}

/** Notes about what a page says. Marks that would be filters are taken out. @param {{title: string, text: string}} page @returns {Promise<Hit[]>} */
export async function aboutPage({ title, text }) {
  const words = `${title}. ${text}`.replace(/["#:+\-<>=]/g, " ").replace(/\s+/g, " ").slice(0, 1500);
  return (await call("GET", "/search", { query: { q: words, n: 10, mode: "semantic" } })).hits;
}

/** Where a hit is opened: the daemon's page at that place. @param {Hit} hit */
export const pageOf = async (hit) => `${await address()}/#/note/${hit.id}?line=${hit.line}`;
