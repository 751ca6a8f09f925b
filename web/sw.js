/**
 * Keeps the page itself, so that it opens and says so while the daemon is down.
 *
 * Only the files of the page are ever kept: nothing below /api/, no answer, no note, no picture.
 * The daemon is asked first, always; what is kept is used only when nobody answers.
 */
const SHELL = "khoj-lite-shell-1";
const KEPT = /\.(?:js|css|svg|png|webmanifest)$/;
/** A file is the same whoever asks for it: modules name an origin, styles do not. */
const ANYHOW = { ignoreVary: true };
const START = ["/", "/style.css", "/boot.js", "/app.js", "/vendor/preact.js", "/icons/favicon.svg"];

/** Whether this address is a file of the page. @param {URL} url */
const isShell = (url) =>
  url.origin === location.origin && url.search === "" && (url.pathname === "/" || (KEPT.test(url.pathname) && !url.pathname.startsWith("/api/")));

const worker = /** @type {any} */ (self);

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.addAll(START))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("khoj-lite-") && name !== SHELL).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

/** The page names the files that it is made of, those that came before this worker did. */
worker.addEventListener("message", (/** @type {any} */ event) => {
  const urls = /** @type {string[]} */ (event.data?.keep ?? []).filter((url) => isShell(new URL(url, location.origin)));
  event.waitUntil(
    caches.open(SHELL).then((cache) =>
      Promise.allSettled(urls.map(async (url) => (await cache.match(url, ANYHOW)) ?? cache.add(url))),
    ),
  );
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (isShell(url)) event.respondWith(file(request));
});

/** @param {Request} request @param {URL} url */
async function page(request, url) {
  try {
    return isShell(url) ? await fresh(request) : await fetch(request);
  } catch {
    return (await caches.match("/", ANYHOW)) ?? Response.error();
  }
}

/** @param {Request} request */
async function file(request) {
  try {
    return await fresh(request);
  } catch {
    return (await caches.match(request, ANYHOW)) ?? Response.error();
  }
}

/** The daemon's answer, kept for when there is none. @param {Request} request */
async function fresh(request) {
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected) {
    const copy = answer.clone();
    caches.open(SHELL).then((cache) => cache.put(request, copy), () => {});
  }
  return answer;
}
