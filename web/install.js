/** The page as an app: it opens without the daemon, and takes text that other apps share. */
import { address, go } from "./router.js";

const LONG = 120; // characters; what is longer is rather asked about than looked up

/** Starts the service worker and tells it what the page is made of. */
export async function keepShell() {
  if (!("serviceWorker" in navigator)) return; // not over plain HTTP from another machine
  try {
    await navigator.serviceWorker.register("sw.js");
    const ready = await navigator.serviceWorker.ready;
    const keep = performance.getEntriesByType("resource").map((entry) => entry.name);
    ready.active?.postMessage({ keep });
  } catch {
    // A browser that wants none works as before.
  }
}

/** Goes where shared text is of use: a question or much text to chat, a few words to search. */
export async function takeShared() {
  const given = new URLSearchParams(location.search);
  const parts = ["share_title", "share_text", "share_url"].map((name) => given.get(name)?.trim() ?? "");
  const [title = "", text = "", url = ""] = parts;
  const shared = [text || title, url].filter(Boolean).join("\n");
  if (!shared) return;
  history.replaceState(null, "", location.pathname);
  const asks = shared.endsWith("?") || shared.length > LONG;
  if (!asks) return go(address("search", "", { q: text || title || url }), { replace: true });
  const { setDraft } = await import("./conversation.js");
  go("#/chat", { replace: true });
  setDraft(shared); // asked only when the person sends it: any page can make a link that shares
}
