/** Training by night: one switch, and when it may. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { status } from "../live.js";
import { change, isWaiting, loadSettings, setting, settings } from "../settings.js";
import { isTraining } from "../training.js";
import { sentence } from "./fault.js";
import { KeptField } from "./kept-field.js";
import { say } from "./toasts.js";

const DAYS = /** @type {const} */ ([
  ["mon", "Mon", "Monday"], ["tue", "Tue", "Tuesday"], ["wed", "Wed", "Wednesday"], ["thu", "Thu", "Thursday"],
  ["fri", "Fri", "Friday"], ["sat", "Sat", "Saturday"], ["sun", "Sun", "Sunday"],
]);

export function Nightly() {
  const [fault, setFault] = useState("");
  useEffect(() => void loadSettings(), []);
  const line = status.value?.nightly;
  /** @param {string} key @param {import("../settings.js").Value} value */
  const set = async (key, value) => {
    setFault("");
    try {
      await change({ [key]: value });
      say("Saved.");
    } catch (failure) {
      setFault(sentence(asApiError(failure).message));
    }
  };
  const on = setting("train.enabled")?.value === true;
  return html`
    <section class="block" aria-labelledby="nightly-title">
      <h2 id="nightly-title">By night</h2>
      <p class="soft">When this machine is idle and on mains power, and enough notes have changed. A missed night is made up for.</p>
      ${settings.value &&
      html`<div class="card nightly">
        <div class="nightly-switch"><label for="nightly">Train by night</label>
          <input id="nightly" type="checkbox" role="switch" class="switch" checked=${on} disabled=${Boolean(setting("train.enabled")?.fixed)}
            onChange=${(/** @type {Event} */ event) => set("train.enabled", /** @type {HTMLInputElement} */ (event.target).checked)} /></div>
        ${on && html`<${When} onSet=${set} />`}
        ${fault && html`<p class="setting-fault" role="alert">${fault}</p>`}
        ${setting("train.enabled")?.fixed && html`<p class="faint">${setting("train.enabled")?.fixed}</p>`}
        ${isWaiting("train.") && html`<p class="notice" role="status">This counts from the next start: stop <code>khoj-lite serve</code> and start it again.</p>`}
      </div>`}
      ${line && !isTraining.value && html`<p class="soft nightly-line">${sentence(line)}.</p>`}
    </section>`;
}

/** @param {{onSet: (key: string, value: import("../settings.js").Value) => void}} props */
function When({ onSet }) {
  const [from = "01:00", to = "06:00"] = String(setting("train.window")?.value ?? "").split("-").map(clock);
  const days = String(setting("train.weekdays")?.value ?? "").split(",").map((day) => day.trim().toLowerCase().slice(0, 3));
  /** @param {string} day @param {boolean} on */
  const setDay = (day, on) => {
    const wanted = DAYS.map(([name]) => name).filter((name) => (name === day ? on : days.includes(name)));
    onSet("train.weekdays", wanted.join(","));
  };
  return html`
    <div class="nightly-when">
      <fieldset><legend>Between</legend>
        <${KeptField} type="time" class="small-input" aria-label="From" value=${from} onKeep=${(/** @type {string} */ text) => text && onSet("train.window", `${text}-${to}`)} />
        <span class="soft">and</span>
        <${KeptField} type="time" class="small-input" aria-label="To" value=${to} onKeep=${(/** @type {string} */ text) => text && onSet("train.window", `${from}-${text}`)} /></fieldset>
      <fieldset><legend>On</legend>
        <span class="days">${DAYS.map(([name, short, long]) => html`<label key=${name} title=${long}>
          <input type="checkbox" aria-label=${long} checked=${days.includes(name)} disabled=${days.length === 1 && days[0] === name}
            onChange=${(/** @type {Event} */ event) => setDay(name, /** @type {HTMLInputElement} */ (event.target).checked)} /><span>${short}</span></label>`)}</span></fieldset>
      <${Amount} name="train.minimum_change" label="Once so many notes have changed" min=${0} onSet=${onSet} />
      <${Amount} name="train.budget_minutes" label="For at most so many minutes" min=${1} onSet=${onSet} />
    </div>`;
}

/** @param {{name: string, label: string, min: number, onSet: (key: string, value: number) => void}} props */
const Amount = ({ name, label, min, onSet }) => html`
  <label class="amount"><span>${label}</span>
    <${KeptField} type="number" class="small-input" min=${min} value=${setting(name)?.value ?? min}
      onKeep=${(/** @type {string} */ text, /** @type {HTMLInputElement} */ field) => text && field.reportValidity() && onSet(name, Number(text))} /></label>`;

/** "1:00" as a time field wants it. @param {string} text */
const clock = (text) => text.trim().padStart(5, "0").replace("24:", "00:");
