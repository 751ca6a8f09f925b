/** Settings: one row each, made from the daemon's own table of them. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { Fault, sentence, withCode } from "../components/fault.js";
import { KeptField } from "../components/kept-field.js";
import { Skeletons } from "../components/skeletons.js";
import { say } from "../components/toasts.js";
import { GROUPS } from "../setting-labels.js";
import { change, isWaiting, loadSettings, settings, settingsFault } from "../settings.js";
import { stylesheet } from "../stylesheet.js";

await stylesheet("settings.css");

/** @typedef {import("../types.js").Setting} Setting */

export function SettingsView() {
  useEffect(() => void loadSettings(), []);
  const now = settings.value;
  const fault = settingsFault.value;
  const rows = new Map((now?.settings ?? []).map((row) => [row.key, row]));
  const named = new Set(GROUPS.flatMap(({ labels }) => Object.keys(labels)));
  const others = [...rows.keys()].filter((key) => !named.has(key));
  const groups = [...GROUPS, ...(others.length ? [{ title: "More", labels: Object.fromEntries(others.map((key) => [key, sentence(key.replace(/[._]/g, " "))])) }] : [])];
  return html`
    <main id="main" class="page settings">
      <header class="page-head"><div><h1>Settings</h1>
        <p class="soft">Kept in ${now ? html`<code>${now.file}</code>` : "a file"} on this machine. They count from the next start of khoj_lite.</p></div></header>
      ${isWaiting() && html`<p class="notice" role="status">Some changes wait for the next start: stop <code>khoj-lite serve</code> and start it again.</p>`}
      ${fault && fault.code !== "offline" && html`<${Fault} fault=${fault} onRetry=${loadSettings} />`}
      ${!now && !fault && html`<${Skeletons} count=${3} />`}
      ${now && groups.map((group, index) => html`<${Section} key=${group.title} id=${`set-${index}`} group=${group} rows=${rows} />`)}
    </main>`;
}

/** @param {{id: string, group: import("../setting-labels.js").Group, rows: Map<string, Setting>}} props */
function Section({ id, group, rows }) {
  const known = Object.entries(group.labels).filter(([key]) => rows.has(key));
  if (!known.length) return null;
  return html`
    <section class="block" aria-labelledby=${id}>
      <h2 id=${id}>${group.title}</h2>
      ${group.about && html`<p class="soft"><a href=${group.href}>${group.about}</a></p>`}
      <ul class="setting-list">${known.map(([key, label]) => html`<${Row} key=${key} row=${rows.get(key)} label=${label} />`)}</ul>
    </section>`;
}

/** @param {{row: Setting, label: string}} props */
function Row({ row, label }) {
  const [fault, setFault] = useState("");
  /** @param {Setting["value"]} value @returns {Promise<boolean>} */
  const save = async (value) => {
    setFault("");
    try {
      await change({ [row.key]: value });
      say(value === null ? `“${label}” is as it was at first.` : `“${label}” is saved.`);
      return true;
    } catch (failure) {
      setFault(sentence(asApiError(failure).message));
      return false;
    }
  };
  const id = `setting-${row.key}`;
  return html`
    <li class="setting" title=${row.key}>
      <div class="setting-words">
        <label for=${id}>${label}</label>
        <p class="soft" id=${`${id}-help`}>${withCode(row.help)}</p>
        ${row.fixed && html`<p class="faint">${withCode(row.fixed)}</p>`}
        ${fault && html`<p class="setting-fault" role="alert">${fault}</p>`}
      </div>
      <div class="setting-value">
        <${Field} id=${id} row=${row} bad=${fault !== ""} onValue=${save} />
        ${row.set && !row.fixed &&
        html`<button type="button" class="link" aria-label=${`${row.secret ? "Forget" : "Reset"} ${label}`} onClick=${() => save(null)}>${row.secret ? "Forget it" : "Reset"}</button>`}
      </div>
    </li>`;
}

/** @param {{id: string, row: Setting, bad: boolean, onValue: (value: boolean|number|string) => Promise<boolean>}} props */
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
  return html`<${KeptField} ...${shared} class="small-input" type=${row.secret ? "password" : "text"} inputmode=${numeric ? "decimal" : undefined}
    value=${row.secret ? "" : String(row.value ?? "")} dir="auto" autocomplete="off" spellcheck=${false}
    placeholder=${row.secret ? (row.set ? "kept; type to replace" : "none") : String(row.default ?? "")}
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && /** @type {HTMLInputElement} */ (event.target).blur()}
    onKeep=${(/** @type {string} */ typed) => {
      const text = typed.trim();
      return text === String(row.value ?? "") || onValue(numeric && text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text);
    }} />`;
}
