/** The page: its frame, and which view stands in it. */
import { html, render, useEffect, useState } from "./vendor/preact.js";
import { connection } from "./api.js";
import { Header } from "./components/header.js";
import { Locked, OfflineBanner } from "./components/connection.js";
import { Shortcuts } from "./components/shortcuts.js";
import { Toasts } from "./components/toasts.js";
import { listenForKeys } from "./keys.js";
import { follow } from "./live.js";
import { route } from "./router.js";
import { stylesheet } from "./stylesheet.js";
import { SearchView } from "./views/search.js";

/** Views that the first sight of the page does not need are fetched when gone to. */
/** @type {Record<string, () => Promise<any>>} */
const LATER = {
  map: async () => (await import("./views/map.js")).MapView,
  settings: async () => (await import("./views/settings.js")).SettingsView,
  chat: async () => (await import("./views/chat.js")).ChatView,
  grant: async () => (await Promise.all([import("./views/grant.js"), stylesheet("grant.css")]))[0].GrantView,
  models: async () => (await import("./views/models.js")).ModelsView,
  note: async () => (await import("./views/note.js")).NoteView,
  sources: async () => (await import("./views/sources.js")).SourcesView,
  status: async () => (await import("./views/status.js")).StatusView,
  train: async () => (await import("./views/train.js")).TrainView,
};
/** @type {Record<string, any>} */
const TITLES = { chat: "Chat", grant: "Connect", map: "Map", settings: "Settings", models: "Models", note: "Note", sources: "Sources", status: "Status", train: "Training" };
/** @type {Record<string, any>} */
const loaded = { search: SearchView };

const KEEP_MS = 4000;

function View() {
  const name = route.value.view;
  const [, redraw] = useState(0);
  const known = loaded[name];
  useEffect(() => {
    document.title = TITLES[name] ? `${TITLES[name]} · khoj_lite` : "khoj_lite";
    const load = LATER[name];
    if (known || !load) return;
    Promise.all([load(), stylesheet("pages.css")]).then(
      ([view]) => {
        loaded[name] = view;
        redraw((n) => n + 1);
      },
      () => (connection.value = "offline"), // fetched again as soon as the daemon is back
    );
  }, [name, connection.value === "online"]);
  if (known) return html`<${known} />`;
  if (!LATER[name]) return html`<${SearchView} />`;
  return html`<main class="page" aria-busy="true"></main>`;
}

function App() {
  if (connection.value === "unauthorized") return html`<${Locked} />`;
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to content</a>
    <${Header} />
    <${OfflineBanner} />
    <${View} />
    <${Shortcuts} />
    <${Toasts} />`;
}

/** The address belongs to the router, so the skip link moves the focus itself. @param {Event} event */
function skip(event) {
  event.preventDefault();
  const main = document.querySelector("main");
  if (!main) return;
  main.tabIndex = -1;
  main.focus();
}

const root = document.getElementById("app");
if (root) render(html`<${App} />`, root);
listenForKeys();
follow();
if (location.search.includes("share_")) import("./install.js").then(({ takeShared }) => takeShared());
// The first view comes first.
setTimeout(() => import("./install.js").then(({ keepShell }) => keepShell(), () => {}), KEEP_MS);
