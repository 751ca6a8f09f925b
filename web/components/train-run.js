/** One training that has ended: how it stands, why, and all that is known of it. */
import { html, useEffect, useState } from "../vendor/preact.js";
import { asApiError } from "../api.js";
import { ago, count, duration, fullDate, plural } from "../format.js";
import { details, loadRun, stateOf } from "../training.js";
import { Fault, sentence, withCode } from "./fault.js";
import { Icon } from "./icon.js";
import { LearningCurves } from "./learning-curves.js";
import { TrainGate } from "./train-gate.js";

/** @typedef {import("../training.js").TrainRun} TrainRun */
/** @typedef {import("../training.js").Gate} Gate */
/** @typedef {import("../training.js").Decision} Decision */
/** @typedef {import("../training.js").Curves} Curves */

const STATES = /** @type {Record<string, {tone: string, label: string}>} */ ({
  promoted: { tone: "good", label: "Put to use" },
  rejected: { tone: "quiet", label: "Not better" },
  failed: { tone: "bad", label: "Failed" },
  interrupted: { tone: "warn", label: "Stopped" },
  cancelled: { tone: "quiet", label: "Cancelled" },
  running: { tone: "busy", label: "Training" },
});

/** Why a training ended as it did, in a sentence. @param {TrainRun} run */
function because(run) {
  const state = stateOf(run);
  if (state === "failed") return `${sentence(run.error?.["message"] || "It failed")}. ${run.error?.["hint"] ?? ""}`;
  if (state === "cancelled" || state === "interrupted")
    return `${run.error ? sentence(run.error["message"] ?? "") : "It was stopped half-way"}. The next training goes on from there if no note has changed.`;
  if (state === "running") return "";
  const gate = /** @type {Gate} */ (run.gate);
  const decisions = /** @type {Decision[]} */ (Object.entries(gate).filter(([name]) => name.startsWith("against ")).map(([, value]) => value));
  if (state === "promoted") return `${sentence((decisions[0]?.reasons ?? []).join("; ") || "It answers better")}.`;
  const against = decisions.find(({ promote }) => !promote);
  return `Rejected, and what answered before was kept: ${(against?.reasons ?? []).join("; ") || "it was not better"}. That is a normal result.`;
}

/** @param {{run: TrainRun, open: boolean}} props */
export function TrainRunRow({ run, open: asked }) {
  const [open, setOpen] = useState(asked);
  const state = STATES[stateOf(run)] ?? { tone: "quiet", label: run.state };
  const why = because(run);
  return html`
    <li class="run" id=${`run-${run.id}`}>
      <details open=${open} onToggle=${(/** @type {Event} */ event) => setOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open)}>
        <summary>
          <span class=${`pill ${state.tone}`}><span class="dot" aria-hidden="true"></span>${state.label}</span>
          <span class="run-what"><time title=${fullDate(run.created)}>${ago(run.created)}</time>
            <span class="soft">${[run.model, run.notes ? plural(run.notes, "note") : "", run.finished ? duration(run.finished - run.created) : ""].filter(Boolean).join(" · ")}</span></span>
          <${Icon} name="right" size=${16} />
          ${why && html`<span class="run-why">${withCode(why)}</span>`}
        </summary>
        ${open && html`<${Details} run=${run} />`}
      </details>
    </li>`;
}

/** @param {{run: TrainRun}} props */
function Details({ run }) {
  const [fault, setFault] = useState(/** @type {import("../api.js").ApiError|null} */ (null));
  useEffect(() => void loadRun(run.id).catch((failure) => setFault(asApiError(failure))), [run.id, run.state]);
  const known = details.value[run.id];
  if (fault) return html`<${Fault} fault=${fault} />`;
  if (!known) return html`<p class="soft" aria-busy="true">Asking…</p>`;
  const curves = /** @type {Curves} */ (known.curves);
  const judged = "perplexity" in known.gate || "promote" in known.gate;
  return html`
    <div class="run-details">
      ${judged && html`<h3>How it was judged</h3><p class="soft">As it is served, on notes that it had not learned from.</p><${TrainGate} gate=${/** @type {Gate} */ (known.gate)} />`}
      ${(curves.validation ?? []).length > 0 && html`<h3>How it learned</h3><${Verdict} curves=${curves} /><${LearningCurves} curves=${curves} />`}
      ${known.notices.map((notice) => html`<p key=${notice} class="notice">${notice}</p>`)}
      ${known.settings.length > 0 && html`<details class="more-details"><summary>Every value, and where it is from</summary>
        <div class="table-scroll"><table class="figures"><thead><tr><th scope="col">Value</th><th scope="col">Is</th><th scope="col">From</th></tr></thead>
          <tbody>${known.settings.map(({ name, value, origin }) => html`<tr key=${name}><th scope="row">${String(name).replaceAll("_", " ")}</th><td>${shown(value)}</td><td class="words">${String(origin)}</td></tr>`)}</tbody></table></div></details>`}
      <p class="run-links"><a href=${`/api/v1/train/runs/${encodeURIComponent(run.id)}/report`} target="_blank" rel="noopener">The report on one page</a>
        ${(curves.validation ?? []).length > 1 && html`<a href=${`/api/v1/train/runs/${encodeURIComponent(run.id)}/curves.png`} target="_blank" rel="noopener">The curves as a picture</a>`}
        <span class="faint"><code>${run.id}</code></span></p>
    </div>`;
}

/** What the curves say. @param {{curves: Curves, soFar?: boolean}} props */
export function Verdict({ curves: { verdict }, soFar = false }) {
  if (!verdict) return null;
  return html`<p class="curve-verdict"><strong>${soFar ? `So far: ${verdict.word}` : sentence(verdict.word)}.</strong> ${verdict.reason} <span class="soft">${verdict.change}</span></p>`;
}

/** @param {unknown} value */
const shown = (value) => (value === null ? "–" : typeof value === "boolean" ? (value ? "yes" : "no") : typeof value === "number" && Number.isInteger(value) ? count(value) : String(value));
