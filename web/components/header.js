/** The bar at the top: the name, the views, how the index does, the theme. */
import { html } from "../vendor/preact.js";
import { connection } from "../api.js";
import { count } from "../format.js";
import { helpOpen } from "../keys.js";
import { indexing, status } from "../live.js";
import { searchAddress } from "../results.js";
import { route } from "../router.js";
import { theme, turnTheme } from "../theme.js";
import { Icon } from "./icon.js";

const VIEWS = [
  { name: "search", label: "Search" },
  { name: "chat", label: "Chat" },
  { name: "map", label: "Map" },
  { name: "sources", label: "Sources" },
  { name: "models", label: "Models", icon: "model" },
  { name: "train", label: "Training", wide: true },
  { name: "status", label: "Status", wide: true },
];
const THEMES = {
  system: { icon: "system", label: "Theme: as the system" },
  light: { icon: "sun", label: "Theme: light" },
  dark: { icon: "moon", label: "Theme: dark" },
};

export function Header() {
  const at = route.value.view === "note" ? "search" : route.value.view;
  const { icon, label } = THEMES[theme.value];
  return html`
    <header class="bar">
      <a class="brand" href="#/search" aria-label="khoj_lite, search">
        <${Mark} /><span class="brand-name">khoj<span class="brand-thin">_lite</span></span>
      </a>
      <nav class="views" aria-label="Views">
        ${VIEWS.map(
          (view) => html`
            <a key=${view.name} href=${view.name === "search" && at !== "search" ? searchAddress() : `#/${view.name}`} class=${`view-link ${view.wide ? "only-wide" : ""}`} title=${view.label}
              aria-current=${at === view.name ? "page" : undefined}>
              <${Icon} name=${view.icon ?? view.name} /><span>${view.label}</span>
            </a>`,
        )}
      </nav>
      <div class="bar-end">
        <${IndexPill} />
        <a class="ghost" href="#/settings" aria-label="Settings" title="Settings" aria-current=${at === "settings" ? "page" : undefined}><${Icon} name="sliders" /></a>
        <button class="ghost" type="button" onClick=${turnTheme} aria-label=${label} title=${label}>
          <${Icon} name=${icon} />
        </button>
        <button class="ghost only-wide" type="button" onClick=${() => (helpOpen.value = true)}
          aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)"><${Icon} name="help" /></button>
      </div>
      <${ProgressLine} />
    </header>`;
}

const Mark = () => html`
  <svg class="mark" width="26" height="26" viewBox="0 0 64 64" aria-hidden="true">
    <rect class="mark-back" width="64" height="64" rx="16" />
    <circle class="mark-line" cx="28.5" cy="28.5" r="13" />
    <path class="mark-line" d="M38.5 38.5 49 49" />
    <circle class="mark-dot" cx="28.5" cy="28.5" r="4.2" />
  </svg>`;

/** Once per model change it is prepared; everything else is indexing. @param {string} stage */
const doing = (stage) => (stage.startsWith("preparing") ? "Getting ready" : "Indexing");

function IndexPill() {
  const now = status.value;
  const work = indexing.value;
  let tone = "good";
  let text = "";
  if (connection.value === "offline") [tone, text] = ["bad", "Offline"];
  else if (!now) [tone, text] = ["quiet", "Connecting"];
  else if (work)
    [tone, text] = ["busy", `${doing(work.stage)}${work.fraction === null ? "" : ` ${Math.floor(work.fraction * 100)}%`}`];
  else if (now.failed) [tone, text] = ["warn", `${count(now.files)} notes`];
  else text = `${count(now.files)} notes`;
  return html`
    <a class=${`pill ${tone}`} href="#/status" title="Index status">
      <span class="dot" aria-hidden="true"></span><span>${text}</span>
    </a>`;
}

function ProgressLine() {
  const work = indexing.value;
  if (!work) return null;
  const sure = work.fraction !== null;
  return html`
    <progress class="line-progress" aria-label="Indexing"
      value=${sure ? work.fraction : undefined} max="1"></progress>`;
}
