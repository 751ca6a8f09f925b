/** What is shown when the daemon is away, or does not know this browser. */
import { html } from "../vendor/preact.js";
import { connection } from "../api.js";
import { outdated } from "../live.js";
import { Icon } from "./icon.js";
import { Command } from "./command.js";

/** A quiet banner; the page goes on showing what it has, and comes back by itself. */
export function OfflineBanner() {
  if (connection.value !== "offline") return outdated.value ? html`<${Outdated} />` : null;
  return html`
    <div class="banner" role="status">
      <${Icon} name="warning" />
      <p><strong>khoj_lite is not running.</strong> What you see and typed stays here. Start it with${" "}
        <code>khoj-lite serve</code>; this page reconnects by itself.</p>
      <span class="spinner" aria-hidden="true"></span>
    </div>`;
}

const Outdated = () => html`
  <div class="banner" role="status">
    <${Icon} name="refresh" />
    <p><strong>khoj_lite is another version now.</strong> This page is of the one before. What you typed stays.</p>
    <button type="button" class="button small" onClick=${() => location.reload()}>Load it anew</button>
  </div>`;

/** The whole page, when this browser carries no valid token. */
export const Locked = () => html`
  <main class="locked">
    <div class="locked-card">
      <span class="locked-icon"><${Icon} name="search" size=${26} /></span>
      <h1>Open your notes</h1>
      <p>Only you may read them, so this page needs the token of your khoj_lite.
        Run one of these in a terminal and open the address it prints:</p>
      <${Command} text="khoj-lite serve" />
      <${Command} text="khoj-lite token" />
      <p class="soft">Then add the token to the address once: <code>/?token=…</code></p>
      <button class="button" type="button" onClick=${() => location.reload()}>Try again</button>
    </div>
  </main>`;
