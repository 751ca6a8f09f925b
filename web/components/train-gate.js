/** How a training was judged: in a sentence, and measure by measure. */
import { html } from "../vendor/preact.js";
import { sentence } from "./fault.js";

/** @typedef {import("../training.js").Gate} Gate */
/** @typedef {import("../training.js").Decision} Decision */
/** @typedef {import("../training.js").Finding} Finding */

/** What each measure means to a person, by the beginning of its name. */
const MEANINGS = /** @type {{name: string, means: string, share?: boolean}[]} */ ([
  { name: "own writing", means: "How little new text of yours surprises it; lower is better" },
  { name: "grounded answers", means: "Answers that quote the right words", share: true },
  { name: "citation precision", means: "Citations that name the right note", share: true },
  { name: "abstention", means: "Says so where your notes do not say", share: true },
  { name: "general set", means: "Ordinary language, against forgetting; lower is better" },
]);
const VERDICTS = /** @type {Record<string, {word: string, tone: string}>} */ ({
  gained: { word: "better", tone: "good" },
  same: { word: "no clear change", tone: "" },
  worse: { word: "worse", tone: "bad" },
});

/** @param {{gate: Gate}} props */
export function TrainGate({ gate }) {
  const against = Object.entries(gate).filter(([name, value]) => name.startsWith("against ") && value);
  const leaks = gate.canaries?.["came out"] ?? [];
  return html`
    ${gate.perplexity && html`<p>New text of yours: perplexity <strong>${gate.perplexity.none.toFixed(1)}</strong> without an adapter,${" "}
      <strong>${gate.perplexity.adapter.toFixed(1)}</strong> with this one <span class="soft">(lower is better)</span>.</p>`}
    ${gate.canaries && html`<p>${leaks.length
      ? html`<span class="bad-text">${leaks.length} of ${gate.canaries.planted} planted secrets came out.</span>`
      : `None of ${gate.canaries.planted} planted secrets came out.`}</p>`}
    ${against.map(([name, decision]) => html`<${Against} key=${name} name=${name.slice("against ".length)} decision=${/** @type {Decision} */ (decision)} />`)}`;
}

/** @param {{name: string, decision: Decision}} props */
const Against = ({ name, decision }) => html`
  <h4>${name === "none" ? "Against the model without an adapter" : html`Against the adapter that was in use, <code>${name}</code>`}</h4>
  <div class="table-scroll"><table class="figures gate">
    <caption class="visually-hidden">${name === "none" ? "Without an adapter and with this one" : `With ${name} and with this one`}</caption>
    <thead><tr><th scope="col">Measure</th><th scope="col" class="asked">Asked</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">Verdict</th></tr></thead>
    <tbody>${decision.findings.map((finding) => html`<${Row} key=${finding.name} finding=${finding} />`)}</tbody>
  </table></div>`;

/** @param {{finding: Finding}} props */
function Row({ finding }) {
  const known = MEANINGS.find(({ name }) => finding.name.startsWith(name));
  const verdict = VERDICTS[finding.verdict] ?? { word: finding.verdict, tone: "" };
  const show = (/** @type {number} */ value) => (!finding.items ? "–" : known?.share ? `${Math.round(value * 100)} %` : Number(value).toFixed(3));
  return html`
    <tr>
      <th scope="row">${sentence(finding.name)}${known && html`<span class="soft">${known.means}</span>`}</th>
      <td class="asked">${finding.items}</td><td>${show(finding.before)}</td><td>${show(finding.after)}</td>
      <td class=${`verdict ${verdict.tone}`}>${finding.items ? verdict.word : "nothing to ask"}</td>
    </tr>`;
}
