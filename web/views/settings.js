/** Settings: one row each, made from the daemon's own table of them. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError, call } from "../api.js";
import { Fault, sentence, withCode } from "../components/fault.js";
import { Skeletons } from "../components/skeletons.js";
import { say } from "../components/toasts.js";
import { stylesheet } from "../stylesheet.js";

await stylesheet("settings.css");

/** @typedef {import("../types.js").Setting} Setting */
/** @typedef {import("../types.js").Settings} Settings */

const SECTIONS = /** @type {Record<string, string>} */ ({
  chat: "Chat", embed: "Search by meaning", index: "Reading notes", git: "Repositories", models: "Models", server: "Who can reach it",
});

export function SettingsView() {
  const [now, setNow] = useState(/** @type {Settings|null} */ (null));
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  const load = () => call("GET", "/settings").then((found) => (setNow(found), setFault(null)), (failure) => setFault(asApiError(failure)));
  useEffect(() => void load(), []);
  const settings = now?.settings ?? [];
  const names = new Set(settings.map((setting) => section(setting)));
  const order = [...Object.keys(SECTIONS), ...[...names].filter((name) => !SECTIONS[name])];
  const waiting = now?.settings.some((setting) => setting.waiting);
  return html`
    <main id="main" class="page settings">
      <header class="page-head"><div><h1>Settings</h1>
        <p class="soft">Kept in ${now ? html`<code>${now.file}</code>` : "a file"} on this machine. They count from the next start of khoj_lite.</p></div></header>
      ${waiting && html`<p class="notice" role="status">Some changes wait for the next start: stop <code>khoj-lite serve</code> and start it again.</p>`}
      ${fault && fault.code !== "offline" && html`<${Fault} fault=${fault} onRetry=${load} />`}
      ${!now && !fault && html`<${Skeletons} count=${3} />`}
      ${order.map((name) => {
        const rows = settings.filter((setting) => section(setting) === name);
        return rows.length > 0 && html`
          <section class="block" key=${name} aria-labelledby=${`set-${name}`}>
            <h2 id=${`set-${name}`}>${SECTIONS[name] ?? sentence(name)}</h2>
            <ul class="setting-list">${rows.map((row) => html`<${Row} key=${row.key} row=${row} onChanged=${setNow} />`)}</ul>
          </section>`;
      })}
    </main>`;
}

/** @param {Setting} setting */
const section = (setting) => setting.key.split(".")[0] ?? "";

/** @param {{row: Setting, onChanged: (now: Settings) => void}} props */
function Row({ row, onChanged }) {
  const [fault, setFault] = useState("");
  /** @param {boolean|number|string|null} value */
  const change = async (value) => {
    setFault("");
    try {
      onChanged(/** @type {Settings} */ (await call("PATCH", "/settings", { body: { values: { [row.key]: value } } })));
      say(value === null ? `${row.key} is as it was at first.` : `${row.key} is saved.`);
    } catch (failure) {
      setFault(sentence(asApiError(failure).message));
    }
  };
  const id = `setting-${row.key}`;
  return html`
    <li class="setting">
      <div class="setting-words">
        <label for=${id}>${sentence((row.key.split(".")[1] ?? row.key).replaceAll("_", " "))}</label>
        <p class="soft" id=${`${id}-help`}>${withCode(row.help)}</p>
        ${row.fixed && html`<p class="faint">${withCode(row.fixed)}</p>`}
        ${fault && html`<p class="setting-fault" role="alert">${fault}</p>`}
      </div>
      <div class="setting-value">
        <${Field} id=${id} row=${row} bad=${fault !== ""} onValue=${change} />
        ${row.set && !row.fixed &&
        html`<button type="button" class="link" aria-label=${`Reset ${row.key}`} onClick=${() => change(null)}>${row.secret ? "Forget it" : "Reset"}</button>`}
      </div>
    </li>`;
}

/** @param {{id: string, row: Setting, bad: boolean, onValue: (value: boolean|number|string) => void}} props */
function Field({ id, row, bad, onValue }) {
  const shared = { id, disabled: row.fixed !== "", "aria-describedby": `${id}-help`, "aria-invalid": bad || undefined };
  if (row.kind === "yes or no")
    return html`<input ...${shared} type="checkbox" class="switch" role="switch" checked=${row.value === true}
      onChange=${(/** @type {Event} */ event) => onValue(/** @type {HTMLInputElement} */ (event.target).checked)} />`;
  if (row.choices.length)
    return html`<select ...${shared} class="small-input" value=${row.value}
      onChange=${(/** @type {Event} */ event) => onValue(/** @type {HTMLSelectElement} */ (event.target).value)}>
      ${row.choices.map((choice) => html`<option key=${choice} value=${choice}>${choice}</option>`)}</select>`;
  const numeric = row.kind !== "text";
  return html`<input ...${shared} class="small-input" type=${row.secret ? "password" : "text"} inputmode=${numeric ? "decimal" : undefined}
    value=${row.secret ? "" : String(row.value ?? "")} dir="auto" autocomplete="off" spellcheck=${false}
    placeholder=${row.secret ? (row.set ? "kept; type to replace" : "none") : String(row.default ?? "")}
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && /** @type {HTMLInputElement} */ (event.target).blur()}
    onChange=${(/** @type {Event} */ event) => {
      const text = /** @type {HTMLInputElement} */ (event.target).value.trim();
      if (text !== String(row.value ?? "")) onValue(numeric && text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text);
    }} />`;
}
